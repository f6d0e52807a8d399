"""To which entity each quad of a graph belongs, and how a change of quads becomes events about entities.

A quad belongs to its subject. Blank nodes that hang together belong, all of them, to the one named thing that points at
them; where several do or none, to themselves, under the smallest of their labels.
So every quad of a graph belongs to one entity at any time. Source: concise bounded description, W3C submission 2005.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from libri_graph.changes.delta import MANY, Cluster, Delta, Graph, Listed, Past, State
from libri_graph.journal.events import Entry, Kind

Node = NamedNode | BlankNode
MOSTLY: Final = 10
"""So many quads of a graph for each that changes, or fewer, are held in memory; in a larger one they are looked up."""


def entries(after: Store, delta: Delta) -> Iterator[Entry]:
    """Yield what the journal shall hold of `delta`, `after` being the state with it; sorted by graph and entity."""
    for graph, payload in delta.payloads:
        yield Entry(graph.value, "", Kind.update, file=payload)
    for name in sorted(delta.dropped, key=str):
        yield Entry(name.value, "", Kind.delete)
    for name in sorted(delta.made, key=str):
        yield Entry(name.value, "", Kind.create)
    replaced = {graph for graph, _ in delta.payloads}
    for graph_name in sorted(_touched_graphs(delta) - replaced, key=str):
        past, now = _states(after, delta, graph_name)
        nodes = _touched(delta, graph_name)
        owners = {owner(state, node, graph_name) for state in (now, past) for node in nodes}
        for entity in sorted(owners, key=str):
            entry = _entry(entity, graph_name, past, now)
            if entry is not None:
                yield entry


def owner(state: State, node: Node, graph: Graph) -> Node:
    """Return the entity to which the quads of `node` in `graph` belong."""
    return node if isinstance(node, NamedNode) else _together(state, node, graph)[1]


def description(state: State, entity: Node, graph: Graph) -> set[Triple]:
    """Return the triples that belong to `entity` in `graph`."""
    found: set[Triple] = set()
    seen: set[Node] = {entity}
    waiting: list[Node] = [entity]
    if isinstance(entity, BlankNode):
        waiting = list(_together(state, entity, graph)[0]) if owner(state, entity, graph) == entity else []
        seen.update(waiting)
    while waiting:
        for quad in state.of_subject(waiting.pop(), graph):
            found.add(quad.triple)
            value = quad.object
            if isinstance(value, BlankNode) and value not in seen:
                mine = owner(state, value, graph) == entity
                together = _together(state, value, graph)[0]
                seen |= together
                waiting += together if mine else ()
    return found


def said_of(store: Store, entity: str, graph: NamedNode) -> set[Quad]:
    """Return the quads that belong in `graph` to `entity`, which is called as in the journal."""
    return described(Past(store, Delta()), entity, graph)


def described(state: State, entity: str, graph: NamedNode) -> set[Quad]:
    """Return the same out of any state."""
    node = BlankNode(entity.removeprefix("_:")) if entity.startswith("_:") else NamedNode(entity)
    found = description(state, node, graph)
    return {Quad(triple.subject, triple.predicate, triple.object, graph) for triple in found}


def _together(state: State, node: BlankNode, graph: Graph) -> Cluster:
    """Return the blank nodes that hang together with `node`, and the entity to which they belong."""
    known = state.clusters.get((graph, node))
    if known is not None:
        return known
    together, roots, waiting = {node}, set[NamedNode](), [node]
    while waiting:
        one = waiting.pop()
        above = [quad.subject for quad in state.of_object(one, graph)]
        below = [quad.object for quad in state.of_subject(one, graph)]
        roots.update(subject for subject in above if isinstance(subject, NamedNode))
        for other in (*above, *below):
            if isinstance(other, BlankNode) and other not in together:
                together.add(other)
                waiting.append(other)
    found: Cluster = frozenset(together), roots.pop() if len(roots) == 1 else min(together, key=str)
    state.clusters.update(dict.fromkeys(((graph, one) for one in together), found))
    return found


def _states(after: Store, delta: Delta, graph: Graph) -> tuple[State, State]:
    """Return the state of `graph` before and after `delta`; in memory, where most of the graph will be asked for."""
    if len(delta.added) + len(delta.removed) < MANY:
        return Past(after, delta), Past(after, Delta())
    most = MOSTLY * (len(delta.added) + len(delta.removed))
    quads = list(islice(after.quads_for_pattern(None, None, None, graph), most + 1))
    if len(quads) > most:
        return Past(after, delta), Past(after, Delta())
    gone = [quad for quad in delta.removed if quad.graph_name == graph]
    return Listed([quad for quad in quads if quad not in delta.added] + gone), Listed(quads)


def _touched_graphs(delta: Delta) -> set[Graph]:
    return {quad.graph_name for quad in delta.added | delta.removed}


def _touched(delta: Delta, graph: Graph) -> set[Node]:
    changed = [quad for quad in delta.added | delta.removed if quad.graph_name == graph]
    objects = {quad.object for quad in changed if isinstance(quad.object, BlankNode)}
    return {quad.subject for quad in changed if isinstance(quad.subject, NamedNode | BlankNode)} | objects


def _entry(entity: Node, graph: Graph, past: State, now: State) -> Entry | None:
    before, after = description(past, entity, graph), description(now, entity, graph)
    if before == after:
        return None
    kind = Kind.create if not before else Kind.update if after else Kind.delete
    added, kept, removed = lines(after - before), lines(after & before), lines(before - after)
    return Entry("" if isinstance(graph, DefaultGraph) else graph.value, name_of(entity), kind, added, kept, removed)


def name_of(entity: Node) -> str:
    """Return what the journal calls an entity: its IRI, or its label with ``_:`` before it."""
    return entity.value if isinstance(entity, NamedNode) else str(entity)


def lines(triples: Iterable[Triple | Quad]) -> str:
    """Return N-Triples, sorted, one line each."""
    plain = [triple.triple if isinstance(triple, Quad) else triple for triple in triples]
    text = (pyoxigraph.serialize(plain, format=RdfFormat.N_TRIPLES) or b"").decode()
    return "".join(sorted(text.splitlines(keepends=True)))
