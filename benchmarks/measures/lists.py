"""A list page with facets: from the side index as HTML, and what the same facets cost asked as SPARQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from benchmarks.contestants import Contestant, Ours
from benchmarks.processes import Running
from benchmarks.wire import Connection, asking, request
from benchmarks.words import CONCEPT, COUNTRIES, COUNTRY, LISTS
from libri_graph.index.facets import FACETS, KINDS, YEAR, Path
from libri_graph.index.filters import Filters
from libri_graph.index.reading import Index
from libri_graph.namespaces import PREFIXES

PAGES: Final = 12
"""Lists that differ, so that no answer is kept ready."""
ASKED: Final = 3
"""As many of them as SPARQL, each a dozen queries."""
KIND: Final = "initiatives"


def measure(contestant: Contestant, server: Running) -> Iterator[tuple[str, float]]:
    """Yield milliseconds of processor for one page: whole, of the index alone, and by SPARQL."""
    with Connection(server.port) as client:
        if isinstance(contestant, Ours):
            yield "lists.index", _by_index(contestant)
            client.good(_page(Filters(KIND)))
            before = server.cpu()
            for number in range(PAGES):
                client.good(_page(_wish(number)))
            yield "lists.page", (server.cpu() - before) / PAGES * 1000
        client.good(asking(contestant.query_path, "ASK {}"))
        before = server.cpu()
        for number in range(ASKED):
            for query in _queries(_wish(number), number):
                client.good(asking(contestant.query_path, query))
        yield "lists.sparql", (server.cpu() - before) / ASKED * 1000


def _by_index(contestant: Ours) -> float:
    """Return milliseconds of processor for a page, nothing of it kept ready from the page before."""
    spent = 0.0
    for number in range(PAGES):
        index = Index(contestant.data_dir)
        began = time.process_time()
        with index.reading() as reading:
            reading.list(_wish(number))
        spent += time.process_time() - began
        index.close()
    return spent / PAGES * 1000


def _wish(number: int) -> Filters:
    """Return the whole list, or one narrowed down by country, by service, or by both."""
    found = Filters(KIND)
    if number % 2:
        found = found.with_value("country", COUNTRIES[number % len(COUNTRIES)])
    if number // 2 % 2:
        found = found.with_value("service", LISTS["service-types"][number % len(LISTS["service-types"])])
    return found


def _page(filters: Filters) -> bytes:
    query = filters.query()
    return request("GET", f"/{KIND}?{query}" if query else f"/{KIND}", {"Accept": "text/html"})


def _queries(filters: Filters, number: int) -> Iterator[str]:
    """Yield the queries that a page without an index would ask: how many, which first, and each facet."""
    what = f"?thing a <{KINDS[KIND]}>"
    for name, prefix, predicate in (
        ("country", COUNTRY, "libri:country"),
        ("service", CONCEPT + "service-types/", "libri:serviceType"),
    ):
        for iri in filters.chosen.get(name, ()):
            assert iri.startswith(prefix)  # noqa: S101  # as drawn
            what += f" . ?thing {_full((predicate,))} <{iri}>"
    yield f"SELECT (COUNT(DISTINCT ?thing) AS ?n{number}) {{ {what} }}"
    yield f"SELECT DISTINCT ?thing ?n{number} {{ {what} }} ORDER BY ?thing LIMIT 24"
    for name, way in FACETS[KIND].items():
        path = _full(way.paths[0])
        wide = f"{path}/<{PREFIXES['skos']}broader>*" if name != YEAR else path
        pattern = f"{what} . ?thing {wide} ?value"
        yield f"SELECT ?value (COUNT(DISTINCT ?thing) AS ?n{number}) {{ {pattern} }} GROUP BY ?value"


def _full(path: Path) -> str:
    steps = (step.split(":") for step in path)
    return "/".join(f"<{PREFIXES[prefix]}{local}>" for prefix, local in steps)
