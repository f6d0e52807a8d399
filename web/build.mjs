// Builds what the browser needs into server/static/build: the two type families, and the scripts in src/ (one entry each page).
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";
import { outline } from "./outline.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "..", "server", "static", "build");
const target = `${built}.new`; // exchanged at the end, so that a server never lacks a file for long
const families = [
  { name: "source-sans-3", sheets: ["wght.css", "wght-italic.css"] },
  { name: "noto-sans-arabic", sheets: ["wght.css"] },
];

// Letters of one font that is large because of ligatures of other languages than ours and of weights that no page has.
const LARGE = new Set(["noto-sans-arabic-arabic-wght-normal.woff2"]);
const ARABIC = Array.from({ length: 0x100 }, (_, at) => String.fromCodePoint(0x600 + at)).join("") + "\u200c\u200d\u200e\u200f\u25cc";
const lighter = (font) => subsetFont(font, ARABIC, { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700 } } });

// Latin letters beyond the first 256 that the languages of Europe write; the rest of that font is large, and comes where it is met.
const EUROPE = [[0x100, 0x17f], [0x192, 0x192], [0x1e6, 0x1e7], [0x1fc, 0x1ff], [0x218, 0x21b], [0x1e80, 0x1e85], [0x1e9e, 0x1e9e], [0x1ef2, 0x1ef3]];
const letters = EUROPE.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at))).join("");
const range = EUROPE.map(([from, to]) => `U+${from.toString(16)}${to > from ? `-${to.toString(16)}` : ""}`).join(",");
const FACE = /@font-face \{[^}]*url\(\.\/files\/(source-sans-3-latin-ext-[^)]+)\)[^}]*\}/g;

// Writes the part of a face that Europe needs and returns the sheet with it: of faces that hold a letter the last is taken.
async function withEurope(css, folder) {
  for (const [face, file] of css.matchAll(FACE)) {
    const part = file.replace("latin-ext", "latin-europe");
    const whole = await readFile(join(folder, "files", file));
    await writeFile(join(target, "fonts", part), await subsetFont(whole, letters, { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 800 } } }));
    css = css.replace(face, `${face}\n\n${face.replace(file, part).replace(/unicode-range: [^;]+/, `unicode-range: ${range}`)}`);
  }
  return css;
}

await rm(target, { recursive: true, force: true });
await mkdir(join(target, "fonts"), { recursive: true });
const sheets = [];
for (const { name, sheets: names } of families) {
  const folder = join(here, "node_modules", "@fontsource-variable", name);
  for (const sheet of names) {
    const css = await readFile(join(folder, sheet), "utf8");
    for (const [, file] of css.matchAll(/url\(\.\/files\/([^)]+)\)/g)) {
      const whole = await readFile(join(folder, "files", file));
      await writeFile(join(target, "fonts", file), LARGE.has(file) ? await lighter(whole) : whole);
    }
    sheets.push((await withEurope(css, folder)).replaceAll("./files/", "fonts/"));
  }
  await cp(join(folder, "LICENSE"), join(target, "fonts", `${name}.LICENSE`));
}
await cp(join(here, "node_modules", "leaflet", "dist", "leaflet.css"), join(target, "leaflet.css"));

const entries = (await readdir(join(here, "src"))).filter((name) => name.endsWith(".ts"));
await build({
  entryPoints: entries.map((name) => join(here, "src", name)),
  outdir: target,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "linked",
  chunkNames: "chunks/[name]-[hash]",
});
await writeFile(join(target, "europe.json"), JSON.stringify(await outline()));
await writeFile(join(target, "fonts.css"), sheets.join("\n"));
await rm(built, { recursive: true, force: true });
await rename(target, built);
