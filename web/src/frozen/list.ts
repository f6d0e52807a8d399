// A list of the static edition, narrowed down in the browser by what its address says; the page itself shows all of it.
import { type Here, card, folder, make, paging, read } from "./page.ts";
import { type Selection, type Wanted, asksNothing, distances, fitting, ordered, query, toggled, wanted } from "./select.ts";

export type Cards = { cards: string[]; places: Record<string, string> };
const PAGE_SIZE = 24;

/** Shows what the address of a list asks for, or of the map, which has the same filters. */
export async function narrow(page: Here, kind: string): Promise<void> {
  const selection = await read<Selection>(`${page.root}${kind}/selection.json`);
  if (!selection) return;
  const wish = wanted(location.search, selection);
  if (asksNothing(wish)) return;
  const cards = await read<Cards>(`${folder(page, kind)}cards.json`);
  if (!cards) return;
  const found = ordered(selection, wish);
  setFacets(selection, wish);
  setActive(page, wish, cards);
  setForm(wish);
  if (page.at === "map") {
    setCount(new Set(selection.pins.flatMap(([, , , , members]) => members.filter((one) => found.includes(one)))).size);
  } else {
    setCount(found.length);
    setSorts(wish);
    show(page, wish, found, cards, distances(selection, wish));
  }
  document.documentElement.dataset["narrowed"] = "true";
}

function show(page: Here, wish: Wanted, found: number[], { cards }: Cards, far: Map<number, number> | undefined): void {
  const place = document.querySelector<HTMLElement>(".with-aside > section");
  if (!place) return;
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const number = Math.min(wish.page, pages);
  const list = make("ul", { class: "cards" });
  for (const member of found.slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)) {
    const shown = card(cards[member] ?? "");
    const distance = far?.get(member);
    if (distance !== undefined) shown.querySelector(".where")?.append(` · ${Math.round(distance)} km`);
    list.append(shown);
  }
  const nothing = make("p", { class: "notice empty" }, page.words["nothingFits"] ?? "");
  const nav = paging(page, number, pages, (at) => query(wish, { page: at }) || location.pathname);
  place.replaceChildren(found.length ? list : nothing, ...(nav ? [nav] : []));
}

function setCount(count: number): void {
  const place = document.querySelector("header.list h1 .count");
  if (place) place.textContent = String(count);
}

/** Counts each value as the site does: how many it would leave beside what is asked of other facets. */
function setFacets(selection: Selection, wish: Wanted): void {
  const others = new Map<string, Set<number>>();
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#narrow .facet a")) {
    const [pair] = new URL(link.href).searchParams;
    if (!pair) continue;
    const [name, value] = pair;
    const beside = others.get(name) ?? fitting(selection, wish, name);
    others.set(name, beside);
    const count = (selection.facets[name]?.[value] ?? []).filter((one) => beside.has(one)).length;
    const chosen = wish.chosen.get(name)?.includes(value) ?? false;
    const item = link.closest("li");
    if (item) item.hidden = !count && !chosen;
    const shown = item?.querySelector(".count");
    if (shown) shown.textContent = String(count);
    link.dataset["value"] = `${name}=${value}`;
    link.href = query(wish, toggled(wish, name, value)) || location.pathname;
    if (chosen) link.setAttribute("aria-current", "true");
  }
}

function setActive(page: Here, wish: Wanted, { places }: Cards): void {
  const line = make("p", { class: "active" });
  const chip = (facet: string, label: string, changes: Partial<Wanted>): void => {
    const of = facet ? [make("span", { class: "of" }, facet), " "] : [];
    const cross = make("span", { "aria-hidden": "true" }, "×");
    const said = make("span", { class: "visually-hidden" }, page.words["remove"] ?? "");
    const parts = [...of, make("strong", {}, label), " ", cross, " ", said];
    line.append(make("a", { class: "chip removable", href: query(wish, changes) || location.pathname }, ...parts), " ");
  };
  for (const [name, values] of wish.chosen) {
    for (const value of values) {
      const link = document.querySelector(`#narrow a[data-value="${CSS.escape(`${name}=${value}`)}"]`);
      const facet = link?.closest("#narrow > details")?.querySelector("summary")?.textContent?.trim();
      chip(facet ?? "", link?.textContent?.trim() ?? value, toggled(wish, name, value));
    }
  }
  if (wish.near !== undefined) {
    const said = (page.words["near"] ?? "").replace("%k", String(wish.within)).replace("%p", places[wish.near] ?? wish.near);
    chip("", said, { near: undefined });
  }
  if (wish.from !== undefined || wish.to !== undefined) {
    chip(page.words["since"] ?? "", `${wish.from ?? "…"}–${wish.to ?? "…"}`, { from: undefined, to: undefined });
  }
  if (!line.childElementCount) return;
  line.append(make("a", { href: location.pathname }, page.words["showAll"] ?? ""));
  document.querySelector("header.list h1")?.after(line);
}

/** Keeps what is chosen when years or a place are asked for as well. */
function setForm(wish: Wanted): void {
  const form = document.querySelector<HTMLFormElement>("form.narrow");
  if (!form) return;
  for (const [name, values] of wish.chosen) {
    for (const value of values) form.prepend(make("input", { type: "hidden", name, value }));
  }
  const put = (name: string, value: string | number | undefined): void => {
    const field = form.elements.namedItem(name);
    if (value !== undefined && (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) field.value = String(value);
  };
  put("from", wish.from);
  put("to", wish.to);
  put("near", wish.near);
  put("within", wish.within);
}

function setSorts(wish: Wanted): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("header.list .tools a[rel=nofollow]")) {
    const sort = new URL(link.href).searchParams.get("sort") ?? undefined;
    link.href = query(wish, { sort }) || location.pathname;
    if (sort && sort === wish.sort) link.setAttribute("aria-current", "true");
  }
}
