// Pages of the static edition that a server would answer: filters, search, and a question that somebody sent.
import { narrow } from "./frozen/list.ts";
import { here } from "./frozen/page.ts";
import { search } from "./frozen/search.ts";

const page = here();
if (page?.at === "search") void search(page);
else if (page?.at === "sparql") showAsked();
else if (page) void narrow(page, page.at === "map" ? "initiatives" : page.at);

/** Shows the question in the address, which can be taken home. */
function showAsked(): void {
  const asked = new URLSearchParams(location.search).get("query");
  const place = document.querySelector<HTMLElement>("[data-asked]");
  const text = place?.querySelector("code");
  if (!asked || !place || !text) return;
  text.textContent = asked;
  place.hidden = false;
}
