// Places on a plain map: our own outlines, no tiles, nothing from elsewhere.
import { Map as LeafletMap, circleMarker, control, geoJSON, latLngBounds } from "leaflet";
import type { Point } from "../query/columns.ts";
import { type Words, filled, make } from "../query/words.ts";

const OUTLINES = "/static/build/europe.json";
const SHEET = "/static/build/leaflet.css";

/** Shows `points` in `place`, as many as there are, with the view fitted to them. */
export async function showPoints(place: HTMLElement, points: readonly Point[], words: Words): Promise<void> {
  await dressed();
  const frame = make("div", { class: "map", role: "region", "aria-label": filled(words["points"], { number: points.length }) });
  place.replaceChildren(frame, make("p", { class: "quiet" }, `${filled(words["points"], { number: points.length })} · ${words["outline"] ?? ""}`));
  const map = new LeafletMap(frame, { attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 9, zoomSnap: 0.5 });
  map.fitBounds(latLngBounds(points.map((point) => [point.latitude, point.longitude])).pad(0.2), { maxZoom: 7 });
  control.zoom({ zoomInTitle: words["zoomIn"] ?? "+", zoomOutTitle: words["zoomOut"] ?? "−" }).addTo(map);
  const outlines = await (await fetch(OUTLINES)).json() as GeoJSON.GeoJsonObject;
  geoJSON(outlines, { interactive: false, style: { className: "land" } }).addTo(map);
  for (const point of points) {
    const mark = circleMarker([point.latitude, point.longitude], { radius: 6, className: "pin" }).addTo(map);
    if (point.title) mark.bindTooltip(make("span", {}, point.title));
  }
}

/** Loads the sheet that maps need, once. */
async function dressed(): Promise<void> {
  if (document.querySelector(`link[href="${SHEET}"]`)) return;
  const sheet = make("link", { rel: "stylesheet", href: SHEET });
  const loaded = new Promise((settled) => { sheet.addEventListener("load", settled); sheet.addEventListener("error", settled); });
  document.head.append(sheet);
  await loaded;
}
