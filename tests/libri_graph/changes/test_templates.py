"""What an update changes is found where its templates say, and is the same as by comparing the two states."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from libri_graph.changes.delta import difference
from libri_graph.changes.templates import taken_apart
from libri_graph.changes.update import Update
from libri_graph.changes.writes import Policy

EX = "https://example.org/"
PROLOGUE = f"PREFIX : <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
UNDERSTOOD = [
    "DELETE { GRAPH :g { ?s :name ?n } } INSERT { GRAPH :g { ?s :name 'new' } } WHERE { GRAPH :g { ?s :name ?n } }",
    "DELETE WHERE { GRAPH :g { ?s :name ?n . ?s :age ?a } }",
    "INSERT { GRAPH :h { ?s :copy ?n ; :twice ?n } . GRAPH :g { ?s :seen true } } WHERE { GRAPH ?x { ?s :name ?n } }",
    "DELETE { GRAPH :g { ?s :age ?a } } INSERT { GRAPH :g { ?s :age ?b } } WHERE { ?s :age ?a BIND(?a + 1 AS ?b) }",
    "INSERT { GRAPH :g { ?s :age ?b } } WHERE { GRAPH :g { ?s :age ?a } BIND(?a + 1 AS ?b) }",
    "INSERT { GRAPH <new> { ?s :age '007'^^xsd:integer } } WHERE { GRAPH :g { ?s :age ?a FILTER(?a > 1) } }",
    "DELETE { GRAPH :g { ?s ?p ?o } } WHERE { GRAPH :g { ?s ?p ?o FILTER NOT EXISTS { GRAPH :h { ?s ?p ?o } } } }",
    "DELETE { GRAPH :g { ?s :name ?n } } INSERT { GRAPH :g { ?s :name ?n } } WHERE { GRAPH :g { ?s :name ?n } }",
    "INSERT { GRAPH :g { ?n :of ?s } } WHERE { GRAPH :g { ?s :name ?n } } # a literal is no subject",
    "DELETE { GRAPH :nothing { ?s ?p ?o } } WHERE { GRAPH :nothing { ?s ?p ?o } }",
]
LEFT_TO_COMPARISON = [
    "INSERT { GRAPH ?g { ?s :seen true } } WHERE { GRAPH ?g { ?s :name ?n } }",
    "INSERT { ?s :seen true } WHERE { GRAPH :g { ?s :name ?n } }",
    "WITH :g DELETE { ?s :name ?n } WHERE { ?s :name ?n }",
    "INSERT { GRAPH :g { ?s :knows [ :name 'somebody' ] } } WHERE { GRAPH :g { ?s :name ?n } }",
    "INSERT { GRAPH :g { ?s :knows _:b } } WHERE { GRAPH :g { ?s :name ?n } }",
    "INSERT { GRAPH :g { ?s :drawn ?r } } WHERE { GRAPH :g { ?s :name ?n } BIND(RAND() AS ?r) }",
    "DELETE WHERE { GRAPH :g { ?s :name ?n } } ; DELETE WHERE { GRAPH :h { ?s :name ?n } }",
    "INSERT DATA { GRAPH :g { :a :b :c } }",
    "CLEAR GRAPH :g",
    "DELETE { GRAPH :g { ?s :name ?n } } USING :g WHERE { ?s :name ?n }",
]


def filled(folder: Path) -> Store:
    store = Store(str(folder))
    for graph in ("g", "h"):
        for name, age in (("anna", 1), ("bruno", 2), ("cecile", 3)):
            if graph == "g" or name == "anna":
                thing, where = NamedNode(EX + name), NamedNode(EX + graph)
                store.add(Quad(thing, NamedNode(EX + "name"), Literal(name), where))
                store.add(Quad(thing, NamedNode(EX + "age"), Literal(age), where))
    store.flush()
    return store


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_understood_changes_what_the_comparison_finds(text: str, tmp_path: Path) -> None:
    assert taken_apart(PROLOGUE + text, EX) is not None
    before, after = filled(tmp_path / "before"), filled(tmp_path / "after")
    found = Update("t", PROLOGUE + text, Policy(plain=True), base=EX).apply(after, lambda: before)
    expected = difference(before, after)
    assert (found.added, found.removed, found.made) == (expected.added, expected.removed, expected.made)


@pytest.mark.parametrize("text", LEFT_TO_COMPARISON)
def test_other_forms_are_left_to_the_comparison(text: str) -> None:
    assert taken_apart(PROLOGUE + text, EX) is None


@pytest.mark.parametrize(
    "text", ["", "{", "DELETE", "DELETE { GRAPH", "INSERT { GRAPH :g { ?s ?p ?o } } WHERE", "WHERE {}"]
)
def test_what_is_no_update_is_not_understood(text: str) -> None:
    assert taken_apart(text, "") is None
