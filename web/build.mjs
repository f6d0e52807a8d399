// Builds what the browser needs from npm packages into server/static/build: today the two type families.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
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
await writeFile(join(target, "fonts.css"), sheets.join("\n"));
