// What a page of the static edition says of itself, and how its files are read.

export type Words = Record<string, string>;
export type Here = { at: string; root: string; language: string; words: Words };

/** Returns what the page says of itself; undefined on a live site. */
export function here(): Here | undefined {
  const block = document.querySelector("#frozen");
  return block ? JSON.parse(block.textContent ?? "") as Here : undefined;
}

/** Returns the folder of a part of the site in the language of the page; it ends in a slash. */
export function folder(page: Here, part: string): string {
  return `${page.root}${page.language ? `${page.language}/` : ""}${part}/`;
}

const known = new Map<string, Promise<unknown>>();

/** Reads a file, once; undefined where there is none. */
export function read<T>(address: string): Promise<T | undefined> {
  let found = known.get(address);
  if (!found) {
    found = fetch(address).then((answer) => answer.ok ? answer.json() as unknown : undefined);
    known.set(address, found);
  }
  return found as Promise<T | undefined>;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K, given: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(given)) found.setAttribute(key, value);
  found.append(...children);
  return found;
}

/** Makes a card of the edition's own files into an element. */
export function card(html: string): HTMLElement {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild as HTMLElement;
}

/** Returns links to the pages before and after, as the site has them; undefined for a single page. */
export function paging(page: Here, number: number, pages: number, address: (number: number) => string): HTMLElement | undefined {
  if (pages < 2) return undefined;
  const { words } = page;
  const said = (words["page"] ?? "").replace("%p", String(number)).replace("%q", String(pages));
  const nav = make("nav", { class: "paging" });
  if (number > 1) nav.append(make("a", { rel: "prev", href: address(number - 1) }, words["before"] ?? ""), " ");
  nav.append(make("span", {}, said));
  if (number < pages) nav.append(" ", make("a", { rel: "next", href: address(number + 1) }, words["next"] ?? ""));
  return nav;
}
