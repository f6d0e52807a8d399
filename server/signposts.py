"""Where a record leads to, as typed links that programs follow without reading it.

Source: FAIR Signposting Profile 1.0, over RFC 8288 (headers) and RFC 9264 (link sets).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Triple
from werkzeug.urls import iri_to_uri

from libri_graph.namespaces import PREFIXES, compact, term
from libri_graph.publish.rdf import MEDIA_TYPES
from libri_graph.publish.schema_org import TYPES
from libri_graph.store.protocol import Store
from server.urls import Urls

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
"""Of whatever no source says otherwise of."""
LINKSET: Final = "application/linkset+json"
LINKSET_TEXT: Final = "application/linkset"
MOST: Final = 5
"""Authors and kinds that are named."""


@dataclass(frozen=True, slots=True)
class Link:
    """One typed link."""

    target: str
    relation: str
    media_type: str = ""

    def header(self) -> str:
        """Return it as the value of a Link header."""
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{iri_to_uri(self.target)}>; rel="{self.relation}"{kind}'


def with_licence(links: Sequence[Link]) -> list[Link]:
    """Return `links`, and under which licence all this is where they do not say it."""
    named = any(link.relation == "license" for link in links)
    return [*links, *([] if named else [Link(LICENCE, "license")])]


def of_record(store: Store, urls: Urls, iri: str, triples: Sequence[Triple], forms: Mapping[str, str]) -> list[Link]:
    """Return where the record about `iri` leads to; `triples` describe it, `forms` says where each form is, by suffix.

    Licence and author are those of the source that it stands in. A few look-ups in the store.
    """
    source = _main_source(store, iri)
    said = [triple for triple in triples if triple.subject == NamedNode(iri)]
    typed = [(forms[suffix], media) for suffix, media in MEDIA_TYPES.items()]
    return [
        Link(iri, "cite-as"),
        *(Link(kind, "type") for kind in _kinds(said)),
        *(Link(author, "author") for author in _authors(store, source, said)),
        *(Link(licence, "license") for licence in _licences(store, source, said)[:1]),
        *(Link(address, "alternate", media) for address, media in typed),
        *(Link(address, "describedby", media) for address, media in typed),
        Link(iri, "describes"),
        Link("/catalog", "collection"),
        Link(linkset_path(iri), "linkset", LINKSET),
        Link(urls.history_path(iri), "version-history"),
    ]


def linkset_path(iri: str) -> str:
    """Return where the link set of the record about `iri` is."""
    return "/linkset?" + urlencode({"iri": iri})


def linkset(urls: Urls, pages: Iterable[tuple[str, Sequence[Link]]]) -> dict[str, Any]:
    """Return a link set with the links of `pages` (path, links), each address in full. Source: RFC 9264, 4.2."""
    contexts = []
    for path, links in pages:
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for link in links:
            kind = {"type": link.media_type} if link.media_type else {}
            found[link.relation].append({"href": _full(urls, link.target), **kind})
        contexts.append({"anchor": _full(urls, path), **found})
    return {"linkset": contexts}


def linkset_text(document: Mapping[str, Any]) -> str:
    """Return a link set in the syntax of Link headers. Source: RFC 9264, 4.1."""
    return ",\n".join(
        f'<{target["href"]}>; rel="{relation}"; anchor="{context["anchor"]}"'
        + (f'; type="{target["type"]}"' if "type" in target else "")
        for context in document["linkset"]
        for relation, targets in context.items()
        if relation != "anchor"
        for target in targets
    )


def of_forms(iri: str, path: str, forms: Mapping[str, str]) -> list[tuple[str, list[Link]]]:
    """Return the links of each form of RDF of the record at `path`: what it describes."""
    described = [Link(path, "describes", "text/html"), Link(iri, "cite-as")]
    return [(forms[suffix], [*described, Link(linkset_path(iri), "linkset", LINKSET)]) for suffix in MEDIA_TYPES]


def _full(urls: Urls, target: str) -> str:
    return urls.absolute(target) if target.startswith("/") else iri_to_uri(target)


def _kinds(said: Sequence[Triple]) -> list[str]:
    classes = [t.object.value for t in said if t.predicate == term("rdf:type") and isinstance(t.object, NamedNode)]
    names = [compact(found).removeprefix("libri:") for found in sorted(classes)]
    theirs = dict.fromkeys(PREFIXES["schema"] + TYPES[name] for name in names if name in TYPES)
    return [PREFIXES["schema"] + "AboutPage", *theirs][:MOST]


def _main_source(store: Store, iri: str) -> NamedNode:
    """Return the graph that says what kind of thing `iri` is; of several, the one that says most of it."""
    quads = list(store.quads(NamedNode(iri)))
    typed = {str(quad.graph_name) for quad in quads if quad.predicate == term("rdf:type")}
    counts = Counter(str(quad.graph_name) for quad in quads if not typed or str(quad.graph_name) in typed)
    first = min(counts, key=lambda graph: (-counts[graph], graph), default=f"<{iri}>")
    return NamedNode(first.strip("<>"))


def _authors(store: Store, source: NamedNode, said: Sequence[Triple]) -> list[str]:
    return _iris(said, "dcterms:creator") or _of_source(store, source, "dcterms:publisher")


def _licences(store: Store, source: NamedNode, said: Sequence[Triple]) -> list[str]:
    return _of_source(store, source, "dcterms:license") or _iris(said, "dcterms:license") or [LICENCE]


def _iris(said: Sequence[Triple], name: str) -> list[str]:
    found = (t.object.value for t in said if t.predicate == term(name) and isinstance(t.object, NamedNode))
    return sorted(found)[:MOST]


def _of_source(store: Store, source: NamedNode, name: str) -> list[str]:
    found = (quad.object for quad in store.quads(source, term(name), None, source))
    return sorted(value.value for value in found if isinstance(value, NamedNode))[:MOST]
