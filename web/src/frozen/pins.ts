// Pins of the static edition: the same squares as the server's, counted in the browser.
import type { Cards } from "./list.ts";
import { type Here, card, folder, read } from "./page.ts";
import { type Pin, type Selection, fitting, query, wanted } from "./select.ts";

type Item = { label: string; href: string; lang?: string };
type Properties = { n: number; label: string; href: string; coarse?: boolean; items?: Item[] };
type Feature = GeoJSON.Feature<GeoJSON.Point, Properties>;

const KIND = "initiatives";
const TILE = 256;
const CELL = 64; // pixels that one pin stands for
const MOST_LATITUDE = 85.0511;
const NAMED = 8;

/** Returns what gives the pins at a zoom, of all that fits the address of the page. */
export async function pinsOf(page: Here): Promise<(zoom: number) => Feature[]> {
  const selection = await read<Selection>(`${page.root}${KIND}/selection.json`);
  const cards = await read<Cards>(`${folder(page, KIND)}cards.json`);
  if (!selection || !cards) return () => [];
  const wish = wanted(location.search, selection);
  const fits = fitting(selection, wish);
  const there = selection.pins
    .map(([latitude, longitude, place, coarse, members]): Pin => [latitude, longitude, place, coarse, members.filter((one) => fits.has(one))])
    .filter(([, , , , members]) => members.length);
  const items = new Map<number, Item>();
  const item = (member: number): Item => {
    const link = items.get(member) ?? itemOf(page, cards.cards[member] ?? "");
    items.set(member, link);
    return link;
  };
  return (zoom) => clusters(there, zoom).map((group) => {
    const members = [...new Set(group.flatMap(([, , , , found]) => found))];
    const [latitude, longitude] = middle(group);
    const places = group.map(([, , place]) => place).sort();
    const label = places.slice(0, 3).map((place) => cards.places[place] ?? place).join(", ") + (places.length > 3 ? " …" : "");
    const near = places.length === 1 ? places[0] : `${latitude.toFixed(4)},${longitude.toFixed(4)}`;
    const href = folder(page, KIND) + query(wish, { near, within: places.length === 1 ? 1 : 50 });
    const few = places.length === 1 || members.length <= NAMED;
    const properties: Properties = { n: members.length, label, href };
    if (group.every(([, , , coarse]) => coarse)) properties.coarse = true;
    if (few) properties.items = members.slice(0, NAMED).map(item);
    return { type: "Feature", geometry: { type: "Point", coordinates: [longitude, latitude] }, properties };
  });
}

function itemOf(page: Here, html: string): Item {
  const link = card(html).querySelector("a");
  const inner = link?.querySelector<HTMLElement>("[lang]");
  // a card's links lead from the page of its list, which is as deep in the edition as the map
  return { label: link?.textContent?.trim() ?? "", href: link?.getAttribute("href") ?? page.root, ...(inner ? { lang: inner.lang } : {}) };
}

/** Puts places together that stand in one square of the web map. */
export function clusters(pins: Pin[], zoom: number): Pin[][] {
  const squares = new Map<string, Pin[]>();
  for (const pin of pins) {
    const size = TILE * 2 ** zoom / CELL;
    const bounded = Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, pin[0]));
    const down = (1 - Math.asinh(Math.tan(bounded * Math.PI / 180)) / Math.PI) / 2;
    const square = `${Math.floor((pin[1] + 180) / 360 * size)}/${Math.floor(down * size)}`;
    squares.set(square, [...squares.get(square) ?? [], pin]);
  }
  return [...squares.values()];
}

function middle(group: Pin[]): [number, number] {
  const weight = group.reduce((sum, [, , , , members]) => sum + members.length, 0);
  const mean = (at: 0 | 1): number => group.reduce((sum, pin) => sum + pin[at] * pin[4].length, 0) / weight;
  return [mean(0), mean(1)];
}
