// Builds what the browser needs into server/static/build: the two type families, and the scripts in src/ (one entry each page).
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "server", "static", "build");
const families = [
  { name: "source-sans-3", sheets: ["wght.css", "wght-italic.css"] },
  { name: "noto-sans-arabic", sheets: ["wght.css"] },
];

await rm(target, { recursive: true, force: true });
await mkdir(join(target, "fonts"), { recursive: true });
const sheets = [];
for (const { name, sheets: names } of families) {
  const folder = join(here, "node_modules", "@fontsource-variable", name);
  for (const sheet of names) {
    const css = await readFile(join(folder, sheet), "utf8");
    for (const [, file] of css.matchAll(/url\(\.\/files\/([^)]+)\)/g)) {
      await cp(join(folder, "files", file), join(target, "fonts", file));
    }
    sheets.push(css.replaceAll("./files/", "fonts/"));
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
await writeFile(join(target, "fonts.css"), sheets.join("\n"));
