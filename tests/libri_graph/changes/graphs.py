"""Random quads and stores for the tests beside this file."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from libri_graph.namespaces import GRAPHS

GRAPH = NamedNode(GRAPHS + "one")
OTHER = NamedNode(GRAPHS + "two")
THINGS = [NamedNode(f"https://example.org/{letter}") for letter in "abc"]
BLANKS = [BlankNode(f"b{number}") for number in range(5)]
WORDS = [Literal(word) for word in ("x", "y")]
PREDICATES = [NamedNode(f"https://example.org/p{number}") for number in range(2)]


def quads(graph: NamedNode = GRAPH) -> st.SearchStrategy[Quad]:
    return st.builds(
        Quad,
        st.sampled_from([*THINGS, *BLANKS]),
        st.sampled_from(PREDICATES),
        st.sampled_from([*THINGS, *BLANKS, *WORDS]),
        st.just(graph),
    )


def quad_sets(*graphs: NamedNode) -> st.SearchStrategy[frozenset[Quad]]:
    return st.frozensets(st.one_of([quads(graph) for graph in graphs or (GRAPH,)]), max_size=14)


def store_of(found: Iterable[Quad], graphs: Iterable[NamedNode] = ()) -> Store:
    store = Store()
    store.extend(found)
    for graph in graphs:
        store.add_graph(graph)
    return store


def contents(store: Store) -> tuple[set[Quad], set[str]]:
    """Return the quads and the names of the graphs, empty ones too."""
    return set(store), {str(graph) for graph in store.named_graphs()}
