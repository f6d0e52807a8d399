// The words of the page in the reader's language, as the server wrote them into it.
export type Words = Readonly<Record<string, string>>;

export function wordsOf(form: HTMLElement): Words {
  return JSON.parse(form.dataset["words"] ?? "{}") as Words;
}

/** Returns a sentence with its {places} filled. */
export function filled(sentence: string | undefined, values: Readonly<Record<string, string | number>>): string {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Makes an element with attributes and content. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name, attributes: Readonly<Record<string, string>> = {}, ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}
