"""A worker reads a query without a base where that can make no difference."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from libri_graph.workers.worker import _may_be_relative

BASE = "http://example.org/base/"
RELATIVE = ("<a>", "<#b>", "<>", "<//c>", "<?d>", "<1:e>", "IRI('f')", "uri ('g')")
OTHER = ("<http://example.org/h>", "<urn:i>", "<j:k/l>", "?x < ?y", "'<text>'", "# <comment>\n", "'curious'")


@given(st.lists(st.sampled_from(RELATIVE + OTHER), min_size=1, max_size=3), st.booleans())
def test_a_query_that_is_read_without_a_base_means_the_same_with_one(pieces: list[str], stated: bool) -> None:
    prologue = "BASE <http://example.org/m/> " if stated else ""
    for piece in (*pieces, " ".join(pieces)):
        query = f"{prologue}SELECT ({piece} AS ?v) {{}}"
        if not _may_be_relative(query):
            assert outcome(query, None) == outcome(query, BASE)


def outcome(query: str, base: str | None) -> str:
    """Return the rows of a query as text, or that it cannot be read."""
    try:
        return str([[str(value) for value in row] for row in Store().query(query, base_iri=base)])
    except SyntaxError:
        return "not read"


def test_relative_ones_are_known() -> None:
    for piece in RELATIVE:
        assert _may_be_relative(f"SELECT ({piece} AS ?v) {{}}"), piece
    assert not _may_be_relative("SELECT ?p ?o WHERE { <https://w3id.org/libri/id/initiative/5> ?p ?o }")
