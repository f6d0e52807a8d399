// Reads documents with the RDF that they should say and a frame; prints what jsonld.js makes of each.
import jsonld from "jsonld";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { context, cases } = JSON.parse(Buffer.concat(chunks).toString("utf8"));

const documentLoader = async (url) => {
  if (url !== context.url) throw new Error(`nothing but the context is loaded, not ${url}`);
  return { contextUrl: null, documentUrl: url, document: context.document };
};
const nquads = { format: "application/n-quads", documentLoader };

// Its own useNativeTypes writes the datatype of every plain string too, so that is done here.
const natively = {
  "http://www.w3.org/2001/XMLSchema#integer": Number,
  "http://www.w3.org/2001/XMLSchema#boolean": (text) => text === "true",
};
const native = (value) => {
  if (Array.isArray(value)) return value.map(native);
  if (typeof value !== "object" || value === null) return value;
  const make = natively[value["@type"]];
  if (make && "@value" in value) return { "@value": make(value["@value"]) };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, native(one)]));
};

const found = {};
for (const { name, document, rdf, frame } of cases) {
  const said = await jsonld.toRDF(document, nquads);
  const expanded = await jsonld.expand(document, { documentLoader });
  const graph = native(await jsonld.fromRDF(rdf, { format: "application/n-quads" }));
  const framed = await jsonld.frame(graph, frame, { documentLoader });
  found[name] = { said: said.split("\n").filter(Boolean).sort(), expanded: expanded.length, framed };
}
process.stdout.write(JSON.stringify(found));
