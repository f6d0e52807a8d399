// The query page with a script: an editor over the text field, answers without leaving the page, other views of them.
import { enrich, faultIn } from "./query/answer.ts";
import type { Editor } from "./query/editor.ts";
import { type Words, make, wordsOf } from "./query/words.ts";
import type { Vocabulary } from "./sparql/suggest.ts";

const LONGEST_ADDRESS = 8000;

const form = document.querySelector<HTMLFormElement>("#ask");
const field = document.querySelector<HTMLTextAreaElement>("#query");
const answer = document.querySelector<HTMLElement>("#answer");
if (form && field && answer) open(form, field, answer);

function open(form: HTMLFormElement, field: HTMLTextAreaElement, answer: HTMLElement): void {
  const words = wordsOf(form);
  const language = document.documentElement.lang;
  let editor: Editor | undefined;
  let vocabulary: Vocabulary | undefined;
  let asking: AbortController | undefined;

  const settle = (): void => {
    enrich(answer, words, () => field.value);
    const fault = faultIn(answer);
    if (fault) void edit().then((found) => found.mark(fault.line, fault.column, fault.message));
  };
  const ask = async (): Promise<void> => {
    asking?.abort();
    const own = new AbortController();
    asking = own;
    editor?.unmark();
    const text = field.value;
    const done = wait(form, answer, words);
    try {
      const body = new URLSearchParams({ query: text });
      const found = await fetch(`/sparql?part=answer&lang=${language}`, { method: "POST", body, headers: { Accept: "text/html" }, signal: own.signal });
      put(answer, await found.text());
      remember(text, language);
      shown = question();
      settle();
    } catch {
      if (!own.signal.aborted) answer.replaceChildren(make("p", { class: "notice", role: "alert" }, words["lost"] ?? ""));
    } finally {
      if (asking === own) done();
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask();
  });
  let shown = question();
  addEventListener("popstate", () => {
    if (question() !== shown) location.reload(); // not where only the place on the page changed, as a link to a part of it does
  });

  const offer = async (): Promise<void> => {
    const offered = await fetch(`/sparql/completion?lang=${language}`);
    if (offered.ok) vocabulary = await offered.json() as Vocabulary;
  };
  // The editor weighs more than the page, so it comes when a hand is near the field, and takes over what stands there.
  const openHere = async (): Promise<Editor> => {
    void offer();
    const { openEditor } = await import("./query/editor.ts");
    const place = make("div", { class: "editor", dir: "ltr" });
    const held = document.activeElement === field;
    editor = openEditor(place, {
      text: field.value, caret: field.selectionStart, words, vocabulary: () => vocabulary, ask: () => void ask(), changed: (text) => { field.value = text; },
    });
    field.before(place);
    field.hidden = true;
    if (held) editor.focus();
    return editor;
  };
  let opening: Promise<Editor> | undefined;
  const edit = (): Promise<Editor> => opening ??= openHere();
  for (const touch of ["focus", "pointerenter", "touchstart"]) field.addEventListener(touch, () => void edit(), { once: true, passive: true });
  if (document.activeElement === field) void edit();
  for (const hint of form.querySelectorAll<HTMLElement>(".ask-hint")) hint.hidden = false;
  form.querySelector("label")?.addEventListener("click", (event) => {
    if (editor) event.preventDefault();
    editor?.focus();
  });
  settle();
}

function question(): string {
  return location.pathname + location.search;
}

function wait(form: HTMLFormElement, answer: HTMLElement, words: Words): () => void {
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  const said = button?.textContent ?? "";
  answer.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => { if (button) button.textContent = words["asking"] ?? said; }, 300);
  return () => {
    clearTimeout(timer);
    answer.removeAttribute("aria-busy");
    if (button) button.textContent = said;
  };
}

function put(answer: HTMLElement, html: string): void {
  answer.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

/** Makes the address of the page the one of this question, so that it can be kept and sent. */
function remember(text: string, language: string): void {
  const address = `/sparql?${new URLSearchParams({ query: text, lang: language })}`;
  if (address.length <= LONGEST_ADDRESS && address !== question()) history.pushState(null, "", address);
}
