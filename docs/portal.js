// The whole way of a front end: list with facets, search, record, languages. Every call is shown on the page.
"use strict";

const BASE = new URL(new URLSearchParams(location.search).get("api") ?? "http://127.0.0.1:8000/", location.href);
const LANGUAGES = ["en", "fr", "it", "lv", "nl", "pl", "ro", "uk", "ar"];
const FACETS = ["country", "service", "group", "need"];
const content = document.querySelector("#content");
const facets = document.querySelector("#facets");
const find = document.querySelector("#find");

for (const tag of LANGUAGES) find.elements.lang.append(new Option(new Intl.DisplayNames([tag], { type: "language" }).of(tag), tag));

// 1. Ask. The browser sends If-None-Match by itself, so what has not changed comes as a 304.
async function ask(path) {
  const address = new URL(path, BASE);
  document.querySelector("#call").textContent = `GET ${decodeURIComponent(address)}`;
  const answer = await fetch(address, { headers: { Accept: "application/ld+json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.title);
  return body;
}

// 2. Texts are language maps. With lang= there is one text, and its key says which language it is in.
function element(name, map, rest = {}) {
  const made = Object.assign(document.createElement(name), rest);
  const [tag, text] = Object.entries(map ?? {})[0] ?? ["", ""];
  made.textContent = text;
  if (tag && tag !== "und") {
    made.lang = tag;
    made.dir = "auto";
  }
  return made;
}

function plain(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

// 3. A list brings its facets along: counts, names, and what to send to choose a value.
async function list() {
  const asked = new URLSearchParams(new FormData(facets));
  asked.set("lang", find.elements.lang.value);
  asked.set("limit", "10");
  const part = await ask(`api/initiatives?${asked}`);
  content.replaceChildren(plain("h2", `${part.total} initiatives`));
  show(part);
  facets.replaceChildren(...part.facets.filter((facet) => FACETS.includes(facet.name)).map(choices));
}

function choices(facet) {
  const made = document.createElement("fieldset");
  made.append(plain("legend", facet.name));
  for (const value of facet.values.slice(0, 8)) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: facet.name, value: value.value, checked: value.chosen });
    const label = document.createElement("label");
    label.append(box, " ", element("span", value.label), ` (${value.count})`);
    made.append(label);
  }
  return made;
}

// 4. Cards have what one needs to choose; `next` leads on, and is not there on the last part.
function show(part) {
  content.append(...part.items.map(card));
  if (!part.next) return;
  const more = plain("button", "More");
  more.onclick = async () => {
    more.remove();
    show(await ask(part.next));
  };
  content.append(more);
}

function card(item) {
  const made = document.createElement("article");
  const heading = document.createElement("h3");
  heading.append(link(item));
  made.append(heading, element("p", item.summary));
  const where = document.createElement("p");
  where.className = "quiet";
  for (const country of item.country ?? []) where.append(element("span", country.label), " ");
  if (item.place) where.append(element("span", item.place.label));
  made.append(where);
  return made;
}

function link(item) {
  const made = element("a", item.label, { href: "#" + item.id });
  return made;
}

// 5. A record: `view=page` has the names of what it names, and what is like it. Arrays are always arrays.
async function record(id) {
  const [kind, slug] = new URL(id).pathname.split("/").slice(-2);
  const plural = { strategy: "strategies" }[kind] ?? `${kind}s`;
  const found = await ask(`api/${plural}/${slug}?view=page&lang=${find.elements.lang.value}`);
  const back = Object.assign(plain("a", "All initiatives"), { href: "#" });
  content.replaceChildren(back, element("h2", found.label), element("p", found.description ?? found.needDescription));
  for (const key of ["organiser", "partner", "serviceType", "targetGroup", "need", "evidencedBy"]) {
    if (!found[key]) continue;
    const terms = document.createElement("ul");
    terms.append(...found[key].map((thing) => element("li", thing.label)));
    content.append(plain("h3", key), terms);
  }
  if (found.place?.lat) content.append(plain("p", `${found.place.lat}, ${found.place.long}`));
  content.append(plain("h3", "Like it"), ...found.similar.map((one) => {
    const made = document.createElement("p");
    made.append(link(one));
    return made;
  }));
  content.focus();
}

// 6. Search finds in any language, the best first.
async function search(words) {
  const found = await ask(`api/search?${new URLSearchParams({ q: words, lang: find.elements.lang.value, kind: "initiatives", limit: "20" })}`);
  content.replaceChildren(plain("h2", `${found.total} found`));
  for (const item of found.items) {
    const made = document.createElement("p");
    const label = Object.fromEntries(Object.entries(item.label).map(([tag, texts]) => [tag, texts[0]]));
    made.append(link({ id: item.id, label }));
    content.append(made);
  }
}

async function route() {
  try {
    const id = location.hash.slice(1);
    const words = find.elements.q.value.trim();
    if (id) await record(decodeURIComponent(id));
    else if (words) await search(words);
    else await list();
  } catch (fault) {
    content.replaceChildren(plain("p", fault.message));
  }
}

find.addEventListener("submit", (event) => {
  event.preventDefault();
  if (location.hash) location.hash = "";
  else route();
});
find.elements.lang.addEventListener("change", route);
facets.addEventListener("change", route);
addEventListener("hashchange", route);
route();
