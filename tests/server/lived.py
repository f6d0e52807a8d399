"""A data directory with the real data in it, whose pages are asked and whose data are written in a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, Store

from libri_graph.changes.delta import Delta, between
from libri_graph.changes.house import House
from libri_graph.changes.publish import publish
from libri_graph.changes.rules import Rules
from libri_graph.changes.writes import Write
from libri_graph.namespaces import BASE, GRAPHS, term
from libri_graph.settings import read_settings
from libri_graph.store.generations import Generations
from server.app import create_app
from server.current import CurrentStore
from server.page_queries import Found

CAFE = f"{BASE}id/practice/volunteer-language-cafe"


class Lived:
    """One data directory and the pages over it."""

    def __init__(self, data_dir: Path, rules: Rules, keep: int = 8) -> None:
        self.house = House(data_dir, keep, data_dir)
        self.house.rules = rules
        self.current = CurrentStore(data_dir)
        app = create_app(
            read_settings({"LIBRI_DATA_DIR": str(data_dir)}), self.current, _ask, "http://libri.example.org/"
        )
        self.client: FlaskClient = app.test_client()

    def write(self, *writes: Write) -> int:
        outcomes = publish(self.house, writes)
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        return outcomes[-1].generation

    def say(self, *triples: tuple[str, str, str | Literal], actor: str = "portal") -> int:
        """Add triples (subject, prefixed property, IRI or literal) to the source `libri`."""
        return self.write(Exchange(actor, [quad(*triple) for triple in triples]))

    def rename(self, iri: str, name: str, actor: str = "portal") -> int:
        return self.write(self.renaming(iri, name, actor))

    def renaming(self, iri: str, name: str, actor: str = "portal") -> Exchange:
        old = [q for q in self.said(iri) if isinstance(q.object, Literal) and q.object.language == "en"]
        old = [q for q in old if q.predicate == term("skos:prefLabel")]
        graph = old[0].graph_name
        new = Quad(NamedNode(iri), term("skos:prefLabel"), Literal(name, language="en"), graph)
        return Exchange(actor, [new], old)

    def remove(self, iri: str, actor: str = "portal") -> int:
        return self.write(Exchange(actor, removed=self.said(iri)))

    def said(self, iri: str) -> list[Quad]:
        return list(Generations(self.house.data_dir).open_current().quads(NamedNode(iri)))


@dataclass(frozen=True)
class Exchange:
    """Some quads shall go and others come."""

    actor: str
    added: Sequence[Quad] = ()
    removed: Sequence[Quad] = ()
    alone: bool = False

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # not needed: all is named
        return between(store, self.added, self.removed).apply(store)


def quad(subject: str, name: str, value: str | Literal) -> Quad:
    said = NamedNode(value) if isinstance(value, str) else value
    return Quad(NamedNode(subject), term(name), said, NamedNode(f"{GRAPHS}libri"))


def _ask(_query: str, _generation: int | None, _client: str) -> Found:
    raise NotImplementedError("these tests ask nothing in SPARQL")
