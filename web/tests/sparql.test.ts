// Tokens, the place in a query, and what is offered there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeAt, typesIn } from "../src/sparql/place.ts";
import { type Vocabulary, missingPrefix, placeOfPrefixes, suggest } from "../src/sparql/suggest.ts";
import { tokenize } from "../src/sparql/tokens.ts";

const kinds = (text: string): string[] => tokenize(text).tokens.map((token) => `${token.kind}:${token.text}`);

/** The place of the bar in a query. */
const at = (text: string) => placeAt(text.replace("|", ""), text.indexOf("|"));

const vocabulary: Vocabulary = {
  prefixes: { libri: "https://w3id.org/libri/ontology#", "service-type": "https://w3id.org/libri/concept/service-types/" },
  classes: [
    { name: "libri:Initiative", label: "Iniciatīva", count: 557, fields: [[1, "must"], [2, ""]] },
    { name: "libri:Practice", label: "Prakse", count: 20, fields: [[0, "must"]] },
  ],
  properties: [
    { name: "skos:prefLabel", label: "Nosaukums", count: 900 },
    { name: "libri:country", label: "valsts", count: 600 },
    { name: "libri:endYear", label: "beigu gads", count: 5 },
  ],
  concepts: [{ name: "service-type:language-cafe", label: "sarunu klubs", scheme: "Pakalpojumu veidi", also: ["valodu kafejnīca"] }],
};
const names = (text: string): string[] =>
  suggest(text.replace("|", ""), text.indexOf("|"), vocabulary).found.map((one) => one.text);

test("tokens tell names, texts, comparisons and comments apart", () => {
  assert.deepEqual(kinds('?a a libri:X ; skos:l "x\\"y"@lv-x . # no'), [
    "variable:?a", "keyword:a", "prefixed:libri:X", "sign:;", "prefixed:skos:l", 'string:"x\\"y"', "language:@lv-x", "sign:.",
  ]);
  assert.deepEqual(kinds("FILTER(?a < 3 && ?b<=<http://x/>)").filter((one) => one.startsWith("iri") || one.startsWith("sign")),
    ["sign:(", "sign:<", "sign:&&", "sign:<=", "iri:<http://x/>", "sign:)"]);
  assert.deepEqual(kinds("x:a.b. 1.5e3 :c"), ["prefixed:x:a.b", "sign:.", "number:1.5e3", "prefixed::c"]);
});

test("a string may go over lines, and every character belongs to one token", () => {
  const text = '?s ?p """one\ntwo ?x\n# three""" .';
  assert.deepEqual(kinds(text).map((one) => one.split(":")[0]), ["variable", "variable", "string", "string", "string", "sign"]);
  assert.equal(tokenize('"""one\n').open, "string");
  for (const token of tokenize(text).tokens) assert.equal(text.slice(token.from, token.to), token.text);
});

test("a place is subject, property or value", () => {
  assert.equal(at("SELECT * { |")?.role, "subject");
  assert.deepEqual({ ...at("SELECT * { ?i a libri:X ; lib|") }, { role: "predicate", subject: "?i", predicate: "a", word: "lib", from: 26 });
  assert.equal(at("SELECT * { ?i libri:x |")?.role, "object");
  assert.equal(at("SELECT * { ?i libri:x/libri:|")?.role, "predicate");
  assert.equal(at("SELECT * { ?i (libri:x|libri:y)+ |".replace("|l", "/l"))?.role, "object");
  assert.equal(at("SELECT * { ?i libri:x ?y , |")?.role, "object");
  assert.equal(at("SELECT * { ?i libri:x [ libri:|")?.role, "predicate");
  assert.equal(at("SELECT * { ?i libri:x [ a libri:Y ] ; li|")?.subject, "?i");
  assert.equal(at("SELECT * { ?i a libri:X . OPTIONAL { ?i li|")?.role, "predicate");
  assert.equal(at("SELECT * { ?i a libri:X FILTER(?i = |")?.role, "expression");
  assert.equal(at("SELECT * { ?i a libri:X FILTER(?i > 1) ?i li|")?.role, "predicate");
  assert.equal(at("SELECT * { GRAPH ?g { ?s li|")?.role, "predicate");
  assert.equal(at("SELECT * { VALUES ?x { |")?.role, "values");
  assert.equal(at("PREFIX li|")?.role, "prefix");
  assert.equal(at('SELECT * { ?i libri:x "in a text |'), undefined);
  assert.equal(at("# in a comment |"), undefined);
});

test("types are known from anywhere in the query", () => {
  assert.deepEqual([...typesIn("SELECT * { ?i libri:x ?y . ?i a libri:A , libri:B }").get("?i") ?? []], ["libri:A", "libri:B"]);
});

test("properties of the class at hand come first, mandatory ones before others", () => {
  assert.deepEqual(names("{ ?i a libri:Initiative ; |"), ["libri:country", "libri:endYear", "skos:prefLabel"]);
  assert.deepEqual(names("{ ?i libri:| . ?i a libri:Initiative }"), ["libri:country", "libri:endYear"]);
  assert.deepEqual(names("{ ?i vals|"), ["libri:country"]);
});

test("classes follow a, and concepts are found by any of their labels, without marks", () => {
  assert.deepEqual(names("{ ?i a |"), ["libri:Initiative", "libri:Practice"]);
  assert.deepEqual(names("{ ?i a iniciativa|"), ["libri:Initiative"]);
  assert.deepEqual(names("{ ?i libri:serviceType kafejnica|"), ["service-type:language-cafe"]);
  assert.deepEqual(names("{ ?initiative libri:x ?in|"), ["?initiative"]);
});

test("a prefix that is missing is declared behind the comments and prefixes at the top", () => {
  const text = "# Question\n# more\nSELECT * {}";
  assert.equal(missingPrefix(text, "libri:country", vocabulary), "PREFIX libri: <https://w3id.org/libri/ontology#>\n");
  assert.equal(missingPrefix("prefix libri: <x>", "libri:country", vocabulary), "");
  assert.equal(text.slice(placeOfPrefixes(text)), "SELECT * {}");
  assert.equal(placeOfPrefixes("# q\nPREFIX a: <b>\n\nSELECT"), "# q\nPREFIX a: <b>\n".length);
});
