"""What is counted through the whole graph to describe it: made with the files to take home, and kept beside them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from libri_graph.namespaces import EU_LANGUAGE, compact, term
from libri_graph.publish.void import AUTHORITY
from libri_graph.store.protocol import Solution, Store

FILE: Final = "counts.nq"
RDF_TYPE: Final = term("rdf:type")
DATASET: Final = term("void:Dataset")
SAID_OF_A_SOURCE: Final = tuple(
    term(f"dcterms:{name}") for name in ("title", "description", "publisher", "license", "issued", "modified", "source")
)
EXAMPLES: Final = ("libri:Practice", "libri:Initiative", "libri:Guide", "libri:Event", "libri:Organisation")
VOID: Final = NamedNode("urn:libri:counts:void")
CATALOGUE: Final = NamedNode("urn:libri:counts:catalogue")
"""Graphs of the file."""
SEALED: Final = 3
"""Words in its first line."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the descriptions of one generation say of its size and reach, wherever it is served."""

    void: tuple[Triple, ...]
    catalogue: tuple[Triple, ...]
    """Countries and years of the whole and of each source."""


def count(store: Store, base_iri: str) -> Counts:
    """Return the counts of `store`, whose things have IRIs that begin with `base_iri`; sorted. Reads all of it.

    Counts are those of the view for the whole and those of its own graph for each source.
    """
    whole = NamedNode(base_iri + "dataset")
    sources = [row for row in store.select("void/sources") if isinstance(row["graph"], NamedNode)]
    graphs = {row["graph"] for row in sources}
    found = {*_whole(store, whole), *_sources(store, whole, sources), *_partitions(store, whole, graphs)}
    found |= {
        *_examples(store, base_iri, whole),
        *_linksets(store, base_iri, whole, graphs),
        *_languages(store, whole, graphs),
    }
    return Counts(tuple(sorted(found, key=str)), tuple(sorted(set(_coverage(store, whole)), key=str)))


def write(found: Counts, base_iri: str, folder: Path) -> None:
    """Keep `found` in `folder`, with a first line by which `read` knows that it is whole and of these IRIs."""
    parts = ((VOID, found.void), (CATALOGUE, found.catalogue))
    quads = [Quad(t.subject, t.predicate, t.object, graph) for graph, part in parts for t in part]
    body = serialize(quads, format=RdfFormat.N_QUADS) or b""
    (folder / FILE).write_bytes(_seal(body, base_iri) + body)


def read(folder: Path, base_iri: str) -> Counts | None:
    """Return what `write` kept in `folder`; `None` where it kept nothing, or not this."""
    first, body = _parts(folder)
    if not body or first != _seal(body, base_iri):
        return None
    parts: dict[object, list[Triple]] = defaultdict(list)
    for quad in parse(body, format=RdfFormat.N_QUADS):
        parts[quad.graph_name].append(quad.triple)
    return Counts(tuple(parts[VOID]), tuple(parts[CATALOGUE]))


def sound(folder: Path) -> bool:
    """Return whether what is kept in `folder`, if anything, is what was written."""
    first, body = _parts(folder)
    words = first.decode("utf-8", "replace").split()
    return not (folder / FILE).exists() or (len(words) == SEALED and first == _seal(body, words[-1]))


def _parts(folder: Path) -> tuple[bytes, bytes]:
    """Return the first line, and the rest."""
    try:
        first, line, body = (folder / FILE).read_bytes().partition(b"\n")
    except OSError:
        return b"", b""
    return first + line, body


def _seal(body: bytes, base_iri: str) -> bytes:
    return f"# {hashlib.sha256(body).hexdigest()} {base_iri}\n".encode()


def _whole(store: Store, whole: NamedNode) -> Iterator[Triple]:
    totals = store.select("void/totals")[0]
    yield Triple(whole, term("void:triples"), _number(totals, "triples"))
    yield Triple(whole, term("void:distinctSubjects"), _number(totals, "subjects"))
    yield Triple(whole, term("void:properties"), _number(totals, "predicates"))


def _examples(store: Store, base_iri: str, whole: NamedNode) -> Iterator[Triple]:
    """Yield one thing of each of a few kinds, by which clients see what things look like."""
    for kind in EXAMPLES:
        quads = store.quads(None, RDF_TYPE, term(kind))
        iris = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
        if ours := [iri for iri in iris if iri.startswith(f"{base_iri}id/")]:
            yield Triple(whole, term("void:exampleResource"), NamedNode(min(ours)))


def _sources(store: Store, whole: NamedNode, sources: Iterable[Solution]) -> Iterator[Triple]:
    for row in sources:
        graph = row["graph"]
        assert isinstance(graph, NamedNode)  # noqa: S101  # a graph name
        yield Triple(whole, term("void:subset"), graph)
        yield Triple(graph, RDF_TYPE, DATASET)
        yield Triple(graph, term("void:triples"), _number(row, "triples"))
        yield Triple(graph, term("void:distinctSubjects"), _number(row, "subjects"))
        yield from (
            Triple(graph, predicate, quad.object)
            for predicate in SAID_OF_A_SOURCE
            for quad in store.quads(graph, predicate, None, graph)
        )


