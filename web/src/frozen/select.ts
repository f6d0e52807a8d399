// Lists narrowed down as the site does it: values of one facet widen, facets narrow.

export type Pin = [latitude: number, longitude: number, place: string, coarse: number, members: number[]];
export type Selection = {
  size: number;
  orders: Record<string, number[]>;
  facets: Record<string, Record<string, number[]>>;
  pins: Pin[];
};
export type Wanted = {
  chosen: Map<string, string[]>;
  from: number | undefined;
  to: number | undefined;
  near: string | undefined;
  within: number;
  sort: string | undefined;
  page: number;
};

const USUAL_KM = 50;
const RADIUS_KM = 6371.0088;

/** Reads the arguments of an address; what is no facet of this list is left out. */
export function wanted(search: string, selection: Selection): Wanted {
  const given = new URLSearchParams(search);
  const chosen = new Map<string, string[]>();
  for (const name of Object.keys(selection.facets)) {
    const values = [...new Set(given.getAll(name).filter(Boolean))];
    if (values.length && name !== "year") chosen.set(name, values);
  }
  const number = (name: string): number | undefined => /^\d+$/.test(given.get(name) ?? "") ? Number(given.get(name)) : undefined;
  return {
    chosen, from: number("from"), to: number("to"), near: given.get("near") || undefined,
    within: number("within") ?? USUAL_KM, sort: given.get("sort") || undefined, page: Math.max(1, number("page") ?? 1),
  };
}

export function asksNothing(wish: Wanted): boolean {
  return !wish.chosen.size && wish.from === undefined && wish.to === undefined && wish.near === undefined && !wish.sort;
}

/** Writes a wish as the arguments of an address. */
export function query(wish: Wanted, changes: Partial<Wanted> = {}): string {
  const { chosen, from, to, near, within, sort, page } = { ...wish, page: 1, ...changes };
  const pairs: [string, string][] = [];
  for (const [name, values] of chosen) for (const value of values) pairs.push([name, value]);
  if (from !== undefined) pairs.push(["from", String(from)]);
  if (to !== undefined) pairs.push(["to", String(to)]);
  if (near !== undefined) pairs.push(["near", near]);
  if (near !== undefined && within !== USUAL_KM) pairs.push(["within", String(within)]);
  if (sort) pairs.push(["sort", sort]);
  if (page > 1) pairs.push(["page", String(page)]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

/** Returns a wish with one value more, or without it where it is chosen. */
export function toggled(wish: Wanted, name: string, value: string): Partial<Wanted> {
  const before = wish.chosen.get(name) ?? [];
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  const chosen = new Map(wish.chosen);
  if (after.length) chosen.set(name, after);
  else chosen.delete(name);
  return { chosen };
}

/** Returns the members that fit, but for what is asked of facet `except`. */
export function fitting(selection: Selection, wish: Wanted, except = ""): Set<number> {
  let fits = new Set(Array.from({ length: selection.size }, (_, number) => number));
  const keep = (found: Iterable<number>): void => {
    const those = new Set(found);
    fits = new Set([...fits].filter((number) => those.has(number)));
  };
  for (const [name, values] of wish.chosen) {
    if (name !== except) keep(values.flatMap((value) => selection.facets[name]?.[value] ?? []));
  }
  if (wish.from !== undefined || wish.to !== undefined) {
    const years = Object.entries(selection.facets["year"] ?? {});
    const inside = years.filter(([year]) => Number(year) >= (wish.from ?? 0) && Number(year) <= (wish.to ?? 9999));
    keep(inside.flatMap(([, members]) => members));
  }
  const near = distances(selection, wish);
  if (near) keep(near.keys());
  return fits;
}

/** Returns how far those are that are near enough, in kilometres; undefined where that is not asked. */
export function distances(selection: Selection, wish: Wanted): Map<number, number> | undefined {
  if (wish.near === undefined) return undefined;
  const point = position(selection, wish.near);
  const found = new Map<number, number>();
  for (const [latitude, longitude, , , members] of point ? selection.pins : []) {
    const far = kilometres(point as [number, number], [latitude, longitude]);
    if (far > wish.within) continue;
    for (const member of members) found.set(member, Math.min(far, found.get(member) ?? far));
  }
  return found;
}

/** Returns those who fit, in the order that is wished for. */
export function ordered(selection: Selection, wish: Wanted): number[] {
  const fits = fitting(selection, wish);
  const far = distances(selection, wish);
  const order = wish.sort ? selection.orders[wish.sort] : undefined;
  if (order) return order.filter((number) => fits.has(number));
  const found = [...fits];
  return far && wish.sort !== "best" ? found.sort((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0) || a - b) : found;
}

function position(selection: Selection, near: string): [number, number] | undefined {
  const point = /^(-?[\d.]+),(-?[\d.]+)$/.exec(near);
  if (point) return [Number(point[1]), Number(point[2])];
  const pin = selection.pins.find(([, , place]) => place === near);
  return pin ? [pin[0], pin[1]] : undefined;
}

function kilometres([a, b]: [number, number], [c, d]: [number, number]): number {
  const radians = Math.PI / 180;
  const half = Math.sin((c - a) * radians / 2) ** 2
    + Math.cos(a * radians) * Math.cos(c * radians) * Math.sin((d - b) * radians / 2) ** 2;
  return 2 * RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}
