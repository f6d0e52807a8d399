"""Who takes part in a project stands under the role that it plays."""

from __future__ import annotations

import io

import pyoxigraph

from libri_graph.catalogue.memberships import by_role
from libri_graph.store.embedded import EmbeddedStore

BASE = "https://example.org/"
DATA = f"""@prefix : <{BASE}> . @prefix role: <{BASE}role/> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix libri: <https://w3id.org/libri/ontology#> .
:m1 org:organization :project ; org:member :zeta ; org:role role:participating ; dcterms:description "Takes part."@en .
:m2 org:organization :project ; org:member :alpha ; org:role role:participating .
:m3 org:organization :project ; org:member :beta ; org:role role:coordinator .
:m4 org:organization :another ; org:member :gamma ; org:role role:coordinator .
:zeta skos:prefLabel "Zeta"@en ; libri:country :a . :alpha skos:prefLabel "Alpha"@en ; libri:country :b .
:beta skos:prefLabel "Beta"@en . :a skos:prefLabel "Austria"@en . :b skos:prefLabel "Belgium"@en .
role:participating skos:prefLabel "Aides"@en . role:coordinator skos:prefLabel "Leader"@en .
"""


def store() -> EmbeddedStore:
    return EmbeddedStore.in_memory(pyoxigraph.parse(io.BytesIO(DATA.encode()), format=pyoxigraph.RdfFormat.TURTLE), 1)


def test_the_coordinator_stands_first_and_the_others_by_name() -> None:
    assert [role.thing.label.text for role in by_role(store(), BASE + "project", ("en",))] == ["Leader", "Aides"]


def test_members_stand_by_country_with_what_they_do() -> None:
    aides = by_role(store(), BASE + "project", ("en",))[1]
    assert [(m.thing.label.text, m.countries[0].label.text) for m in aides.members] == [
        ("Zeta", "Austria"),
        ("Alpha", "Belgium"),
    ]
    assert [m.part and m.part.text for m in aides.members] == ["Takes part.", None]


def test_a_project_without_members_has_no_roles() -> None:
    assert by_role(store(), BASE + "nobody", ("en",)) == ()
