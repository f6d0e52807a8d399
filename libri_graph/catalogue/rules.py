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
    """Return the kinds of records by name, mandatory fields first. Two queries."""
    texts: dict[tuple[str, str, str], tuple[list[Text], list[Text], list[str]]] = defaultdict(lambda: ([], [], []))
    for row in store.select("rule/fields"):
        names, descriptions, demands = texts[_iri(row["class"]), _words(row["key"]).text, _iri(row["path"])]
        names.append(_words(row["name"]))
        descriptions.append(_words(row["description"]))
        demands.append(DEMANDS.get(_iri(row["severity"]), "") if "severity" in row else "")
    classes = list(dict.fromkeys(iri for iri, _, _ in texts))
    labels = labels_of(store, [NamedNode(iri) for iri in classes])
    kinds = [
        Kind(
            iri,
            name_of(iri, labels.get(iri) or [Text(kind_of(iri))], languages),
            tuple(
                sorted(
                    (_field(k, path, *said, languages) for (i, k, path), said in texts.items() if i == iri), key=_order
                )
            ),
        )
        for iri in classes
    ]
    return tuple(sorted(kinds, key=lambda kind: kind.name.text.casefold()))


def _field(
    key: str, path: str, names: list[Text], descriptions: list[Text], demands: list[str], languages: Sequence[str]
) -> Field:
    name, description = best_text(names, languages), best_text(descriptions, languages)
    demand = next((word for word in DEMANDS.values() if word in demands), "")
    empty = Text(key)
    return Field(key, path, read(name or empty, languages), read(description or empty, languages), demand)


def _order(field: Field) -> tuple[int, str]:
    return [*DEMANDS.values(), ""].index(field.demand), field.name.text.casefold()


def _words(value: Term) -> Text:
    return text_of(value) if isinstance(value, Literal) else Text("")


def _iri(value: Term) -> str:
    return value.value if isinstance(value, NamedNode) else ""
