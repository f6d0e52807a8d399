// The map: our own land, pins and clusters that the server counts, a list of names on each. Works by mouse, touch and keys.
import * as L from "leaflet";
import { here } from "./frozen/page.ts";

type Item = { label: string; href: string; lang?: string };
type Properties = { n: number; label: string; href: string; coarse?: boolean; items?: Item[] };
type Pin = GeoJSON.Feature<GeoJSON.Point, Properties>;
type Pins = Map<string, L.Marker>;
type Words = { more: string; here: string; coarse: string };

const FRAME: L.LatLngBoundsLiteral = [[33.5, -27], [72, 46]]; // what can be reached
const FIRST: L.LatLngBoundsLiteral = [[36, -9.5], [63, 30]]; // what is seen first
const SNAP = 2; // degrees: boxes asked for begin at whole steps, so that readers share answers

const element = document.querySelector<HTMLElement>("[data-map]");
if (element) void start(element);

async function start(holder: HTMLElement): Promise<void> {
  const words = JSON.parse(holder.dataset["words"] ?? "{}") as Words;
  const land = await json<GeoJSON.FeatureCollection>(holder.dataset["land"] ?? "");
  holder.replaceChildren();
  holder.classList.add("live");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(holder, {
    attributionControl: false, maxBounds: FRAME, maxBoundsViscosity: 1, maxZoom: 12, zoomSnap: 0.25, zoomDelta: 1,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, zoomControl: false,
  });
  L.control.zoom({ zoomInTitle: holder.dataset["in"] ?? "+", zoomOutTitle: holder.dataset["out"] ?? "−" }).addTo(map);
  L.geoJSON(land, { interactive: false, style: { className: "land" } }).addTo(map);
  const pins: Pins = new Map();
  map.setMinZoom(map.getBoundsZoom(FRAME, true));
  map.fitBounds(extent(holder.dataset["extent"]) ?? FIRST, { animate: false });
  const source = holder.dataset["pins"] ?? "";
  const frozen = here();
  const counted = frozen ? await (await import("./frozen/pins.ts")).pinsOf(frozen) : undefined; // there is no server to ask
  let asked = "";
  const refresh = async (): Promise<void> => {
    if (counted) {
      draw(map, pins, counted(Math.round(map.getZoom())), words);
      return;
    }
    const address = within(source, map);
    if (address === asked) return;
    asked = address;
    const found = await json<GeoJSON.FeatureCollection<GeoJSON.Point, Properties>>(address);
    if (asked === address) draw(map, pins, found.features, words);
  };
  map.on("moveend", () => void refresh());
  await refresh();
  holder.dataset["ready"] = "true";
}

// Returns the address of the pins in view, its box widened to steps.
function within(source: string, map: L.Map): string {
  const box = map.getBounds().pad(0.25);
  const down = (value: number) => Math.floor(value / SNAP) * SNAP;
  const corners = [down(box.getWest()), down(box.getSouth()), down(box.getEast()) + SNAP, down(box.getNorth()) + SNAP];
  const inside = corners.map((edge, at) => (at % 2 ? Math.max(-90, Math.min(90, edge)) : edge));
  return `${source}${source.includes("?") ? "&" : "?"}zoom=${Math.round(map.getZoom())}&bbox=${inside.join(",")}`;
}

// Shows the pins found. One that was there already stays as it is, open and held by the keyboard.
function draw(map: L.Map, shown: Pins, found: readonly Pin[], words: Words): void {
  const wanted = new Map(found.map((pin) => [JSON.stringify([pin.geometry.coordinates, pin.properties]), pin]));
  for (const [key, marker] of shown) {
    if (wanted.has(key)) continue;
    marker.remove();
    shown.delete(key);
  }
  for (const [key, pin] of wanted) if (!shown.has(key)) shown.set(key, markerOf(pin, map, words).addTo(map));
}

function markerOf(pin: Pin, map: L.Map, words: Words): L.Marker {
  const { n, label, coarse } = pin.properties;
  const size = Math.round(14 + 7 * Math.log2(n));
  const icon = L.divIcon({
    className: coarse ? "pin coarse" : "pin", html: n > 1 ? `<span>${n}</span>` : "", iconSize: [size, size],
  });
  const [longitude, latitude] = pin.geometry.coordinates as [number, number];
  const marker = L.marker([latitude, longitude], { icon, title: n > 1 ? `${label}: ${n}` : label, alt: label, keyboard: true });
  if (pin.properties.items) return withNames(marker, pin.properties, words);
  return marker.on("click keypress", (event: L.LeafletEvent & { originalEvent?: KeyboardEvent }) => {
    if (event.type === "keypress" && event.originalEvent?.key !== "Enter") return;
    map.setView([latitude, longitude], Math.min(map.getZoom() + 2, 12));
    map.getContainer().focus();
  });
}

// Opens the names of a pin where it stands, the first of them held by the keyboard; Escape leads back to the pin.
function withNames(marker: L.Marker, pin: Properties, words: Words): L.Marker {
  const box = (): HTMLElement => {
    const made = names(pin, words);
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      marker.closePopup();
      marker.getElement()?.focus({ preventScroll: true });
    });
    return made;
  };
  marker.bindPopup(box, { maxWidth: 280, autoPanPadding: [24, 24] });
  return marker.on("popupopen", ({ popup }) => popup.getElement()?.querySelector<HTMLElement>("li a")?.focus({ preventScroll: true }));
}

function names({ label, n, href, items = [], coarse }: Properties, words: Words): HTMLElement {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = label;
  const list = document.createElement("ul");
  for (const item of items) {
    const link = document.createElement("a");
    link.href = item.href;
    link.textContent = item.label;
    if (item.lang) link.lang = item.lang;
    const entry = document.createElement("li");
    entry.append(link);
    list.append(entry);
  }
  box.append(title, list);
  if (coarse) box.append(note(words.coarse));
  if (n > items.length) {
    const more = document.createElement("a");
    more.href = href;
    more.textContent = words.more.replace("%n", String(n));
    box.append(more);
  }
  return box;
}

function note(text: string): HTMLElement {
  const small = document.createElement("p");
  small.className = "quiet";
  small.textContent = text;
  return small;
}

function extent(text: string | undefined): L.LatLngBoundsLiteral | undefined {
  const [west, south, east, north] = (text ?? "").split(",").map(Number);
  if (west === undefined || south === undefined || east === undefined || north === undefined) return undefined;
  return [[south, west], [north, east]];
}

async function json<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T;
}
