"""The concepts of a scheme stand as the tree that they are."""

from __future__ import annotations

import io

import pyoxigraph

from libri_graph.catalogue.schemes import Branch, tree
from libri_graph.store.embedded import EmbeddedStore

SCHEME = "https://example.org/scheme"


def store_of(*lines: str) -> EmbeddedStore:
    text = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://example.org/> .\n" + "\n".join(
        lines
    )
    return EmbeddedStore.in_memory(pyoxigraph.parse(io.BytesIO(text.encode()), format=pyoxigraph.RdfFormat.TURTLE), 1)


def shape(branches: tuple[Branch, ...]) -> list[object]:
    return [[branch.thing.label.text, *shape(branch.narrower)] for branch in branches]


def concept(name: str, label: str, broader: str = "") -> str:
    above = f"skos:broader :{broader} ;" if broader else ""
    return (
        f':{name} skos:inScheme :scheme ; {above} skos:prefLabel "{label}"@en ; skos:definition "What {label} is."@en .'
    )


def test_narrower_concepts_stand_below_sorted_by_name() -> None:
    store = store_of(
        concept("c", "Zoo"), concept("a", "Books"), concept("b", "Boxes", "a"), concept("d", "Albums", "a")
    )
    assert shape(tree(store, SCHEME, ["en"])) == [["Books", ["Albums"], ["Boxes"]], ["Zoo"]]


def test_a_concept_below_itself_does_not_hang_it() -> None:
    store = store_of(
        concept("a", "One", "b"), concept("b", "Two", "a"), concept("c", "Three", "c"), concept("d", "Four")
    )
    assert shape(tree(store, SCHEME, ["en"])) == [["Four"]]


def test_what_is_broader_in_another_scheme_does_not_hide_a_concept() -> None:
    store = store_of(concept("a", "One", "elsewhere"))
    found = tree(store, SCHEME, ["en"])
    assert shape(found) == [["One"]]
    assert found[0].definition is not None
    assert found[0].definition.text == "What One is."
