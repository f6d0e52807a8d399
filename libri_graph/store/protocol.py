"""What every store can do, whether embedded or another machine's SPARQL endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal | Triple
Solution = Mapping[str, Term]
"""One row: variable name (without ``?``) -> its term; an unbound variable is absent."""
Bindable = NamedNode | Literal | str | int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of an ordered answer, in rows."""

    limit: int
    offset: int = 0


class Store(Protocol):
    """Read access to one published state of the graph."""

    @property
    def generation(self) -> int:
        """Number of the state that is read; 0 where the store does not number its states."""

    def select(self, name: str, /, page: Page | None = None, **values: Bindable | Sequence[Bindable]) -> list[Solution]:
        """Return the rows of our query `name` (a path under `queries/` without ``.rq``), with its marked row bound."""

    def ask(self, name: str, /, **values: Bindable) -> bool:
        """Return the answer of our ASK query `name`."""

    def construct(self, name: str, /, **values: Bindable) -> Iterator[Triple]:
        """Yield the triples that our CONSTRUCT query `name` makes."""

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        term: Term | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads of named graphs that match; `None` matches anything. The view is not among them."""
