"""Files on a plain host, such as a static edition: what a server does by Accept and redirects, pages do by links."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final
from urllib.parse import urljoin

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.asker import location
from libri_graph.conformance.graph import FORMS, Graph
from libri_graph.conformance.html_page import read_page
from libri_graph.conformance.link_header import Link
from libri_graph.conformance.rule import NothingToAsk
from libri_graph.conformance.site import BROWSER, Site, said_links

LEADING: Final = ("alternate", "describedby")
ASKED: Final = frozenset(
    {
        "iri-answers",
        *("rdf-some", "rdf-turtle", "rdf-json-ld", "rdf-n-triples", "rdf-xml", "rdf-labels-true"),
        *("accept-html", "accept-any", "alternates-true"),
        *("redirect-ends", "redirect-https", "redirect-public", "redirect-location"),
        *("head-status", "head-thing", "head-headers", "head-empty"),
        *("missing-page", "missing-rdf", "missing-told"),
        *("last-modified", "modified-since"),
        *("graphs-equal", "graph-about", "graph-named", "graph-typed", "utf-8", "charset"),
        *("embedded", "embedded-parses", "embedded-about", "json-ld-compact"),
        *("link-alternate", "link-license", "link-describedby", "link-cite-as", "link-cite-as-true", "link-type"),
        *("links-answer", "page-title", "language-declared", "language-alternates"),
        *("void-found", "void-dataset", "void-statistics", "void-dumps", "void-example"),
        *("dcat-dataset", "dcat-distributions", "licence"),
        *("robots", "robots-things", "robots-sitemap", "sitemap", "sitemap-valid", "sitemap-true"),
    }
)
"""Rules that files can keep; others want a server that reads what it is asked."""


class StaticSite(Site):
    """The files below `url`, which ends where they begin; a form of a thing is where its page leads."""

    @staticmethod
    def _root(url: str) -> str:
        return url.rpartition("/")[0] + "/"

    def form(self, media_type: str, thing: str | None = None) -> Answer:
        """Return the form of a thing to which its page leads by a link of that type; its page where there is none."""
        page = self.asker.get(thing or self.thing, BROWSER)
        linked = [link for link in said_links(page) if link.rel in LEADING and link.media_type == media_type]
        return self.asker.get(self.here(linked[0].target) or linked[0].target) if linked else page

    def links_of(self, answer: Answer) -> list[Link]:
        """Return where the page of the thing leads: a file has no headers of its own."""
        return [*said_links(answer), *said_links(self.page)]

    @cached_property
    def void(self) -> tuple[Answer, Graph] | None:
        """Its description of the data set; `None` where there is none."""
        return self._dataset_at(urljoin(self.root, ".well-known/void"))

    @property
    def endpoint(self) -> str:
        """Files answer no queries."""
        raise NothingToAsk("files answer no queries")

    def rdf_at(self, address: str) -> Answer | None:
        """Return what is at `address`, or the first form of RDF to which the page there leads; `None` for neither."""
        answer = self._quietly(address, BROWSER)
        if answer is None or answer.media_type in FORMS:
            return answer if answer and answer.status == 200 else None
        targets = {link.media_type: link.target for link in said_links(answer) if link.rel in LEADING}
        found = (
            self._quietly(self.here(targets[media]) or targets[media], media) for media in FORMS if media in targets
        )
        return next((one for one in found if one and one.status == 200 and one.media_type in FORMS), None)

    def _subjects_of_page(self, address: str) -> Iterator[str]:
        answer = self._quietly(address, BROWSER)
        if answer and self.rdf_at(address):
            named = [self.here(link.target) for link in said_links(answer) if link.rel in ("describes", "cite-as")]
            yield from (thing for thing in named if thing)


def leads(answer: Answer) -> str:
    """Return where an answer leads to that is not the end: by a redirect, or as a page that sends on at once."""
    is_page = answer.status == 200 and answer.media_type == "text/html"
    return location(answer) or (read_page(answer).sends_to if is_page else "")
