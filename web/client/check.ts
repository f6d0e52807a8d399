/** What must compile against the types, and what must not; nothing of it runs. */

import { Client, position, text, year } from "./client.ts";
import type { InitiativeCard, InitiativeFull, PlacePage, PracticePage } from "./types.d.ts";

const client = new Client("https://example.org/");

export async function uses(): Promise<string[]> {
  const list = await client.list("initiatives", { country: ["LVA", "POL"], from: "2020" }, { lang: "lv", limit: 5 });
  const first: InitiativeCard | undefined = list.items[0];
  const names = first?.serviceType.map((service) => text(service.label, ["lv"])?.text ?? service.id) ?? [];
  const place = first?.place && position(first.place);
  const page: PracticePage = await client.record("practices", "ask-first", "page");
  const full: InitiativeFull = await client.record("initiatives", "a", "full");
  const where: PlacePage = await client.record("places", "riga-lv", "page");
  const organisers: readonly string[] | undefined = full.organiser;
  const began = first?.startDate && year(first.startDate);
  return [...names, String(place), page.similar[0]?.id ?? "", where.lat ?? "", ...(organisers ?? []), String(began)];
}

export function refuses(card: InitiativeCard, full: InitiativeFull): void {
  // @ts-expect-error a field that is an array is never a value
  card.country.label;
  // @ts-expect-error at full, what is named is an address
  full.place?.label;
  // @ts-expect-error there is no such list
  client.list("libraries");
  // @ts-expect-error places have no facet of services
  client.list("places", { service: "language-cafe" });
  // @ts-expect-error nothing is changed here
  card.id = "";
}
