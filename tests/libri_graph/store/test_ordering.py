"""Rows are put into order here as the store itself would."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from libri_graph.namespaces import PREFIXES
from libri_graph.store.ordering import in_order, without_order
from libri_graph.store.protocol import Term

WORDS = st.text("aAbzéЖ 19", max_size=4)
IRIS = st.builds(lambda text: NamedNode(f"http://example.org/{text.replace(' ', '')}"), WORDS)
TEXTS = st.builds(lambda text, tag: Literal(text, language=tag), WORDS, st.sampled_from(["ar", "en", "lv"]))
NUMBERS = st.builds(Literal, st.integers(-20, 2000))
PROPERTY = NamedNode("http://example.org/p")
LISTED = "SELECT ?s ?o WHERE { ?s ?p ?o }\nORDER BY ?o ?s\n"


@given(st.lists(st.tuples(IRIS, IRIS | TEXTS), max_size=12) | st.lists(st.tuples(IRIS, NUMBERS), max_size=12))
def test_the_order_is_that_of_the_store(pairs: list[tuple[NamedNode, NamedNode | Literal]]) -> None:
    store = Store()
    store.extend(Quad(subject, PROPERTY, value) for subject, value in pairs)
    text, names = without_order(LISTED)
    assert names == ("o", "s")
    assert in_order(_rows(store, text), names) == _rows(store, LISTED)


def test_what_is_not_bound_comes_first_and_texts_last() -> None:
    year = Literal("soon", datatype=NamedNode(PREFIXES["xsd"] + "integer"))
    terms: list[Term] = [year, Literal("b"), Literal(3), NamedNode("http://example.org/"), BlankNode("b")]
    rows: list[Mapping[str, Term]] = [{"a": term} for term in terms] + [{}]
    assert in_order(rows, ["a"]) == [{}, *({"a": terms[place]} for place in (4, 3, 2, 1, 0))]


def test_an_order_that_says_more_stays_with_the_store() -> None:
    for text in ("SELECT * { ?a ?b ?c }\nORDER BY ?a LIMIT 3", "SELECT * { ?a ?b ?c }\nORDER BY DESC(?a) ?b", "ASK {}"):
        assert without_order(text) == (text, ())


def _rows(store: Store, text: str) -> list[Mapping[str, Term]]:
    found = store.query(text)
    return [{"s": row["s"], "o": row["o"]} for row in found]  # type: ignore[union-attr,index]  # it is a SELECT
