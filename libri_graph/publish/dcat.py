"""What is here as a catalogue of data sets, as European data portals harvest it.

Source: DCAT-AP 3.0, SEMIC; DCAT 3, W3C Recommendation, 2024.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.namespaces import EU_LANGUAGE, term
from libri_graph.publish.packing import Dump
from libri_graph.publish.void import AUTHORITY
from libri_graph.store.protocol import Store

A: Final = term("rdf:type")
EU: Final = "http://publications.europa.eu/resource/authority/"
IRREGULAR: Final = NamedNode(EU + "frequency/IRREG")
PUBLIC: Final = NamedNode(EU + "access-right/PUBLIC")
IANA: Final = "http://www.iana.org/assignments/media-types/"
SPDX: Final = "http://spdx.org/rdf/terms#"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
ONES: Final = "view", "all", "tables"
"""What dumps hold that are of no single source."""
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
THEMES: Final = {"SOCI": "Population and society", "EDUC": "Education, culture and sport"}
"""Of the EU authority table of themes."""
FILE_TYPES: Final = {
    "application/n-triples": "RDF_N_TRIPLES",
    "application/n-quads": "RDF_N_QUADS",
    "text/turtle": "RDF_TURTLE",
    "application/trig": "RDF_TRIG",
    "application/ld+json": "JSON_LD",
    "text/csv": "CSV",
    "application/csvm+json": "JSON",
}
"""Media type -> its code in the EU authority table of file types."""
SAID: Final = ("title", "description", "publisher", "license", "issued", "modified")
TITLE: Final = "LIBRI Graph"
ABOUT: Final = "What libraries in Europe do to welcome newcomers: who, where, for whom, and which source says so."
KEYWORDS: Final = ("libraries", "integration", "migration", "language learning", "linked data")


@dataclass(frozen=True, slots=True)
class Site:
    """Whose catalogue it is, and of when."""

    base_iri: str
    public_url: str
    """Both end in ``/``."""
    contact: str | None
    """Address (``mailto:`` or ``https:``) of whoever answers; nobody where there is none."""
    modified: str
    """When the data last changed, as ``YYYY-MM-DDThh:mm:ssZ``; empty if unknown."""
    generation: int
    live: bool = True
    """Whether services answer there; in a static edition, none does."""

    def node(self, name: str) -> NamedNode:
        """Return the IRI of something that the catalogue describes."""
        return NamedNode(f"{self.base_iri}{name}")

    def address(self, path: str) -> NamedNode:
        """Return an address of this server."""
        return NamedNode(self.public_url + path)


def describe(store: Store, site: Site, dumps: Sequence[Dump], counted: Sequence[Triple] = ()) -> list[Triple]:
    """Return the catalogue: the whole, each source, their files, and the services; sorted, without blank nodes.

    `counted` tells which countries and years they are about.
    """
    sources = _sources(store)
    whole = site.node("dataset")
    found = {*counted, *_catalogue(site, [whole, *sources]), *_whole(store, site, whole)}
    found |= {*_contact(site), *_agents(store, [site.node("id/agent/editors")]), *_tables()}
    if site.live:
        found |= set(_services(site, [whole, *sources]))
    for source in sources:
        found |= set(_source(store, site, source))
    for dump in dumps:
        found |= set(_distribution(site, whole if dump.graph in ONES else NamedNode(dump.graph), dump, found))
    return sorted(found, key=str)


def _sources(store: Store) -> list[NamedNode]:
    quads = store.quads(None, A, term("libri:Source"))
    return sorted({q.subject for q in quads if isinstance(q.subject, NamedNode) and q.graph_name == q.subject}, key=str)


def _text(subject: NamedNode, name: str, text: str) -> Triple:
    return Triple(subject, term(name), Literal(text, language="en"))


def _catalogue(site: Site, datasets: Sequence[NamedNode]) -> Iterator[Triple]:
    catalogue = site.node("catalog")
    yield Triple(catalogue, A, term("dcat:Catalog"))
    yield _text(catalogue, "dcterms:title", f"{TITLE}: catalogue")
    yield _text(catalogue, "dcterms:description", ABOUT)
    yield Triple(catalogue, term("dcterms:publisher"), site.node("id/agent/editors"))
    yield Triple(catalogue, term("dcterms:license"), NamedNode(LICENCE))
    yield Triple(NamedNode(LICENCE), A, term("dcterms:LicenseDocument"))
    yield Triple(catalogue, term("foaf:homepage"), site.address(""))
    yield Triple(site.address(""), A, term("foaf:Document"))
    yield Triple(catalogue, term("dcat:themeTaxonomy"), NamedNode(EU + "data-theme"))
    yield from _languages(catalogue)
    yield from (Triple(catalogue, term("dcat:dataset"), dataset) for dataset in datasets)
    if site.modified:
        yield Triple(catalogue, term("dcterms:modified"), _moment(site.modified))


def _whole(store: Store, site: Site, whole: NamedNode) -> Iterator[Triple]:
    yield _text(whole, "dcterms:title", TITLE)
    yield _text(whole, "dcterms:description", ABOUT)
    yield Triple(whole, term("dcterms:publisher"), site.node("id/agent/editors"))
    yield Triple(whole, term("dcterms:license"), NamedNode(LICENCE))
    yield Triple(whole, term("dcat:version"), Literal(str(site.generation)))
    if site.modified:
        yield Triple(whole, term("dcterms:modified"), _moment(site.modified))
    yield from (Triple(whole, term("dcterms:hasPart"), source) for source in _sources(store))
    yield from _common(site, whole, site.address(""))


def _source(store: Store, site: Site, source: NamedNode) -> Iterator[Triple]:
    said = [quad.triple for name in SAID for quad in store.quads(source, term(f"dcterms:{name}"), None, source)]
    yield from said
    origins = store.quads(source, term("dcterms:source"), None, source)
    yield from (Triple(source, term("prov:wasDerivedFrom"), quad.object) for quad in origins)
    if not any(triple.predicate == term("dcterms:description") for triple in said):
        yield from (
            Triple(source, term("dcterms:description"), t.object) for t in said if t.predicate == term("dcterms:title")
        )
    publishers = [triple.object for triple in said if triple.predicate == term("dcterms:publisher")]
    yield from _agents(store, [agent for agent in publishers if isinstance(agent, NamedNode)])
    licences = [triple.object for triple in said if triple.predicate == term("dcterms:license")]
    yield from (Triple(one, A, term("dcterms:LicenseDocument")) for one in licences if isinstance(one, NamedNode))
    yield from _common(site, source, site.address(f"graph/{source.value.rsplit('/', 1)[-1]}"))


def _common(site: Site, dataset: NamedNode, page: NamedNode) -> Iterator[Triple]:
    yield Triple(dataset, A, term("dcat:Dataset"))
    yield Triple(dataset, term("dcterms:identifier"), Literal(dataset.value))
    yield Triple(dataset, term("dcat:landingPage"), page)
    yield Triple(page, A, term("foaf:Document"))
    yield Triple(dataset, term("dcterms:accrualPeriodicity"), IRREGULAR)
    yield Triple(dataset, term("dcterms:accessRights"), PUBLIC)
    yield from _languages(dataset)
    yield from (Triple(dataset, term("dcat:theme"), NamedNode(f"{EU}data-theme/{theme}")) for theme in THEMES)
    yield from (_text(dataset, "dcat:keyword", word) for word in KEYWORDS)
    if site.contact:
        yield Triple(dataset, term("dcat:contactPoint"), site.node("catalog#contact"))


def _distribution(site: Site, dataset: NamedNode, dump: Dump, known: Iterable[Triple]) -> Iterator[Triple]:
    node, address = site.node(f"catalog#{dump.name}"), site.address(f"dumps/{dump.name}")
    licences = [t.object for t in known if t.subject == dataset and t.predicate == term("dcterms:license")]
    yield Triple(dataset, term("dcat:distribution"), node)
    yield Triple(node, A, term("dcat:Distribution"))
    yield _text(node, "dcterms:title", f"{dump.name}: {CONTENT.get(dump.graph, 'the source')}")
    yield Triple(node, term("dcat:accessURL"), address)
    yield Triple(node, term("dcat:downloadURL"), address)
    yield from _kind(node, "dcat:mediaType", IANA + dump.media_type, "dcterms:MediaType")
    if dump.media_type in FILE_TYPES:
        file_type = f"{EU}file-type/{FILE_TYPES[dump.media_type]}"
        yield from _kind(node, "dcterms:format", file_type, "dcterms:MediaTypeOrExtent")
    if dump.name.endswith(".gz"):
        yield from _kind(node, "dcat:compressFormat", IANA + "application/gzip", "dcterms:MediaType")
    yield Triple(node, term("dcat:byteSize"), Literal(str(dump.size), datatype=term("xsd:nonNegativeInteger")))
    yield Triple(node, term("dcterms:license"), licences[0] if licences else NamedNode(LICENCE))
    checksum = site.node(f"catalog#{dump.name}-sha256")
    yield Triple(node, NamedNode(SPDX + "checksum"), checksum)
    yield Triple(checksum, A, NamedNode(SPDX + "Checksum"))
    algorithm = NamedNode(SPDX + "checksumAlgorithm_sha256")
    yield Triple(checksum, NamedNode(SPDX + "algorithm"), algorithm)
    yield Triple(algorithm, A, NamedNode(SPDX + "ChecksumAlgorithm"))
    value = Literal(dump.sha256, datatype=term("xsd:hexBinary"))
    yield Triple(checksum, NamedNode(SPDX + "checksumValue"), value)


def _kind(described: NamedNode, predicate: str, value: str, of: str) -> Iterator[Triple]:
    """Yield a value of an authority table, and of which class it is: a harvester does not fetch the tables."""
    yield Triple(described, term(predicate), NamedNode(value))
    yield Triple(NamedNode(value), A, term(of))


def _services(site: Site, datasets: Sequence[NamedNode]) -> Iterator[Triple]:
    for name, (title, path, description, standard) in SERVICES.items():
        node = site.node(f"catalog#{name}")
        yield Triple(site.node("catalog"), term("dcat:service"), node)
        yield Triple(node, A, term("dcat:DataService"))
        yield _text(node, "dcterms:title", title)
        yield Triple(node, term("dcat:endpointURL"), site.address(path))
        yield Triple(node, term("dcat:endpointDescription"), site.address(description))
        yield Triple(node, term("dcterms:license"), NamedNode(LICENCE))
        yield Triple(node, term("dcterms:publisher"), site.node("id/agent/editors"))
        yield Triple(node, term("dcterms:accessRights"), PUBLIC)
        yield Triple(node, term("dcterms:conformsTo"), NamedNode(standard))
        yield Triple(NamedNode(standard), A, term("dcterms:Standard"))
        yield from (Triple(node, term("dcat:servesDataset"), dataset) for dataset in datasets)
        if site.contact:
            yield Triple(node, term("dcat:contactPoint"), site.node("catalog#contact"))


def _contact(site: Site) -> Iterator[Triple]:
    if not site.contact:
        return
    node, means = site.node("catalog#contact"), "hasEmail" if site.contact.startswith("mailto:") else "hasURL"
    yield Triple(node, A, NamedNode(VCARD + "Kind"))
    yield Triple(node, NamedNode(VCARD + "fn"), Literal(TITLE, language="en"))
    yield Triple(node, NamedNode(VCARD + means), NamedNode(site.contact))


def _agents(store: Store, agents: Iterable[NamedNode]) -> Iterator[Triple]:
    """Yield who publishes, with a name; one that nobody named is called by its address."""
    for agent in agents:
        quads = [quad for name in ("foaf:name", "skos:prefLabel") for quad in store.quads(agent, term(name))]
        yield Triple(agent, A, term("foaf:Agent"))
        names = {quad.object for quad in quads if isinstance(quad.object, Literal)} or {Literal(agent.value)}
        yield from (Triple(agent, term("foaf:name"), name) for name in names)


def _tables() -> Iterator[Triple]:
    """Yield what must be known of the authority tables that are used: a harvester does not fetch them."""
    themes = NamedNode(EU + "data-theme")
    yield Triple(IRREGULAR, A, term("dcterms:Frequency"))
    yield Triple(PUBLIC, A, term("dcterms:RightsStatement"))
    yield Triple(themes, A, term("skos:ConceptScheme"))
    yield _text(themes, "dcterms:title", "Data theme")
    for code, name in THEMES.items():
        theme = NamedNode(f"{EU}data-theme/{code}")
        yield Triple(theme, A, term("skos:Concept"))
        yield Triple(theme, term("skos:inScheme"), themes)
        yield _text(theme, "skos:prefLabel", name)


def _languages(described: NamedNode) -> Iterator[Triple]:
    for code in AUTHORITY.values():
        language = NamedNode(EU_LANGUAGE + code)
        yield Triple(described, term("dcterms:language"), language)
        yield Triple(language, A, term("dcterms:LinguisticSystem"))


def _moment(time: str) -> Literal:
    return Literal(time, datatype=term("xsd:dateTime"))


SERVICES: Final = {
    "sparql": ("SPARQL endpoint", "sparql", "sparql", "https://www.w3.org/TR/sparql11-protocol/"),
    "graphs": ("Graph Store", "graphs", "sparql", "https://www.w3.org/TR/sparql11-http-rdf-update/"),
    "api": ("API in JSON-LD", "api", "api/openapi.json", "https://spec.openapis.org/oas/v3.1.0"),
}
"""Name of a service -> its title, address, description and standard."""
CONTENT: Final = {
    "all": "everything, each triple in the graph of its source",
    "view": "the view, each triple once",
    "tables": "lists as tables",
}