def _partitions(store: Store, whole: NamedNode, sources: Collection[object]) -> Iterator[Triple]:
    for row in store.select("void/classes"):
        yield from _partition(whole, "class", row["class"], "entities", _number(row, "entities"))
    for row in store.select("void/properties"):
        yield from _partition(whole, "property", row["property"], "triples", _number(row, "triples"))
    for row in store.select("void/source_classes"):
        if row["graph"] in sources:
            yield from _partition(row["graph"], "class", row["class"], "entities", _number(row, "entities"))
    for row in store.select("void/source_properties"):
        if row["graph"] in sources:
            yield from _partition(row["graph"], "property", row["property"], "triples", _number(row, "triples"))


def _partition(dataset: object, kind: str, of: object, measure: str, number: Literal) -> Iterator[Triple]:
    assert isinstance(dataset, NamedNode)  # noqa: S101  # the whole or a source
    assert isinstance(of, NamedNode)  # noqa: S101  # classes and predicates are IRIs in our data
    part = NamedNode(f"{dataset.value}#{kind}-{compact(of.value).replace(':', '-').replace('/', '-')}")
    yield Triple(dataset, term(f"void:{kind}Partition"), part)
    yield Triple(part, RDF_TYPE, DATASET)
    yield Triple(part, term(f"void:{kind}"), of)
    yield Triple(part, term(f"void:{measure}"), number)


def _languages(store: Store, whole: NamedNode, sources: Collection[object]) -> Iterator[Triple]:
    """Yield in which languages texts are: of the whole, and of each source; counts are those of texts."""
    rows: list[tuple[object, Solution]] = [(whole, row) for row in store.select("void/languages")]
    rows += [(row["graph"], row) for row in store.select("void/source_languages") if row["graph"] in sources]
    for dataset, row in rows:
        tag = row["language"]
        assert isinstance(dataset, NamedNode)  # noqa: S101  # the whole or a source
        assert isinstance(tag, Literal)  # noqa: S101  # LANG makes a string
        part = NamedNode(f"{dataset.value}#language-{tag.value}")
        yield Triple(dataset, term("void:subset"), part)
        yield Triple(part, RDF_TYPE, DATASET)
        yield Triple(part, term("dc:language"), tag)
        yield Triple(part, term("void:triples"), _number(row, "triples"))
        if tag.value in AUTHORITY:
            language = NamedNode(EU_LANGUAGE + AUTHORITY[tag.value])
            yield Triple(dataset, term("dcterms:language"), language)
            yield Triple(part, term("dcterms:language"), language)


def _linksets(store: Store, base_iri: str, whole: NamedNode, sources: Collection[object]) -> Iterator[Triple]:
    base = Literal(base_iri)
    for row in store.select("void/links", base=base):
        yield from _linkset(whole, row)
    for row in store.select("void/source_links", base=base):
        if row["graph"] in sources:
            yield from _linkset(row["graph"], row)


def _linkset(dataset: object, row: Solution) -> Iterator[Triple]:
    predicate, host = row["property"], row["host"]
    assert isinstance(dataset, NamedNode)  # noqa: S101  # the whole or a source
    assert isinstance(predicate, NamedNode)  # noqa: S101  # a predicate
    assert isinstance(host, Literal)  # noqa: S101  # REPLACE makes a string
    authority = urlsplit(host.value).netloc
    if not authority:  # an IRI of no server, such as urn:
        return
    name = f"{compact(predicate.value).replace(':', '-')}-{authority}"
    linkset, target = NamedNode(f"{dataset.value}#links-{name}"), NamedNode(host.value)
    yield Triple(dataset, term("void:subset"), linkset)
    yield Triple(linkset, RDF_TYPE, term("void:Linkset"))
    yield Triple(linkset, term("void:subjectsTarget"), dataset)
    yield Triple(linkset, term("void:objectsTarget"), target)
    yield Triple(linkset, term("void:linkPredicate"), predicate)
    yield Triple(linkset, term("void:triples"), _number(row, "triples"))
    yield Triple(target, RDF_TYPE, DATASET)
    yield Triple(target, term("void:uriSpace"), host)


def _coverage(store: Store, whole: NamedNode) -> Iterator[Triple]:
    """Yield countries and years of each source, and of the whole what all of them have together."""
    spans: dict[NamedNode, list[int]] = defaultdict(list)
    for row in store.select("dcat/countries"):
        country, graph = row["country"], row["graph"]
        if isinstance(country, NamedNode) and isinstance(graph, NamedNode):
            yield Triple(whole, term("dcterms:spatial"), country)
            yield Triple(graph, term("dcterms:spatial"), country)
            yield Triple(country, RDF_TYPE, term("dcterms:Location"))
    for row in store.select("dcat/years"):
        years = [int(_number(row, name).value) for name in ("first", "last")]
        if isinstance(graph := row["graph"], NamedNode):
            spans[graph] += years
            spans[whole] += years
    for dataset, years in spans.items():
        period = NamedNode(f"{dataset.value}#years")
        yield Triple(dataset, term("dcterms:temporal"), period)
        yield Triple(period, RDF_TYPE, term("dcterms:PeriodOfTime"))
        yield Triple(period, term("dcat:startDate"), _year(min(years)))
        yield Triple(period, term("dcat:endDate"), _year(max(years)))


def _number(row: Solution, name: str) -> Literal:
    value = row[name]
    assert isinstance(value, Literal)  # noqa: S101  # COUNT, MIN and MAX make literals
    return value


def _year(year: int) -> Literal:
    return Literal(f"{year:04d}", datatype=term("xsd:gYear"))
