"""The history of a thing, and what changed lately, told to one reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import LABELS, name_of, read, text_of
from libri_graph.journal.departures import Gone
from libri_graph.journal.events import Kind
from libri_graph.journal.history import ChangeSet, Step, Steps
from libri_graph.languages import Text
from libri_graph.model.differences import compared
from libri_graph.model.history import History, InSource, ReadChange, Row, Told, ToldChange, Value, Waiting
from libri_graph.model.reading import ReadText, Thing
from libri_graph.namespaces import compact, term
from libri_graph.store.protocol import Solution, Store

MOST_VALUES: Final = 200
"""Values of one event that are shown."""
NAMING: Final = frozenset(term(name) for name in LABELS)
Term = NamedNode | BlankNode | Literal | Triple
Labels = Mapping[str, Sequence[Text]]


def of_thing(
    store: Store,
    iri: str,
    steps: Steps,
    languages: Sequence[str],
    shown_by: Mapping[int, int],
    waiting: Sequence[Step] = (),
) -> History:
    """Return one page of the history of `iri`; `shown_by` is what `journal.history` says of the kept generations.

    `waiting` is what the versions would change that wait in review. Two queries however much happened.
    """
    shown, undecided = [_cut(step) for step in steps.found], [_Cut(step, step.added, step.removed) for step in waiting]
    labels = _labels(store, iri, [*shown, *undecided], steps.found)
    names = _property_names(store, [*shown, *undecided], languages)
    changes = []
    for number, group in groupby(shown, key=lambda cut: cut.step.change):
        events = list(group)
        first = events[0].step
        told = tuple(_told(iri, cut, labels, names, languages) for cut in reversed(events))
        changes.append(ToldChange(number, first.time, first.actor, told, shown_by.get(number)))
    waits = tuple(Waiting(cut.step.time, _told(iri, cut, labels, names, languages)) for cut in undecided)
    return History(Thing(iri, name_of(iri, labels.get(iri, ()), languages)), tuple(changes), steps.older, waits)


def names_of_gone(found: Gone, languages: Sequence[str]) -> ReadText:
    """Return what a thing that is gone was called."""
    return name_of(found.iri, _names_said(found.iri, found.said), languages)


def successors(found: Iterable[Triple], iri: str) -> tuple[str, ...]:
    """Return the things by which `iri` was replaced, as `found` says."""
    predicate = term("dcterms:isReplacedBy")
    said = [t.object for t in found if t.predicate == predicate and t.subject == NamedNode(iri)]
    return tuple(sorted({thing.value for thing in said if isinstance(thing, NamedNode)}))


def replaced_by(store: Store, iri: str) -> tuple[str, ...]:
    """Return the things into which `iri` was merged; none while it is described itself. One query."""
    rows = store.select("record/replaced_by", iri=NamedNode(iri))
    return tuple(thing.value for row in rows if isinstance(thing := row["successor"], NamedNode))


def of_changes(
    store: Store, changes: Sequence[ChangeSet], languages: Sequence[str], *, page: int | None = None
) -> tuple[ReadChange, ...]:
    """Return change sets for one reader; `page` entities of each were read, where they are read in pages. One query."""
    iris = {touched.entity for change in changes for touched in change.touched}
    iris |= {graph for change in changes for graph in change.counts}
    labels = dict(labels_of(store, [NamedNode(iri) for iri in sorted(iris) if iri and not iri.startswith("_:")]))
    for touched in (touched for change in changes for touched in change.touched if touched.said):
        labels[touched.entity] = labels.get(touched.entity) or _names_said(touched.entity, touched.said)
    return tuple(_read_change(change, labels, languages, page) for change in changes)


def _read_change(change: ChangeSet, labels: Labels, languages: Sequence[str], page: int | None) -> ReadChange:
    sources = []
    for graph, counts in change.counts.items():
        named = [touched for touched in change.touched if touched.graph == graph]
        entities = tuple((t.kind.value, _thing(t.entity, labels, languages) if t.entity else None) for t in named)
        created, updated, deleted = (counts.get(kind, 0) for kind in (Kind.create, Kind.update, Kind.delete))
        sources.append(InSource(_thing(graph, labels, languages), created, updated, deleted, entities))
    last = change.touched[-1].sequence if change.touched else change.number
    following = last if page and last < change.number else None
    return ReadChange(change.number, change.time, change.actor, change.events, tuple(sources), following)


class _Cut:
    """An event with as many of its values as are shown."""

    def __init__(self, step: Step, added: Sequence[Triple], removed: Sequence[Triple]) -> None:
        self.step = step
        self.added = added
        self.removed = removed

    @property
    def left_out(self) -> int:
        return len(self.step.added) + len(self.step.removed) - len(self.added) - len(self.removed)


def _cut(step: Step) -> _Cut:
    return _Cut(step, step.added[:MOST_VALUES], step.removed[:MOST_VALUES])


def _labels(store: Store, iri: str, cuts: Sequence[_Cut], steps: Sequence[Step]) -> Labels:
    """Return what everything that is named is called now; what the view does not hold, as it was called last."""
    named = {NamedNode(iri)}
    for cut in cuts:
        named |= {triple.object for triple in (*cut.added, *cut.removed) if isinstance(triple.object, NamedNode)}
        named |= {NamedNode(cut.step.graph)} if cut.step.graph else set()
    found = dict(labels_of(store, sorted(named, key=str)))
    if iri not in found:
        found[iri] = _names_said(iri, (triple for step in steps for triple in (*step.added, *step.removed)))
    return found


def _names_said(iri: str, triples: Iterable[Triple]) -> list[Text]:
    texts = (t.object for t in triples if t.predicate in NAMING and t.subject == NamedNode(iri))
    return list(dict.fromkeys(text_of(value) for value in texts if isinstance(value, Literal)))


def _property_names(store: Store, cuts: Sequence[_Cut], languages: Sequence[str]) -> Mapping[NamedNode, ReadText]:
    properties = {triple.predicate for cut in cuts for triple in (*cut.added, *cut.removed)}
    words: dict[NamedNode, list[Text]] = defaultdict(list)
    fields: dict[NamedNode, list[Text]] = defaultdict(list)
    rows: list[Solution] = store.select("label/properties", property=sorted(properties, key=str)) if properties else []
    for row in rows:
        named, label, field = row["property"], row["label"], row["field"]
        if isinstance(named, NamedNode) and isinstance(label, Literal):
            (fields if isinstance(field, Literal) and field.value == "true" else words)[named].append(text_of(label))
    return {p: name_of(compact(p.value), words.get(p) or fields.get(p) or (), languages) for p in properties}


def _told(iri: str, cut: _Cut, labels: Labels, names: Mapping[NamedNode, ReadText], languages: Sequence[str]) -> Told:
    slots: dict[tuple[str, NamedNode], tuple[list[Term], list[Term]]] = defaultdict(lambda: ([], []))
    for side, triples in enumerate((cut.removed, cut.added)):
        for triple in triples:
            slots[_part(iri, triple.subject), triple.predicate][side].append(triple.object)
    rows = [
        Row(names[predicate], compact(predicate.value), *_sides(before, after, labels, languages), part)
        for (part, predicate), (before, after) in slots.items()
    ]
    rows.sort(key=lambda row: (row.part, row.name not in LABELS, row.property.text.casefold()))
    step = cut.step
    source = _thing(step.graph, labels, languages)
    return Told(step.sequence, step.kind.value, source, tuple(rows), cut.left_out, step.whole, step.told)


def _part(iri: str, subject: object) -> str:
    if isinstance(subject, NamedNode):
        return "" if subject.value == iri else subject.value.removeprefix(iri)
    return "…"


def _sides(
    before: Sequence[Term], after: Sequence[Term], labels: Labels, languages: Sequence[str]
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Return values of both sides; texts of one language that stand alone on each side are compared word by word."""
    left = {value: _value(value, labels, languages) for value in sorted(before, key=_order)}
    right = {value: _value(value, labels, languages) for value in sorted(after, key=_order)}
    for tag in {value.language for value in (*before, *after) if isinstance(value, Literal)}:
        olds = [value for value in before if isinstance(value, Literal) and value.language == tag]
        news = [value for value in after if isinstance(value, Literal) and value.language == tag]
        if len(olds) == len(news) == 1:
            segments = compared(olds[0].value, news[0].value)
            left[olds[0]] = Value(text=left[olds[0]].text, segments=segments[0])
            right[news[0]] = Value(text=right[news[0]].text, segments=segments[1])
    return tuple(left.values()), tuple(right.values())


def _order(value: Term) -> tuple[str, str]:
    return (value.language or "" if isinstance(value, Literal) else "", str(value))


def _value(value: Term, labels: Labels, languages: Sequence[str]) -> Value:
    if isinstance(value, NamedNode):
        return Value(thing=_thing(value.value, labels, languages))
    if isinstance(value, Literal):
        return Value(text=read(text_of(value), languages))
    return Value(text=ReadText("…", ""))


def _thing(iri: str, labels: Labels, languages: Sequence[str]) -> Thing:
    return Thing(iri, name_of(iri, labels.get(iri, ()), languages))
