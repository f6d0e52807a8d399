// What the static edition does in the browser: letters folded as in Python, lists narrowed as the site narrows them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, shard, words } from "../src/frozen/fold.ts";
import { clusters } from "../src/frozen/pins.ts";
import { type Selection, fitting, ordered, query, toggled, wanted } from "../src/frozen/select.ts";

const LIST: Selection = {
  size: 4,
  orders: { newest: [3, 2, 1, 0], name: [1, 0, 2, 3] },
  facets: { country: { LVA: [0, 1], POL: [2] }, service: { cafe: [1, 2, 3] }, year: { "2019": [0], "2022": [1, 2] } },
  pins: [[56.95, 24.11, "riga-lv", 0, [0, 1]], [52.23, 21.01, "warszawa-pl", 0, [2]], [56.96, 24.12, "riga-centrs", 0, [3]]],
};

test("letters are folded as Python folds them", () => {
  assert.deepEqual(["Bibliotēkās", "Rzeszów", "مَقْهًى لُغَوِيّ"].map(fold), ["bibliotekas", "rzeszow", "مقهي لغوي"]);
  assert.deepEqual(words("L’atelier: Café-langues, п’ять!"), ["l", "atelier", "cafe", "langues", "пять"]);
  assert.deepEqual(["sarunu", "мова"].map(shard), ["73-61", "43c-43e"]);
});

test("values of one facet widen, facets narrow", () => {
  assert.deepEqual([...fitting(LIST, wanted("?country=LVA&country=POL", LIST))], [0, 1, 2]);
  assert.deepEqual([...fitting(LIST, wanted("?country=LVA&service=cafe", LIST))], [1]);
  assert.deepEqual([...fitting(LIST, wanted("?country=LVA&service=cafe", LIST), "country")], [1, 2, 3]);
  assert.deepEqual([...fitting(LIST, wanted("?from=2020", LIST))], [1, 2]);
  assert.deepEqual(ordered(LIST, wanted("?near=riga-lv&within=5", LIST)), [0, 1, 3]);
  assert.deepEqual(ordered(LIST, wanted("?sort=newest&service=cafe", LIST)), [3, 2, 1]);
});

test("an address says a wish and gives it back", () => {
  const wish = wanted("?country=LVA&near=riga-lv&within=10&sort=name", LIST);
  assert.equal(query(wish), "?country=LVA&near=riga-lv&within=10&sort=name");
  assert.equal(query(wish, toggled(wish, "country", "LVA")), "?near=riga-lv&within=10&sort=name");
});

test("places that stand in one square become one pin", () => {
  assert.equal(clusters(LIST.pins, 4).length, 2);
  assert.equal(clusters(LIST.pins, 16).length, 3);
});
