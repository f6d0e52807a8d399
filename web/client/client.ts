/** A small typed client of the LIBRI Graph API: lists that go on by themselves, records, and texts for a reader. */

import type { Kinds, LanguageMap, List, Literal, Thing } from "./types.d.ts";

export type Plural = keyof Kinds;
export type Level = "card" | "page" | "full";
export type RecordOf<P extends Plural, L extends Level> = Kinds[P][L];

/** What every list takes beside its filters. */
export interface Options {
  readonly lang?: string;
  readonly limit?: number;
  readonly sort?: "best" | "newest" | "name" | "near";
  readonly "changed-since"?: string;
}

/** What the server says of a fault. */
export class Problem extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** A text and the language that it is in. */
export interface Told {
  readonly text: string;
  readonly language: string;
}

export class Client {
  readonly #base: string;
  readonly #ask: typeof fetch;

  constructor(base: string, ask: typeof fetch = fetch) {
    this.#base = base.replace(/\/$/, "");
    this.#ask = ask;
  }

  /** The first part of a list; its `next` is the address of the one after it. */
  list<P extends Plural>(plural: P, filters: Kinds[P]["filters"] = {}, options: Options = {}): Promise<List<Kinds[P]["card"]>> {
    return this.#get(`${this.#base}/api/${plural}${query({ ...filters, ...options })}`);
  }

  /** Every card of a list, part after part. */
  async *all<P extends Plural>(plural: P, filters: Kinds[P]["filters"] = {}, options: Options = {}): AsyncGenerator<Kinds[P]["card"]> {
    let part = await this.list(plural, filters, options);
    yield* part.items;
    while (part.next !== undefined) {
      part = await this.#get<List<Kinds[P]["card"]>>(part.next);
      yield* part.items;
    }
  }

  /** One record at a level, by its slug or its whole IRI. */
  record<P extends Plural, L extends Level>(plural: P, slug: string, view: L, lang?: string): Promise<RecordOf<P, L>> {
    const name = slug.slice(slug.lastIndexOf("/") + 1);
    return this.#get(`${this.#base}/api/${plural}/${encodeURIComponent(name)}${query({ view, lang })}`);
  }

  async #get<Found>(address: string): Promise<Found> {
    const answer = await this.#ask(address, { headers: { Accept: "application/ld+json" } });
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Problem(answer.status, detail(body));
    return body as Found;
  }
}

/** The text of a language map for a reader of `languages`, best first; English, then any, where there is none. */
export function text(map: LanguageMap, languages: readonly string[]): Told | undefined {
  const tags = [...languages, "en", ...Object.keys(map).sort()];
  for (const language of tags) {
    const found = map[language];
    if (found !== undefined) return { text: found, language };
  }
  return undefined;
}

/** Latitude and longitude of a place, where they are known. */
export function position(place: Thing): readonly [number, number] | undefined {
  if (place.lat === undefined || place.long === undefined) return undefined;
  return [Number(place.lat), Number(place.long)];
}

/** The year of a date. */
export function year(date: Literal): number {
  return Number(date["@value"].slice(0, 4));
}

function query(given: object): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.append(name, String(one));
  }
  const written = pairs.toString();
  return written ? `?${written}` : "";
}

function detail(body: unknown): string {
  if (typeof body === "object" && body !== null && "detail" in body) return String(body.detail);
  return "the server said nothing of what went wrong";
}
