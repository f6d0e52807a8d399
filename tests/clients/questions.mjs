// Asks an endpoint every question in a folder with Comunica; prints {"cq01.rq": rows, ...}.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, folder] = process.argv.slice(2);
const engine = new QueryEngine();
const context = { sources: [{ type: "sparql", value: endpoint }], noCache: true };

async function rows(text) {
  const result = await engine.query(text, context);
  const stream = await result.execute();
  return result.resultType === "boolean" ? Number(stream) : (await stream.toArray()).length;
}

const counts = {};
for (const name of (await readdir(folder)).filter((name) => name.endsWith(".rq")).sort()) {
  counts[name] = await rows(await readFile(join(folder, name), "utf8"));
}
console.log(JSON.stringify(counts));
