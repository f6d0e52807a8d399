"""Names for blank nodes that stay the same as long as what they say does.

A blank node that one thing points at, and that leads into no circle, is named by the path from there and by what is
said of it: editing one record gives no other record's blank nodes new names. The rest are named by their place in the
canonical form of them all. Source: RDF 1.1 Concepts, section 3.5 (skolemization); RDFC-1.0.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from libri_graph.changes.delta import Term

DEEPEST: Final = 200
"""Blank nodes inside one another; deeper ones are named as if they were in a circle."""


def steady(quads: Iterable[Quad]) -> list[Quad]:
    """Return `quads` of one graph with all blank nodes named by content; a graph isomorphic to what came in."""
    listed = list(quads)
    if not any(isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode) for quad in listed):
        return listed
    names = _Names(listed)
    return [Quad(names.of(q.subject), q.predicate, names.of(q.object), q.graph_name) for q in listed]  # type: ignore[arg-type]  # a subject stays one


class _Names:
    """Old blank node -> new one, for one graph."""

    def __init__(self, quads: list[Quad]) -> None:
        self._below: dict[BlankNode, list[Quad]] = defaultdict(list)
        self._above: dict[BlankNode, list[Quad]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, BlankNode):
                self._below[quad.subject].append(quad)
            if isinstance(quad.object, BlankNode):
                self._above[quad.object].append(quad)
        self._said: dict[BlankNode, str | None] = {}
        self._new: dict[BlankNode, BlankNode] = {}
        self._times: dict[str, int] = defaultdict(int)
        self._name_trees(quads)
        self._name_rest(quads)

    def of(self, term: Term) -> Term:
        """Return the term to write in the place of `term`."""
        if isinstance(term, BlankNode):
            return self._new[term]
        if isinstance(term, Triple):
            return Triple(self.of(term.subject), term.predicate, self.of(term.object))  # type: ignore[arg-type]  # what is named stays a term of its kind
        return term

    def _content(self, node: BlankNode, depth: int = 0) -> str | None:
        """Return a digest of all that is said below `node`; `None` where that has no end, or several ways lead in."""
        if node not in self._said:
            self._said[node] = None
            if len(self._above.get(node, ())) <= 1 and depth < DEEPEST:
                parts = [self._part(quad, depth) for quad in self._below.get(node, ())]
                if None not in parts:
                    self._said[node] = _digest(*sorted(map(str, parts)))
        return self._said[node]

    def _part(self, quad: Quad, depth: int) -> str | None:
        value = quad.object
        if isinstance(value, BlankNode):
            inside = self._content(value, depth + 1)
            return None if inside is None else f"{quad.predicate} {inside}"
        return None if isinstance(value, Triple) else f"{quad.predicate} {value}"

    def _name_trees(self, quads: list[Quad]) -> None:
        by_subject: dict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, BlankNode):
                by_subject[quad.subject].append(quad)
        waiting = [(str(subject), found) for subject, found in by_subject.items()]
        waiting += self._name_tops()
        while waiting:
            place, found = waiting.pop()
            waiting += self._name_below(place, found)

    def _name_tops(self) -> list[tuple[str, list[Quad]]]:
        """Name the blank nodes that nothing points at."""
        tops = [node for node in self._below if not self._above.get(node) and self._content(node) is not None]
        return [(self._name(node, "top"), self._below.get(node, [])) for node in tops]

    def _name_below(self, place: str, found: list[Quad]) -> list[tuple[str, list[Quad]]]:
        """Name the blank nodes that `found`, the quads of one subject at `place`, point at."""
        named = []
        for quad in found:
            node = quad.object
            if isinstance(node, BlankNode) and self._content(node) is not None:
                named.append((self._name(node, f"{place} {quad.predicate}"), self._below.get(node, [])))
        return named

    def _name(self, node: BlankNode, place: str) -> str:
        """Name `node` by place and content, and by a number where something says the same at the same place."""
        label = f"{place} {self._content(node)}"
        self._times[label] += 1
        name = _digest(label, str(self._times[label]))
        self._new[node] = BlankNode(f"c{name}")
        return name

    def _name_rest(self, quads: list[Quad]) -> None:
        """Name what is shared or in a circle in the order in which it comes."""
        ends = [end for quad in quads for end in _blanks(quad.triple)]
        rest = [node for node in dict.fromkeys(ends) if node not in self._new]
        if rest:
            origin = _digest(str(quads[0].graph_name), *sorted(_ground(quad) for quad in quads))
            self._new |= {node: BlankNode(f"r{origin}x{number}") for number, node in enumerate(rest)}


def _blanks(triple: Triple) -> list[BlankNode]:
    ends = (triple.subject, triple.object)
    inside = [blank for end in ends if isinstance(end, Triple) for blank in _blanks(end)]
    return [end for end in ends if isinstance(end, BlankNode)] + inside


def _ground(quad: Quad) -> str:
    """Return a quad without what its blank nodes are called."""
    ends = (quad.subject, quad.object)
    subject, value = ("_:" if isinstance(end, BlankNode | Triple) else str(end) for end in ends)
    return f"{subject} {quad.predicate} {value}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
