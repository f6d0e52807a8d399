// Search without a server: beginnings of words in any language, read from small files by their first two letters.
import { shard, words as wordsOf } from "./fold.ts";
import { type Here, card, folder, make, paging, read } from "./page.ts";

type Documents = { kinds: string[]; of: number[]; chunk: number; shards: string[] };
type Shard = Record<string, number[]>;

const PAGE_SIZE = 10;
const WHOLE_WORD = 1.6; // what a whole word counts for, beside one that only begins so
const SHORTEST = 2;
const STEM = 4; // letters that are left of a word whose end is cut because nothing holds it

/** Shows what the words in the address find. */
export async function search(page: Here): Promise<void> {
  const given = new URLSearchParams(location.search);
  const typed = (given.get("q") ?? "").trim();
  const field = document.querySelector<HTMLInputElement>("main input[name=q]");
  if (field) field.value = typed;
  const documents = typed ? await read<Documents>(`${page.root}search/documents.json`) : undefined;
  if (!documents) return;
  const kind = given.get("kind") ?? "";
  const number = Math.max(1, Number(given.get("page")) || 1);
  const all = await ranked(page, typed, documents.shards);
  const wanted = documents.kinds.indexOf(kind);
  const found = kind ? all.filter((one) => documents.of[one] === wanted) : all;
  const shown = found.slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE);
  show(page, await cards(page, shown, documents.chunk), found.length, typed, kind, number, documents.kinds);
  document.documentElement.dataset["searched"] = "true";
}

/** Returns documents, the best first: those with every word where there are any, else those with some. */
async function ranked(page: Here, typed: string, shards: string[]): Promise<number[]> {
  const asked = [...new Set(wordsOf(typed))].filter((word) => word.length >= SHORTEST);
  const scores = new Map<number, { score: number; words: number }>();
  for (const one of await Promise.all(asked.map((word) => shards.includes(shard(word)) ? holding(page, word) : new Map<number, number>()))) {
    const rarity = Math.log(2 + 2000 / (1 + one.size));
    for (const [document, weight] of one) {
      const before = scores.get(document) ?? { score: 0, words: 0 };
      scores.set(document, { score: before.score + weight * rarity, words: before.words + 1 });
    }
  }
  const most = Math.max(0, ...[...scores.values()].map(({ words }) => words));
  const best = [...scores].filter(([, { words }]) => words === most);
  return best.sort(([a, one], [b, other]) => other.score - one.score || a - b).map(([document]) => document);
}

/** Returns the documents that hold a word, or one that begins so; where none does, ends are cut off. */
async function holding(page: Here, word: string): Promise<Map<number, number>> {
  const known = await read<Shard>(`${page.root}search/words/${shard(word)}.json`) ?? {};
  for (let end = word.length; end >= Math.min(STEM, word.length); end--) {
    const found = new Map<number, number>();
    const beginning = word.slice(0, end);
    for (const [other, places] of Object.entries(known)) {
      if (!other.startsWith(beginning)) continue;
      const factor = other === word ? WHOLE_WORD : beginning.length / other.length;
      for (let at = 0; at < places.length; at += 2) {
        const [document, weight] = [places[at] as number, (places[at + 1] as number) * factor];
        found.set(document, Math.max(weight, found.get(document) ?? 0));
      }
    }
    if (found.size) return found;
  }
  return new Map();
}

async function cards(page: Here, found: number[], chunk: number): Promise<string[]> {
  return Promise.all(found.map(async (one) => {
    const file = await read<string[]>(`${folder(page, "search")}cards/${Math.floor(one / chunk)}.json`);
    return file?.[one % chunk] ?? "";
  }));
}

function show(
  page: Here, found: string[], total: number, typed: string, kind: string, number: number, kinds: string[],
): void {
  const header = document.querySelector("main header.list");
  if (!header) return;
  const address = (changes: Record<string, string>): string => {
    const pairs = Object.entries({ q: typed, kind, ...changes }).filter(([, value]) => value);
    return `?${new URLSearchParams(pairs)}`;
  };
  const title = header.querySelector("h1");
  title?.append(" ", make("span", { class: "count" }, String(total)));
  header.append(kindsNav(page, kinds, kind, address));
  const list = make("ol", { class: "results" });
  for (const html of found) if (html) list.append(card(html));
  const { words } = page;
  const nothing = make("section", { class: "notice empty" }, make("p", {}, `${words["nothingFound"]} ${words["tryOther"]}`));
  const nav = paging(page, number, Math.ceil(total / PAGE_SIZE), (at) => address({ page: String(at) }));
  header.parentElement?.querySelectorAll(":scope > section.notice").forEach((old) => old.remove());
  if (total) header.parentElement?.querySelectorAll(":scope > section").forEach((old) => old.remove());
  header.after(total ? list : nothing, ...(nav ? [nav] : []));
}

/** Returns the kinds to look among, called as the lists are called in the head of the page. */
function kindsNav(page: Here, kinds: string[], chosen: string, address: (changes: Record<string, string>) => string): HTMLElement {
  const nav = make("nav", { class: "sorts" });
  const entry = (name: string, label: string): void => {
    nav.append(name === chosen ? make("strong", {}, label) : make("a", { href: address({ kind: name }), rel: "nofollow" }, label), " ");
  };
  entry("", page.words["all"] ?? "");
  for (const kind of kinds) {
    const list = document.querySelector(`header.site nav a[href$="/${kind}/"]`);
    if (list?.textContent) entry(kind, list.textContent);
  }
  return nav;
}
