"""The rules as a reader needs them: for each kind of record its fields, and which it must or should have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import kind_of, name_of, read, text_of
from libri_graph.languages import Text, best_text
from libri_graph.model.reading import ReadText
from libri_graph.namespaces import term
from libri_graph.store.protocol import Store, Term

NAME, MEANING = term("sh:name").value, term("sh:description").value
DEMANDS = {term("sh:Violation").value: "must", term("sh:Warning").value: "should", term("sh:Info").value: "may"}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a record may say."""

    key: str
    """Its name in JSON."""
    path: str
    """IRI of the property that it says."""
    name: ReadText
    description: ReadText
    demand: str
    """``must``, ``should``, ``may`` (worth saying), or empty."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record."""

    iri: str
    name: ReadText
    fields: tuple[Field, ...]


def all_of(store: Store, languages: Sequence[str]) -> tuple[Kind, ...]:
    """Return the kinds of records by name, mandatory fields first. Four queries."""
    said = _texts(store)
    demands: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in store.select("rule/demands"):
        demands[_iri(row["class"]), _iri(row["path"])].add(DEMANDS.get(_iri(row["severity"]), ""))
    fields: dict[str, list[Field]] = defaultdict(list)
    for row in store.select("rule/fields"):
        key, path = _words(row["key"]).text, _iri(row["path"])
        demand = next((word for word in DEMANDS.values() if word in demands[_iri(row["class"]), path]), "")
        names, meanings = said[_iri(row["field"]), NAME], said[_iri(row["field"]), MEANING]
        fields[_iri(row["class"])].append(
            Field(key, path, _best(names, key, languages), _best(meanings, key, languages), demand)
        )
    labels = labels_of(store, [NamedNode(iri) for iri in fields])
    kinds = [
        Kind(
            iri,
            name_of(iri, labels.get(iri) or [Text(kind_of(iri))], languages),
            tuple(sorted(found, key=_order)),
        )
        for iri, found in fields.items()
    ]
    return tuple(sorted(kinds, key=lambda kind: kind.name.text.casefold()))


def _texts(store: Store) -> dict[tuple[str, str], list[Text]]:
    """Return what the rules call each field, and what they mean by it, by field and property."""
    found: dict[tuple[str, str], list[Text]] = defaultdict(list)
    for row in store.select("rule/texts"):
        found[_iri(row["field"]), _iri(row["predicate"])].append(_words(row["text"]))
    return found


def _best(texts: Sequence[Text], key: str, languages: Sequence[str]) -> ReadText:
    return read(best_text(texts, languages) or Text(key), languages)


def _order(field: Field) -> tuple[int, str]:
    return [*DEMANDS.values(), ""].index(field.demand), field.name.text.casefold()


def _words(value: Term) -> Text:
    return text_of(value) if isinstance(value, Literal) else Text("")


def _iri(value: Term) -> str:
    return value.value if isinstance(value, NamedNode) else ""
