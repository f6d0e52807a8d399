// What the columns of a shown table hold: names, numbers, places.

export interface Column {
  readonly name: string;
  readonly values: readonly string[];
  readonly numeric: boolean;
}
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
  readonly title: string;
}

const LATITUDE = /^(?:.*_)?(?:lat|latitude)$/i;
const LONGITUDE = /^(?:.*_)?(?:long|lon|lng|longitude)$/i;
const POINT = /POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)/i;

/** Returns the columns of a table as its reader sees them. */
export function columnsOf(table: HTMLTableElement): Column[] {
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  return [...(table.tHead?.rows[0]?.cells ?? [])].map((head, index) => {
    const cells = rows.map((row) => row.cells[index]);
    const filled = cells.filter((cell) => cell?.textContent);
    return {
      name: head.textContent ?? "",
      values: cells.map(shownIn),
      numeric: filled.length > 0 && filled.every((cell) => cell?.dataset["kind"] === "number"),
    };
  });
}

/** Returns the places that rows name: by a latitude and a longitude, or by a point in WKT. */
export function pointsOf(columns: readonly Column[]): Point[] {
  const latitudes = columns.find((one) => one.numeric && LATITUDE.test(one.name))?.values;
  const longitudes = columns.find((one) => one.numeric && LONGITUDE.test(one.name))?.values;
  const shapes = columns.find((one) => one.values.some((value) => POINT.test(value)))?.values;
  const titles = columns.filter((one) => !one.numeric && !one.values.some((value) => POINT.test(value)));
  const rows = columns[0]?.values.map((_, row) => row) ?? [];
  return rows.flatMap((row) => {
    const point = POINT.exec(shapes?.[row] ?? "");
    const latitude = latitudes && longitudes ? latitudes[row] : point?.[2];
    const longitude = latitudes && longitudes ? longitudes[row] : point?.[1];
    if (!latitude || !longitude) return [];
    const title = titles.map((one) => one.values[row]).filter(Boolean).slice(0, 2).join(" · ");
    return [{ latitude: Number(latitude), longitude: Number(longitude), title }];
  });
}

/** Returns what to call each row: the values of one column, or of all columns of names. */
export function namesOf(columns: readonly Column[], name: string): string[] {
  const chosen = columns.filter((one) => !one.numeric && (!name || one.name === name));
  return (columns[0]?.values ?? []).map((_, row) => [...new Set(chosen.map((one) => one.values[row]).filter(Boolean))].join(" · "));
}

/** Returns the column of names that tells rows apart: the last with a different value in each row, or none. */
export function tellingColumn(columns: readonly Column[]): string {
  const telling = columns.filter((one) => !one.numeric && new Set(one.values).size === one.values.length);
  return telling.at(-1)?.name ?? "";
}

function shownIn(cell: HTMLTableCellElement | undefined): string {
  if (!cell) return "";
  const own = cell.querySelector("a, span:not(.badge, .iri)") ?? cell;
  return (own.textContent ?? "").trim();
}
