"""An index that followed every write is the index that would be made anew."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.index import writing
from libri_graph.index.audit import differences
from libri_graph.index.gather import View
from libri_graph.index.tables import State
from libri_graph.namespaces import CONCEPTS, EU_COUNTRY, GRAPHS, IDS, term
from libri_graph.store import view

GRAPH: Final = NamedNode(GRAPHS + "one")
DRAFTS: Final = NamedNode(GRAPHS + "drafts")
THINGS: Final = [NamedNode(f"{IDS}thing/{number}") for number in range(12)]
PLACES: Final = [NamedNode(f"{IDS}place/{name}-xx") for name in ("riga", "ogre", "cēsis")]
SERVICES: Final = [NamedNode(f"{CONCEPTS}service-types/{name}") for name in ("cafe", "club", "encounters", "all")]
COUNTRIES: Final = [NamedNode(EU_COUNTRY + code) for code in ("LVA", "POL")]
WORDS: Final = [Literal(word, language=tag) for word in ("one", "two", "Łódź") for tag in ("en", "lv")]
OBJECTS: Final = {
    "rdf:type": [term(f"libri:{name}") for name in ("Initiative", "Organisation", "Practice", "Event", "Guide")],
    "libri:country": COUNTRIES,
    "libri:place": PLACES,
    "libri:serviceType": SERVICES,
    "libri:organiser": THINGS,
    "libri:evidencedBy": THINGS,
    "dcterms:publisher": THINGS,
    "org:classification": SERVICES,
    "libri:startYear": [Literal(year, datatype=term("xsd:gYear")) for year in ("2015", "2022")],
    "libri:evidenceGrade": [NamedNode(f"{CONCEPTS}evidence-grades/{letter}") for letter in "ab"],
    "skos:prefLabel": WORDS,
    "dcterms:description": WORDS,
}


def anything(draw: random.Random) -> Quad:
    """Return a random statement of which the index may take notice."""
    chance = draw.random()
    if chance < 0.1:
        return Quad(draw.choice(SERVICES), term("skos:broader"), draw.choice(SERVICES), GRAPH)
    if chance < 0.2:
        name, numbers = draw.choice([("geo:lat", ("56.9", "57.3")), ("geo:long", ("24.1", "25.2"))])
        number = Literal(draw.choice(numbers), datatype=term("xsd:decimal"))
        return Quad(draw.choice(PLACES), term(name), number, GRAPH)
    if chance < 0.3:
        return Quad(draw.choice(THINGS + SERVICES), term("skos:prefLabel"), draw.choice(WORDS), DRAFTS)
    name = draw.choice(list(OBJECTS))
    subject = draw.choice(PLACES if name in ("libri:country", "skos:prefLabel") and chance > 0.9 else THINGS)
    return Quad(subject, term(name), draw.choice(OBJECTS[name]), GRAPH)


def described() -> list[Quad]:
    true = Literal(True)
    sources = [Quad(graph, term("libri:entersView"), true, graph) for graph in (GRAPH, DRAFTS)]
    places = [Quad(place, term("rdf:type"), term("libri:Place"), GRAPH) for place in PLACES]
    return [*sources, Quad(DRAFTS, term("libri:machineMade"), true, DRAFTS), *places]


@pytest.mark.parametrize("seed", range(6))
def test_following_random_writes_gives_what_making_anew_gives(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)  # noqa: S311  # the same draw in every run
    store = pyoxigraph.Store()
    store.extend([*described(), *(anything(draw) for _ in range(60))])
    view.rebuild(store)
    writing.rebuild(tmp_path, View(store), State("epoch", 0))
    for number in range(1, 25):
        there = [
            quad for quad in store if quad.graph_name in (GRAPH, DRAFTS) and quad.predicate != term("libri:entersView")
        ]
        gone = [quad for quad in draw.sample(there, draw.randrange(4)) if quad.predicate != term("libri:machineMade")]
        come = [quad for quad in (anything(draw) for _ in range(draw.randrange(4))) if quad not in store]
        for quad in gone:
            store.remove(quad)
        store.extend(come)
        view.follow(store, [*gone, *come])
        touched = {quad.subject.value for quad in (*gone, *come) if isinstance(quad.subject, NamedNode)}
        writing.update(tmp_path, View(store), touched, State("epoch", number))
        assert differences(tmp_path, lambda _: View(store)) == [], number


def test_an_index_that_is_not_what_the_data_say_is_told(tmp_path: Path) -> None:
    store = pyoxigraph.Store()
    store.extend([*described(), Quad(THINGS[0], term("rdf:type"), term("libri:Initiative"), GRAPH)])
    view.rebuild(store)
    writing.rebuild(tmp_path, View(store), State("epoch", 1))
    store.add(Quad(THINGS[0], term("libri:country"), COUNTRIES[0], GRAPH))
    view.rebuild(store)
    assert differences(tmp_path, lambda _: View(store)) == ["card", "facet"]
