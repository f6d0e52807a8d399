"""What is validated for one change is all that the change can affect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from libri_graph.namespaces import term
from libri_graph.validation import ChangeValidator, Result, ValidationReport, Validator, read_shapes
from libri_graph.validation.shapes_graph import Term
from libri_graph.validation.slice import MOST

NUMBER = st.integers(0, 10_000)
MODEL = "https://example.org/model#"
IDS = "https://example.org/id/"


def store_of(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    return store


def said(report: ValidationReport) -> Counter[Result]:
    return Counter(report.results)


@settings(database=None, max_examples=400, deadline=None)
@given(new=st.lists(st.tuples(NUMBER, NUMBER, NUMBER), max_size=4), old=st.lists(NUMBER, max_size=4))
def test_no_new_fault_is_missed(
    new: list[tuple[int, int, int]],
    old: list[int],
    change: Callable[..., tuple[set[Triple], set[Triple]]],
    triples: tuple[Triple, ...],
    validator: Validator,
) -> None:
    added, removed = change(new, old)
    added, removed = added - {*triples}, removed - added
    before, after = store_of(triples), store_of({*triples, *added} - removed)
    whole = said(validator.validate(after))
    part = said(ChangeValidator.of(validator).validate(after, added, removed))
    assert not part - whole
    assert not whole - said(validator.validate(before)) - part


@settings(database=None, max_examples=60, deadline=None)
@given(new=st.lists(st.tuples(NUMBER, NUMBER, NUMBER), max_size=3), old=st.lists(NUMBER, max_size=3))
def test_the_slice_alone_decides_about_its_nodes(
    new: list[tuple[int, int, int]],
    old: list[int],
    change: Callable[..., tuple[set[Triple], set[Triple]]],
    triples: tuple[Triple, ...],
    validator: Validator,
) -> None:
    added, removed = change(new, old)
    after = store_of({*triples, *added} - removed)
    changes = ChangeValidator.of(validator)
    nodes = changes.affected(after, added, removed)
    if nodes:
        alone = store_of(changes.read(after, nodes))
        assert said(validator.validate(alone, nodes)) == said(validator.validate(after, nodes))


def test_a_property_that_only_a_closed_shape_reads_affects_its_subject_alone(
    validator: Validator, store: Store
) -> None:
    report = NamedNode(IDS + "report")
    added = {Triple(report, term("dcterms:title"), Literal("Report"))}
    assert ChangeValidator.of(validator).affected(store, added, ()) == {report}


def test_a_change_of_a_neighbour_affects_those_who_look_at_it(validator: Validator, store: Store) -> None:
    changed = Triple(NamedNode(IDS + "town-library"), NamedNode(MODEL + "country"), NamedNode(MODEL + "Latvia"))
    affected = ChangeValidator.of(validator).affected(store, (), {changed}) or set()
    assert NamedNode(IDS + "talking") in affected
    assert NamedNode(IDS + "reading") not in affected


def test_a_change_that_everybody_shares_is_checked_as_a_whole(validator: Validator, store: Store) -> None:
    kind = NamedNode(MODEL + "kind")
    hub, many = NamedNode(MODEL + "hub"), (NamedNode(f"{IDS}{number}") for number in range(MOST))
    store.extend(Quad(node, kind, hub, DefaultGraph()) for node in many)
    added = {Triple(hub, term("skos:inScheme"), NamedNode(MODEL + "others"))}
    assert ChangeValidator.of(validator).affected(store, added, ()) is None


def test_a_query_that_reads_at_large_makes_every_change_a_whole_check() -> None:
    shape, asked = NamedNode(MODEL + "shape"), BlankNode("query")
    text = "SELECT $this { $this a ?kind . ?other <https://example.org/model#stops> ?all }"
    shapes = read_shapes(
        [
            Triple(shape, term("sh:targetClass"), NamedNode(MODEL + "Initiative")),
            Triple(shape, term("sh:sparql"), asked),
            Triple(asked, term("sh:select"), Literal(text)),
        ]
    )
    stop = Triple(NamedNode(IDS + "a"), NamedNode(MODEL + "stops"), Literal("all"))
    changes = ChangeValidator.of(Validator.of(shapes))
    assert changes.affected(store_of([stop]), {stop}, ()) is None


def test_what_is_judged_depends_on_the_change_and_not_on_the_graph(
    validator: Validator, triples: tuple[Triple, ...]
) -> None:
    def copied(triple: Triple, number: int) -> Quad:
        subject, value = NamedNode(f"{str(triple.subject)[1:-1]}-{number}"), triple.object
        if isinstance(value, NamedNode) and value.value.startswith(IDS):
            value = NamedNode(f"{value.value}-{number}")
        return Quad(subject, triple.predicate, value, DefaultGraph())

    def many(copies: int) -> Store:
        ids = {t.subject for t in triples if str(t.subject).startswith(f"<{IDS}")}
        store = store_of(triples)
        for number in range(copies):
            store.extend(copied(t, number) for t in triples if t.subject in ids)
        return store

    added = {Triple(NamedNode(IDS + "talking"), term("skos:prefLabel"), Literal("Parlons", language="fr"))}
    changes = ChangeValidator.of(validator)

    def looked_at(store: Store) -> set[Term] | None:
        store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in added)
        assert not changes.validate(store, added, ()).conforms
        return changes.affected(store, added, ())

    small, large = looked_at(many(15)), looked_at(many(300))
    assert small is not None
    assert NamedNode(IDS + "talking") in small
    assert small == large
