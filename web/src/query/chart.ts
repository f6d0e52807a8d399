// A chart with bars: one name and one number for each row, as SVG that prints.
import { type Column, namesOf, tellingColumn } from "./columns.ts";
import { type Words, filled, make } from "./words.ts";

const MOST_BARS = 40;
const SVG = "http://www.w3.org/2000/svg";
const ROW = 28;
const WIDTH = 720;

export function canBeDrawn(columns: readonly Column[]): boolean {
  return columns.some((one) => one.numeric) && columns.some((one) => !one.numeric && one.values.some(Boolean));
}

/** Puts a chart into `place`, with a choice of columns where there are several. */
export function showChart(place: HTMLElement, columns: readonly Column[], words: Words): void {
  const names = select(words["names"] ?? "", [...columns.filter((one) => !one.numeric).map((one) => one.name), ""], words["all"] ?? "");
  const numbers = select(words["numbers"] ?? "", columns.filter((one) => one.numeric).map((one) => one.name), "");
  names.input.value = tellingColumn(columns);
  const figure = make("figure", { class: "chart" });
  const draw = (): void => {
    const column = columns.find((one) => one.name === numbers.input.value);
    const labels = namesOf(columns, names.input.value);
    const bars = labels.map((label, row) => ({ label, value: Number(column?.values[row]), shown: column?.values[row] ?? "" }))
      .filter((bar) => bar.shown && Number.isFinite(bar.value));
    const caption = bars.length > MOST_BARS ? filled(words["cut"], { shown: MOST_BARS, total: bars.length }) : "";
    const title = `${column?.name ?? ""} / ${names.input.value || (words["all"] ?? "")}`;
    figure.replaceChildren(drawn(bars.slice(0, MOST_BARS), title), make("figcaption", { class: "quiet" }, caption));
  };
  names.input.addEventListener("change", draw);
  numbers.input.addEventListener("change", draw);
  draw();
  place.replaceChildren(make("div", { class: "chart-choice" }, names.label, numbers.label), figure);
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly shown: string;
}

function drawn(bars: readonly Bar[], title: string): SVGElement {
  const rightToLeft = document.documentElement.dir === "rtl";
  const most = Math.max(0, ...bars.map((bar) => bar.value));
  const least = Math.min(0, ...bars.map((bar) => bar.value));
  const scale = most > least ? (WIDTH - 90) / (most - least) : 0;
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${bars.length * ROW * 1.6 || 1}`, role: "img", "aria-label": title });
  bars.forEach((bar, row) => {
    const top = row * ROW * 1.6;
    const start = (Math.min(bar.value, 0) - least) * scale;
    const length = Math.max(Math.abs(bar.value) * scale, 1);
    const at = (x: number): number => (rightToLeft ? WIDTH - x : x);
    const beginning = rightToLeft ? at(start + length) : start;
    const label = element("text", { x: `${at(0)}`, y: `${top + 15}`, class: "bar-label" });
    label.textContent = bar.label.length > 80 ? `${bar.label.slice(0, 79)}…` : bar.label;
    const value = element("text", { x: `${at(start + length + 6)}`, y: `${top + 32}`, class: "bar-value" });
    value.textContent = bar.shown;
    svg.append(label, element("rect", { x: `${beginning}`, y: `${top + 20}`, width: `${length}`, height: "14", rx: "2", class: "bar" }), value);
  });
  return svg;
}

function element(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function select(label: string, values: readonly string[], empty: string): { label: HTMLLabelElement; input: HTMLSelectElement } {
  const input = make("select", {}, ...values.map((value) => make("option", { value }, value || empty)));
  return { label: make("label", {}, `${label} `, input), input };
}
