// Draws our own outline of Europe from Natural Earth (public domain): land and borders, simplified, no tiles.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { bboxClip } from "@turf/bbox-clip";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const FRAME = [-32, 27, 62, 84]; // wider than any map shows, so that no clipped edge is seen
const DETAIL = 0.01; // square degrees; smaller corners are straightened
const LEFT_OUT = new Set(["304"]); // Greenland, which the frame would cut
const require = createRequire(import.meta.url);

/** Returns the land of Europe and its neighbours as GeoJSON, one feature a country. */
export async function outline() {
  const world = JSON.parse(await readFile(require.resolve("world-atlas/countries-50m.json"), "utf8"));
  const simple = simplify(presimplify(world), DETAIL);
  const countries = feature(simple, simple.objects.countries).features.filter(({ id }) => !LEFT_OUT.has(id));
  const features = countries.map(clipped).filter(({ geometry }) => geometry.coordinates.length);
  return { type: "FeatureCollection", bbox: FRAME, features };
}

function clipped(country) {
  const { type, coordinates } = bboxClip(unwrapped(country), FRAME).geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const kept = polygons.map((rings) => rings.map(rounded).filter((ring) => ring.length > 3)).filter((rings) => rings.length);
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: kept } };
}

// Rings that cross the date line jump from 180 to -180; they go on beyond 180 instead.
function unwrapped({ geometry: { type, coordinates } }) {
  const rings = (polygon) => polygon.map((ring) => (jumps(ring) ? ring.map(([x, y]) => [x < 0 ? x + 360 : x, y]) : ring));
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: polygons.map(rings) } };
}

function jumps(ring) {
  return ring.some(([x], at) => at > 0 && Math.abs(x - ring[at - 1][0]) > 180);
}

function rounded(ring) {
  const points = ring.map((point) => point.map((degree) => Math.round(degree * 100) / 100));
  return points.filter(([x, y], at) => at === 0 || x !== points[at - 1][0] || y !== points[at - 1][1]);
}
