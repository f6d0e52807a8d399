"""The Turtle writer loses nothing and always writes the same."""

from __future__ import annotations

import pyoxigraph
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from libri_graph.namespaces import PREFIXES, term
from libri_graph.publish.turtle import serialize

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
LOCALS = st.text("aZ09_-.~é", min_size=1, max_size=8)
IRIS = st.builds(lambda prefix, local: NamedNode(PREFIXES[prefix] + local), st.sampled_from(["libri", "skos"]), LOCALS)
LITERALS = st.one_of(
    st.builds(Literal, WORDS),
    st.builds(lambda text, tag: Literal(text, language=tag), WORDS, st.sampled_from(["en", "lv", "ar"])),
    st.builds(lambda number: Literal(str(number), datatype=term("xsd:integer")), st.integers(-9, 9)),
    st.builds(
        lambda text, kind: Literal(text, datatype=term(kind)), WORDS, st.sampled_from(["xsd:gYear", "xsd:integer"])
    ),
)
TRIPLES = st.lists(st.builds(Triple, IRIS, IRIS, st.one_of(IRIS, LITERALS)), max_size=12)


@given(TRIPLES)
@settings(max_examples=200, deadline=None)
def test_what_is_written_reads_back_as_the_same_triples(triples: list[Triple]) -> None:
    read = {quad.triple for quad in pyoxigraph.parse(serialize(triples), format=RdfFormat.TURTLE)}
    assert read == set(triples)


@given(TRIPLES, st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_triples_does_not_show(triples: list[Triple], random) -> None:
    shuffled = list(triples)
    random.shuffle(shuffled)
    assert serialize(shuffled) == serialize(triples)


def test_one_changed_fact_is_one_changed_line(place: list[Triple]) -> None:
    changed = [
        Triple(t.subject, t.predicate, Literal("Piemērs", language="lv"))
        if t.object == Literal("Paraugs", language="lv")
        else t
        for t in place
    ]
    before, after = serialize(place).splitlines(), serialize(changed).splitlines()
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_a_heading_becomes_comment_lines() -> None:
    assert serialize([], heading="Places\nof one country").startswith("# Places\n# of one country\n")
