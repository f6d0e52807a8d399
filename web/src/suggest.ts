// Names that begin as the reader types, below every search box; a list to choose from by arrows, mouse or finger.

type Item = { text: string; language?: string; type: string; url: string };
type Words = { kinds: Record<string, string>; found: string; none: string };

const WAIT = 150; // milliseconds after the last key
const LEAST = 2; // letters
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ps", "ur", "prs", "ckb"]);

const words = JSON.parse(document.querySelector<HTMLElement>("[data-suggest-words]")?.dataset["suggestWords"] ?? "null") as Words | null;
if (words) document.querySelectorAll<HTMLInputElement>("input[data-suggest]").forEach((input, at) => attach(input, `suggestions-${at}`, words));

function attach(input: HTMLInputElement, id: string, { kinds, found, none }: Words): void {
  const page = document.documentElement.lang;
  const list = element("ul", "suggestions");
  const status = element("div", "visually-hidden");
  let items: Item[] = [];
  let active = -1;
  let timer = 0;
  let asked: AbortController | undefined;

  list.id = id;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  status.setAttribute("role", "status");
  input.type = "text"; // a search box may not be a combobox
  input.inputMode = input.enterKeyHint = "search";
  const state = { role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(state)) input.setAttribute(name, value);
  input.form?.append(list, status);

  // The list stands still while one chooses from it: what was asked before is not waited for.
  const still = (): void => {
    clearTimeout(timer);
    asked?.abort();
  };
  const close = (): void => {
    still();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const mark = (at: number): void => {
    active = at;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `${id}-${at}`);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    }
  };
  const show = (given: Item[]): void => {
    items = given;
    list.replaceChildren(...items.map((item, at) => option(item, `${id}-${at}`, page, kinds)));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    status.textContent = items.length > 0 ? found.replace("%n", String(items.length)) : none;
    mark(-1);
  };
  const ask = async (): Promise<void> => {
    asked?.abort();
    const typed = input.value.trim();
    if (typed.length < LEAST) return close();
    const mine = (asked = new AbortController());
    try {
      const answer = await fetch(`/suggest?${new URLSearchParams({ q: typed, lang: page })}`, { signal: mine.signal });
      if (answer.ok && document.activeElement === input) show(((await answer.json()) as { items: Item[] }).items);
    } catch {
      // Asked again meanwhile, or no network: the box works without.
    }
  };
  const go = (at: number): void => {
    const item = items[at];
    if (!item) return;
    const place = new URL(item.url);
    const language = new FormData(input.form ?? undefined).get("lang");
    if (typeof language === "string") place.searchParams.set("lang", language);
    close();
    location.assign(place.pathname + place.search + place.hash);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    const last = items.length - 1;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) still();
    if (event.key === "ArrowDown" && open) mark(active >= last ? -1 : active + 1);
    else if (event.key === "ArrowUp" && open) mark(active < 0 ? last : active - 1);
    else if (event.key === "ArrowDown") void ask();
    else if (event.key === "Enter" && open && active >= 0) go(active);
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // keeps the focus where it is
    still();
  });
  list.addEventListener("click", (event) => {
    go([...list.children].indexOf((event.target as Element).closest("li") ?? list));
  });
}

function option(item: Item, id: string, page: string, kinds: Record<string, string>): HTMLElement {
  const line = element("li");
  line.id = id;
  line.setAttribute("role", "option");
  const name = element("span", "name", item.text);
  line.append(name);
  if (item.language && item.language.split("-")[0] !== page) {
    name.lang = item.language;
    name.dir = RIGHT_TO_LEFT.has(item.language.split("-")[0] ?? "") ? "rtl" : "ltr";
    line.append(element("span", "badge", item.language));
  }
  const kind = kinds[item.type];
  if (kind) line.append(element("span", "quiet", kind));
  return line;
}

function element(tag: string, name = "", text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
