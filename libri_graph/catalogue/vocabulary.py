"""The vocabulary as a reader needs it: its modules, classes and properties, and how kinds of records hang together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue import rules
from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import name_of, read, text_of
from libri_graph.catalogue.rules import Kind
from libri_graph.languages import Text, best_text
from libri_graph.model.reading import ReadText, Thing
from libri_graph.namespaces import LIBRI, compact
from libri_graph.store.protocol import Solution, Store

ABOVE: Final = ("rdfs:subClassOf", "rdfs:subPropertyOf")
CLOSE: Final = ("skos:closeMatch", "skos:exactMatch", "owl:equivalentClass", "owl:equivalentProperty")


@dataclass(frozen=True, slots=True)
class Module:
    """The vocabulary as a whole, or one part of it."""

    iri: str
    label: ReadText
    description: ReadText | None
    note: ReadText | None
    """What its editors want known."""
    change: ReadText | None
    """What is new in this version."""
    whole: str
    """IRI of what it is part of; empty for the whole."""
    version: str
    version_iri: str
    issued: str
    licence: str
    namespace: str
    """What its terms begin with, where it says so."""


@dataclass(frozen=True, slots=True)
class Term:
    """A class or a property that the vocabulary defines."""

    iri: str
    label: ReadText
    definition: ReadText | None
    example: ReadText | None
    module: str
    is_class: bool
    above: tuple[str, ...]
    """IRIs of the classes or properties that it is a special kind of, here and elsewhere."""
    close: tuple[str, ...]
    """IRIs of terms elsewhere that mean nearly the same."""
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A field of one kind of record that names records of another kind, or concepts of a scheme."""

    source: Thing
    path: str
    label: ReadText
    target: Thing
    to_scheme: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it, sorted by name."""

    modules: tuple[Module, ...]
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    kinds: Mapping[str, Kind]
    """IRI of a class -> its fields."""
    relations: tuple[Relation, ...]

    def module(self, iri: str) -> Module | None:
        """Return the module of that IRI, or `None`."""
        return next((module for module in self.modules if module.iri == iri), None)

    def users(self, path: str) -> tuple[Kind, ...]:
        """Return the kinds of records that have a field for the property `path`."""
        return tuple(kind for kind in self.kinds.values() if any(field.path == path for field in kind.fields))


def read_vocabulary(store: Store, languages: Sequence[str]) -> Vocabulary:
    """Return the vocabulary for a reader of `languages`. Eight queries whatever its size."""
    kinds = {kind.iri: kind for kind in rules.all_of(store, languages)}
    said = _gathered(store.select("ontology/terms"), "term")
    terms = [_term(iri, values, languages) for iri, values in said.items()]
    modules = _gathered(store.select("ontology/modules"), "module")
    return Vocabulary(
        modules=tuple(sorted((_module(*one, languages) for one in modules.items()), key=lambda m: (m.whole, m.iri))),
        classes=_by_name(term for term in terms if term.is_class),
        properties=_by_name(term for term in terms if not term.is_class),
        kinds=kinds,
        relations=_relations(store, kinds, languages),
    )


Values = Mapping[str, Sequence[NamedNode | Literal]]


def _gathered(rows: Iterable[Solution], name: str) -> dict[str, Values]:
    """Return IRI -> prefixed predicate -> values."""
    found: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        subject, predicate, value = row[name], row["predicate"], row["value"]
        if (
            isinstance(subject, NamedNode)
            and isinstance(predicate, NamedNode)
            and isinstance(value, NamedNode | Literal)
        ):
            found[subject.value][compact(predicate.value)].append(value)
    return {iri: dict(values) for iri, values in found.items()}


def _term(iri: str, values: Values, languages: Sequence[str]) -> Term:
    return Term(
        iri=iri,
        label=_text(values, "rdfs:label", languages) or name_of(iri, (), languages),
        definition=_text(values, "skos:definition", languages),
        example=_text(values, "skos:example", languages),
        module=_first(values, "rdfs:isDefinedBy"),
        is_class="owl:Class" in _prefixed(values.get("rdf:type", ())),
        above=_iris(values, ABOVE),
        close=_iris(values, CLOSE),
        deprecated=_first(values, "owl:deprecated") == "true",
    )


def _module(iri: str, values: Values, languages: Sequence[str]) -> Module:
    return Module(
        iri=iri,
        label=_text(values, "dcterms:title", languages) or name_of(iri, (), languages),
        description=_text(values, "dcterms:description", languages),
        note=_text(values, "skos:editorialNote", languages),
        change=_text(values, "skos:changeNote", languages),
        whole=_first(values, "dcterms:isPartOf"),
        version=_first(values, "owl:versionInfo"),
        version_iri=_first(values, "owl:versionIRI"),
        issued=_first(values, "dcterms:issued"),
        licence=_first(values, "dcterms:license"),
        namespace=_first(values, "vann:preferredNamespaceUri"),
    )


def _relations(store: Store, kinds: Mapping[str, Kind], languages: Sequence[str]) -> tuple[Relation, ...]:
    rows = [
        (row["class"].value, row["path"].value, row["target"])
        for row in store.select("rule/relations")
        if isinstance(row["class"], NamedNode)
        and isinstance(row["path"], NamedNode)
        and isinstance(row["target"], NamedNode)
    ]
    labels = labels_of(store, [target for _, _, target in rows])
    names = {(kind.iri, field.path): field.name for kind in kinds.values() for field in kind.fields}
    return tuple(
        Relation(
            Thing(source, kinds[source].name),
            path,
            names[source, path],
            Thing(target.value, name_of(target.value, labels.get(target.value, ()), languages)),
            to_scheme=not target.value.startswith(LIBRI),
        )
        for source, path, target in rows
        if (source, path) in names
    )


def _text(values: Values, name: str, languages: Sequence[str]) -> ReadText | None:
    known: list[Text] = [text_of(value) for value in values.get(name, ()) if isinstance(value, Literal)]
    found = best_text(known, languages)
    return read(found, languages) if found else None


def _first(values: Values, name: str) -> str:
    return next((value.value for value in values.get(name, ())), "")


def _iris(values: Values, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        value.value
        for name in names
        for value in sorted(values.get(name, ()), key=lambda value: value.value)
        if isinstance(value, NamedNode)
    )


def _prefixed(values: Iterable[NamedNode | Literal]) -> set[str]:
    return {compact(value.value) for value in values}


def _by_name(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: term.label.text.casefold()))
