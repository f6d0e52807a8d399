"""Oxigraph inside our own process, reading one published generation."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Triple

from libri_graph import queries
from libri_graph.store.binding import bind
from libri_graph.store.hold import hold
from libri_graph.store.ordering import in_order, without_order
from libri_graph.store.protocol import Bindable, Page, Solution, Term


class EmbeddedStore:
    """A `Store` over pyoxigraph. Its default graph is the view, its named graphs are the sources."""

    def __init__(self, raw: pyoxigraph.Store, generation: int = 0) -> None:
        self.raw = raw
        self._generation = generation

    @classmethod
    def open(cls, path: Path, generation: int) -> Self:
        """Open a published generation for reading; several processes may do so at a time. About 10 ms.

        It is not deleted as long as this object is there. Raises `OSError` when it is gone.
        """
        held = hold(path)
        try:
            opened = cls(pyoxigraph.Store.read_only(str(path)), generation)
        except BaseException:
            os.close(held)
            raise
        weakref.finalize(opened, os.close, held)
        return opened

    @classmethod
    def in_memory(cls, quads: Iterable[Quad], generation: int = 0) -> Self:
        """Return a store in memory that holds `quads`."""
        raw = pyoxigraph.Store()
        raw.bulk_extend(quads)
        return cls(raw, generation)

    @property
    def generation(self) -> int:
        """Number of the state that is read."""
        return self._generation

    def select(self, name: str, /, page: Page | None = None, **values: Bindable | Sequence[Bindable]) -> list[Solution]:
        """Return the rows of our SELECT query `name`; see `Store.select`."""
        text, names = without_order(queries.text(name)) if page is None else (queries.text(name), ())
        found = self.raw.query(bind(text, values, page))
        assert isinstance(found, QuerySolutions), name  # noqa: S101  # our own file is a SELECT
        variables = [variable.value for variable in found.variables]
        return in_order((_solution(variables, row) for row in found), names)

    def ask(self, name: str, /, **values: Bindable) -> bool:
        """Return the answer of our ASK query `name`."""
        found = self._query(name, values)
        assert isinstance(found, QueryBoolean), name  # noqa: S101  # our own file is an ASK
        return bool(found)

    def construct(self, name: str, /, **values: Bindable) -> Iterator[Triple]:
        """Yield the triples that our CONSTRUCT query `name` makes."""
        found = self._query(name, values)
        assert isinstance(found, QueryTriples), name  # noqa: S101  # our own file is a CONSTRUCT
        return iter(found)

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        term: Term | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads of named graphs that match; `None` matches anything."""
        found = self.raw.quads_for_pattern(subject, predicate, term, graph)
        return (quad for quad in found if not isinstance(quad.graph_name, DefaultGraph))

    def _query(self, name: str, values: dict[str, Bindable]) -> object:
        return self.raw.query(bind(queries.text(name), values))


def _solution(variables: Sequence[str], row: object) -> Solution:
    terms = zip(variables, row, strict=True)  # type: ignore[call-overload]  # a QuerySolution iterates over its terms
    return {name: value for name, value in terms if value is not None}
