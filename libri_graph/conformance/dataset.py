"""Rules about how the data set describes itself, and whether it can be taken home."""

from __future__ import annotations

import json
import zlib
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import BlankNode, NamedNode, parse

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.graph import FORMS, RDF, Graph, RdfInvalid, number
from libri_graph.conformance.rule import Broken, Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import Site, said_links
from libri_graph.conformance.words import DCAT, DCTERMS, LICENCES, NAMES, RDF_TYPE, VOID

SUFFIXES: Final = {
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "ttl": "text/turtle",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
BY_LINES: Final = ("nt", "nq")
CATALOGUES: Final = ("catalog", "catalogue", "dcat")
COUNT: Final = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
MOST_DUMPS: Final = 3
MOST_APART: Final = 2.0
"""How many times more or less than the endpoint counts VoID may say: data move, and endpoints show parts of it."""
SPEC: Final = "W3C, Describing Linked Datasets with the VoID Vocabulary"


def _well_known(site: Site) -> None:
    answer = site.asker.get(urljoin(site.root, ".well-known/void"), RDF)
    demand(answer.status == 200 and answer.media_type in FORMS, f"/.well-known/void came as {answer.told}")
    try:
        site.graph(answer)
    except RdfInvalid as fault:
        raise Broken(str(fault)) from fault


def _described(site: Site) -> None:
    graph, found = _void(site)
    demand(bool(found), "nothing in it is a void:Dataset")
    demand(any(term for dataset in found for term in graph.objects(dataset, *NAMES)), "no data set has a title")


def _statistics(site: Site) -> None:
    graph, found = _void(site)
    whole = [count for dataset in found for term in graph.objects(dataset, f"{VOID}triples") if (count := number(term))]
    demand(bool(whole), "no data set says how many triples it has (void:triples)")
    for partition in ("propertyPartition", "classPartition"):
        for dataset in found:
            parts = list(graph.objects(dataset, f"{VOID}{partition}"))
            counted = [
                count for part in parts for term in graph.objects(part, f"{VOID}triples") if (count := number(term))
            ]
            demand(not counted or max(counted) <= max(whole), f"a {partition} has more triples than the data set")


def _plausible(site: Site) -> None:
    graph, found = _void(site)
    said = [count for dataset in found for term in graph.objects(dataset, f"{VOID}triples") if (count := number(term))]
    if not said:
        raise NothingToAsk("VoID counts nothing (rule void-statistics)")
    answer = site.select(COUNT)
    try:
        counted = int(json.loads(answer.body)["results"]["bindings"][0]["count"]["value"])
    except (ValueError, KeyError, IndexError, TypeError) as fault:
        raise NothingToAsk(f"the endpoint does not count: {answer.told}") from fault
    near = any(counted <= MOST_APART * count and count <= MOST_APART * counted for count in said)
    demand(near, f"VoID says {max(said)} triples, the endpoint counts {counted}")


def _endpoint(site: Site) -> None:
    graph, _ = _void(site)
    named = sorted(term.value for term in graph.objects(None, f"{VOID}sparqlEndpoint"))
    demand(bool(named), "VoID names no endpoint (void:sparqlEndpoint)")
    known = {site.endpoint, site.iri(site.endpoint)}
    demand(bool(known & set(named)), f"VoID names {', '.join(named)}, and {site.endpoint} is what answers")


def _dumps(site: Site) -> None:
    graph, _ = _void(site)
    named = sorted(term.value for term in graph.objects(None, f"{VOID}dataDump") if isinstance(term, NamedNode))
    demand(bool(named), "VoID names no file to take home (void:dataDump)")
    for address in named[:MOST_DUMPS]:
        _demand_dump(site, site.here(address) or address)


def _demand_dump(site: Site, address: str) -> None:
    answer = site.asker.get(address)
    demand(answer.status == 200 and bool(answer.body), f"{address} came as {answer.told}")
    name = answer.url.partition("?")[0].rpartition("/")[2].removesuffix(".gz")
    suffix = name.rpartition(".")[2]
    media = SUFFIXES.get(suffix) or (answer.media_type if answer.media_type in FORMS else "")
    demand(bool(media), f"neither its name nor its Content-Type says which form {address} has")
    body, whole = _unpacked(answer)
    if not whole and suffix not in BY_LINES:
        return
    try:
        first = next(
            iter(parse(body if whole else body[: body.rfind(b"\n") + 1], format=FORMS[media], base_iri=address))
        )
    except StopIteration:
        raise Broken(f"{address} is empty") from None
    except (SyntaxError, ValueError) as fault:
        raise Broken(f"{address} does not parse: {fault}") from fault
    demand(bool(first), f"{address} is empty")


def _unpacked(answer: Answer) -> tuple[bytes, bool]:
    """Return the beginning of a file, and whether that is all of it."""
    if not answer.body.startswith(b"\x1f\x8b"):
        return answer.body, not answer.cut
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        body = reader.decompress(answer.body, 32 << 20)
    except zlib.error as fault:
        raise Broken(f"{answer.url} is no gzip: {fault}") from fault
    return body, reader.eof


def _example(site: Site) -> None:
    graph, _ = _void(site)
    named = [*graph.objects(None, f"{VOID}exampleResource"), *graph.objects(None, f"{VOID}uriSpace")]
    demand(bool(named), "neither void:exampleResource nor void:uriSpace")


def _catalogued(site: Site) -> None:
    graph, found = _dcat(site)
    good = [dataset for dataset in found if not _lacking(graph, dataset)]
    lacking = _lacking(graph, found[0])
    demand(bool(good), f"{found[0]} lacks {', '.join(lacking)}")


def _distributions(site: Site) -> None:
    graph, _ = _dcat(site)
    named = sorted(
        {
            term.value
            for term in graph.objects(None, f"{DCAT}downloadURL", f"{DCAT}accessURL", f"{DCAT}endpointURL")
            if isinstance(term, NamedNode)
        }
    )
    here = [address for iri in named if (address := site.here(iri))]
    demand(bool(named), "no distribution or service has an address")
    for address in here[:MOST_DUMPS]:
        answer = site.asker.get(address)
        demand(answer.status in (200, 400), f"{address} came as {answer.told}")


def _licence(site: Site) -> None:
    graphs = [found[1] for found in (site.void, _catalogue(site)) if found]
    if any(any(graph.objects(None, *LICENCES)) for graph in graphs):
        return
    if site.things:
        _, answer = site.described()
        if any(link.rel == "license" for link in said_links(answer)):
            return
    demand(False, "neither VoID, DCAT nor a link names a licence")


def _void(site: Site) -> tuple[Graph, list[NamedNode | BlankNode]]:
    if site.void is None:
        raise NothingToAsk("there is no VoID (rule void-found)")
    graph = site.void[1]
    return graph, sorted(graph.subjects(RDF_TYPE, f"{VOID}Dataset"), key=str)


def _dcat(site: Site) -> tuple[Graph, list[NamedNode | BlankNode]]:
    found = _catalogue(site)
    if found is None:
        raise Broken(f"no dcat:Dataset, neither in VoID nor at {', '.join(f'/{name}' for name in CATALOGUES)}")
    return found[1], sorted(found[1].subjects(RDF_TYPE, f"{DCAT}Dataset"), key=str)


def _catalogue(site: Site) -> tuple[Answer, Graph] | None:
    """Return where data sets are described in DCAT, and the graph."""
    tried = [site.url, *(urljoin(site.root, name) for name in CATALOGUES)]
    found = [site.void] if site.void else []
    for address in tried:
        try:
            if answer := site.rdf_at(address):
                found.append((answer, site.graph(answer)))
        except (Broken, RdfInvalid):
            continue
    fitting = [(answer, graph) for answer, graph in found if any(graph.subjects(RDF_TYPE, f"{DCAT}Dataset"))]
    if not fitting:
        return None
    return fitting[0][0], Graph({triple for _, graph in fitting for triple in graph.triples})


def _lacking(graph: Graph, dataset: NamedNode | BlankNode) -> list[str]:
    wanted = {
        "a title": (f"{DCTERMS}title",),
        "a description": (f"{DCTERMS}description",),
        "a publisher": (f"{DCTERMS}publisher",),
        "a distribution": (f"{DCAT}distribution",),
    }
    return [name for name, predicates in wanted.items() if not any(graph.objects(dataset, *predicates))]


RULES: Final = (
    Rule(
        "void-found",
        Level.should,
        "/.well-known/void leads to a description of the data in RDF.",
        f"{SPEC}, 7.2",
        "Answer it, or redirect it to where the description is.",
        _well_known,
    ),
    Rule(
        "void-dataset",
        Level.should,
        "It describes a void:Dataset, with a title.",
        f"{SPEC}, 2",
        "State the class and dcterms:title.",
        _described,
    ),
    Rule(
        "void-statistics",
        Level.should,
        "It counts triples, and no part has more than the whole.",
        f"{SPEC}, 4.6",
        "Make void:triples from a query when data change.",
        _statistics,
    ),
    Rule(
        "void-plausible",
        Level.should,
        "It counts about what the endpoint counts (at most twice apart).",
        f"{SPEC}, 4.6",
        "Make the statistics from the data that are served.",
        _plausible,
    ),
    Rule(
        "void-endpoint",
        Level.should,
        "It names the SPARQL endpoint.",
        f"{SPEC}, 3.2",
        "State void:sparqlEndpoint with the public address.",
        _endpoint,
    ),
    Rule(
        "void-dumps",
        Level.should,
        "It names files to take home, which are there and parse.",
        f"{SPEC}, 3.3",
        "State void:dataDump, and write the files with the form in their names.",
        _dumps,
    ),
    Rule(
        "void-example",
        Level.may,
        "It names an example, or how IRIs begin.",
        f"{SPEC}, 4.1",
        "State void:exampleResource or void:uriSpace.",
        _example,
    ),
    Rule(
        "dcat-dataset",
        Level.should,
        "A dcat:Dataset has a title, a description, a publisher and a distribution.",
        "DCAT 3, 6.6; DCAT-AP 3",
        "Add what is lacking, at /catalog or in the VoID.",
        _catalogued,
    ),
    Rule(
        "dcat-distributions",
        Level.should,
        "The addresses of distributions and services are answered.",
        "DCAT 3, 6.8",
        "Make the catalogue from what is served.",
        _distributions,
    ),
    Rule(
        "licence",
        Level.must,
        "A licence is stated, so that others know that they may use the data.",
        "W3C, Data on the Web Best Practices, 4",
        "State dcterms:license in the description of the data set.",
        _licence,
    ),
)
