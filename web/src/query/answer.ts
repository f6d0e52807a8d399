// What a script adds to an answer that the server wrote: other views of the table, buttons to copy, the mark at an error.
import { canBeDrawn, showChart } from "./chart.ts";
import { columnsOf, pointsOf } from "./columns.ts";
import { type Words, make } from "./words.ts";

interface View {
  readonly name: string;
  readonly show: (place: HTMLElement) => void | Promise<void>;
}

/** Adds to the answer in `place` what a script can add. */
export function enrich(place: HTMLElement, words: Words, query: () => string): void {
  for (const one of place.querySelectorAll<HTMLElement>(".copyable")) addCopy(one, words);
  const table = place.querySelector<HTMLTableElement>("table.solutions");
  if (table) addViews(table, words, query);
}

/** Returns where an error is, if the answer is one that has a place. */
export function faultIn(place: HTMLElement): { line: number; column: number; message: string } | undefined {
  const found = place.querySelector<HTMLElement>("[data-line]");
  if (!found) return undefined;
  return { line: Number(found.dataset["line"]), column: Number(found.dataset["column"]), message: found.querySelector("p")?.textContent ?? "" };
}

function addCopy(place: HTMLElement, words: Words): void {
  const button = make("button", { type: "button", class: "button secondary copy" }, words["copy"] ?? "");
  const source = place.querySelector<HTMLElement>("pre, a, [id]");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source?.textContent ?? "");
    button.textContent = words["copied"] ?? "";
    setTimeout(() => { button.textContent = words["copy"] ?? ""; }, 2000);
  });
  place.append(button);
}

function addViews(table: HTMLTableElement, words: Words, query: () => string): void {
  const scroll = table.parentElement as HTMLElement;
  const columns = columnsOf(table);
  const points = pointsOf(columns);
  const views: View[] = [];
  if (canBeDrawn(columns)) views.push({ name: "chart", show: (place) => showChart(place, columns, words) });
  if (points.length) {
    views.push({ name: "map", show: async (place) => (await import("../map/points.ts")).showPoints(place, points, words) });
  }
  views.push({ name: "raw", show: (place) => showRaw(place, table, query()) });
  const shown = make("div", { class: "view", hidden: "" });
  const buttons = make("div", { class: "views", role: "group", "aria-label": words["views"] ?? "" });
  const choose = async (name: string): Promise<void> => {
    for (const button of buttons.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === name));
    scroll.hidden = name !== "table";
    shown.hidden = name === "table";
    shown.replaceChildren();
    await views.find((view) => view.name === name)?.show(shown);
  };
  for (const name of ["table", ...views.map((view) => view.name)]) {
    const button = make("button", { type: "button", value: name, "aria-pressed": String(name === "table") }, words[name] ?? name);
    button.addEventListener("click", () => { void choose(name); });
    buttons.append(button);
  }
  scroll.before(buttons);
  scroll.after(shown);
}

async function showRaw(place: HTMLElement, table: HTMLTableElement, query: string): Promise<void> {
  const generation = table.closest<HTMLElement>("[data-generation]")?.dataset["generation"] ?? "";
  const found = await fetch("/sparql", {
    method: "POST", headers: { Accept: "application/sparql-results+json" }, body: new URLSearchParams({ query, generation }),
  });
  const text = await found.text();
  place.replaceChildren(make("pre", { dir: "ltr", lang: "zxx", tabindex: "0", class: "graph" }, text.slice(0, 100_000)));
}
