// What the editor offers at a place, out of the vocabulary that the server made: nothing is asked while one types.
import { type Place, type Types, placeAt, typesIn } from "./place.ts";
import { CLAUSES, FUNCTIONS, tokenize } from "./tokens.ts";

export interface Named {
  readonly name: string;
  readonly label: string;
}
export interface Property extends Named {
  readonly count: number;
}
export type Demand = "must" | "should" | "may" | "";
export interface Class extends Named {
  readonly count: number;
  readonly fields: readonly (readonly [number, Demand])[];
}
export interface Concept extends Named {
  readonly scheme: string;
  readonly also: readonly string[];
}
export interface Vocabulary {
  readonly prefixes: Readonly<Record<string, string>>;
  readonly classes: readonly Class[];
  readonly properties: readonly Property[];
  readonly concepts: readonly Concept[];
}

export type Section = "fields" | "properties" | "classes" | "concepts" | "prefixes" | "variables" | "keywords";
export interface Suggestion {
  /** What is written into the query. */
  readonly text: string;
  /** What the reader sees first; `text` where that is what she knows. */
  readonly shown: string;
  readonly detail: string;
  readonly section: Section;
  /** Label of the class at hand, for fields. */
  readonly of?: string;
  readonly demand?: Demand;
  readonly count?: number;
}

const MOST = 60;

/** Returns what fits at `position`, the best first, and where the word that it replaces begins. */
export function suggest(text: string, position: number, vocabulary: Vocabulary): { from: number; found: Suggestion[] } {
  const place = placeAt(text, position);
  if (!place) return { from: position, found: [] };
  const found = offered(text, place, vocabulary);
  const wanted = folded(place.word);
  const ranked = wanted
    ? found.map((one) => [fit(one, wanted), one] as const).filter(([rank]) => rank > 0).sort((a, b) => b[0] - a[0]).map(([, one]) => one)
    : found;
  return { from: place.from, found: inSections(ranked).slice(0, MOST) };
}

/** Returns the line that declares the prefix of a name, where the query does not declare it yet. */
export function missingPrefix(text: string, name: string, vocabulary: Vocabulary): string {
  const prefix = /^([\p{L}\p{N}_-]+):/u.exec(name)?.[1];
  const namespace = prefix && vocabulary.prefixes[prefix];
  if (!prefix || !namespace || new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text)) return "";
  return `PREFIX ${prefix}: <${namespace}>\n`;
}

/** Returns where a new PREFIX line belongs: behind the comments and the prefixes at the top. */
export function placeOfPrefixes(text: string): number {
  return /^(?:[ \t]*(?:#.*)?\n)*(?:[ \t]*(?:PREFIX|BASE)\b.*\n)*/i.exec(text)?.[0].length ?? 0;
}

/** Returns words without case and marks, so that "kafejnica" finds "kafejnīca". */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function offered(text: string, place: Place, vocabulary: Vocabulary): Suggestion[] {
  if (place.word.startsWith("?") || place.word.startsWith("$")) return variables(text, place);
  switch (place.role) {
    case "prefix":
      return Object.entries(vocabulary.prefixes).map(([prefix, namespace]) =>
        ({ text: `${prefix}: <${namespace}>`, shown: `${prefix}:`, detail: namespace, section: "prefixes" }));
    case "predicate":
      return properties(place.subject, typesIn(text), vocabulary);
    case "object":
      return place.predicate === "a" || place.predicate === "rdf:type"
        ? vocabulary.classes.map((one) => ({ text: one.name, shown: one.name, detail: one.label, section: "classes", count: one.count }))
        : [...concepts(vocabulary), ...variables(text, place)];
    case "expression":
      return [...keywords(FUNCTIONS), ...concepts(vocabulary), ...variables(text, place)];
    case "values":
      return concepts(vocabulary);
    default:
      return [...keywords(CLAUSES), ...variables(text, place)];
  }
}

function properties(subject: string, types: Types, vocabulary: Vocabulary): Suggestion[] {
  const classes = vocabulary.classes.filter((one) => types.get(subject)?.has(one.name));
  const mine = new Map<number, Suggestion>();
  for (const one of classes) {
    for (const [index, demand] of one.fields) {
      const property = vocabulary.properties[index];
      if (property && !mine.has(index)) mine.set(index, { ...asProperty(property, "fields"), demand, of: one.label || one.name });
    }
  }
  const others = vocabulary.properties.filter((_, index) => !mine.has(index)).map((one) => asProperty(one, "properties"));
  const a: Suggestion = { text: "a", shown: "a", detail: "rdf:type", section: "keywords" };
  return classes.length ? [...mine.values(), ...others] : [a, ...others];
}

function asProperty(property: Property, section: Section): Suggestion {
  return { text: property.name, shown: property.name, detail: property.label, section, count: property.count };
}

function concepts(vocabulary: Vocabulary): Suggestion[] {
  return vocabulary.concepts.map((one) =>
    ({ text: one.name, shown: one.label || one.name, detail: [one.name, ...one.also].join(" · "), section: "concepts" }));
}

function variables(text: string, place: Place): Suggestion[] {
  const found = new Set(tokenize(text).tokens.filter((token) => token.kind === "variable" && token.from !== place.from).map((token) => token.text));
  return [...found].map((name) => ({ text: name, shown: name, detail: "", section: "variables" }));
}

function keywords(words: readonly string[]): Suggestion[] {
  return words.map((word) => ({ text: word, shown: word, detail: "", section: "keywords" }));
}

/** How well a suggestion fits what has been written: 0 not at all. */
function fit(one: Suggestion, wanted: string): number {
  const name = folded(one.text);
  const local = name.slice(name.indexOf(":") + 1);
  if (name === wanted) return 5;
  if (name.startsWith(wanted) || local.startsWith(wanted)) return 4;
  const words = folded(`${one.shown} ${one.detail}`);
  if (words.startsWith(wanted)) return 4;
  if (words.split(/[\s·():/-]+/).some((word) => word.startsWith(wanted))) return 3;
  return words.includes(wanted) || name.includes(wanted) ? 1 : 0;
}

function inSections(found: readonly Suggestion[]): Suggestion[] {
  const order: Section[] = ["fields", "classes", "prefixes", "concepts", "variables", "keywords", "properties"];
  return order.flatMap((section) => found.filter((one) => one.section === section));
}
