"""What an editor of queries can offer: prefixes, classes with their properties, concepts by label.

All of it comes from the rules, the vocabulary and counts of one generation, gathered once and then read by everybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import text_of
from libri_graph.catalogue.rules import DEMANDS
from libri_graph.languages import Text, best_text
from libri_graph.namespaces import PREFIXES
from libri_graph.store.protocol import Solution, Store, Term

PREFIX: Final = re.compile(r"^PREFIX\s+([\w-]+):\s*<([^>]+)>", re.MULTILINE)
PLAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
RANKS: Final = [*DEMANDS.values(), ""]
CLASS: Final = "http://www.w3.org/2002/07/owl#Class"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be offered, in every language."""

    prefixes: Mapping[str, str]
    classes: Mapping[str, int]
    """IRI -> how many things of it there are, the most first."""
    properties: Mapping[str, int]
    """IRI -> how often it is used, the most first."""
    fields: Mapping[str, Sequence[tuple[str, str]]]
    """Class -> its properties and ``must``, ``should``, ``may`` or nothing, in this order."""
    concepts: Mapping[str, str]
    """Concept -> its scheme."""
    labels: Mapping[str, Sequence[Text]]

    def told(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return it for a reader of `languages`, ready for JSON.

        Names are prefixed where a prefix fits, else ``<IRI>``. A field is the place of its property in the list of
        properties, and its demand.
        """
        places = {iri: place for place, iri in enumerate(self.properties)}
        return {
            "prefixes": dict(sorted(self.prefixes.items())),
            "classes": [
                {
                    **self._named(iri, languages),
                    "count": count,
                    "fields": [[places[path], demand] for path, demand in self.fields.get(iri, ())],
                }
                for iri, count in self.classes.items()
            ],
            "properties": [{**self._named(iri, languages), "count": n} for iri, n in self.properties.items()],
            "concepts": [
                {
                    **self._named(iri, languages),
                    "scheme": self._label(scheme, languages),
                    "also": self._also(iri, languages),
                }
                for iri, scheme in self.concepts.items()
            ],
        }

    def _named(self, iri: str, languages: Sequence[str]) -> dict[str, str]:
        return {"name": written(iri, self.prefixes), "label": self._label(iri, languages)}

    def _label(self, iri: str, languages: Sequence[str]) -> str:
        found = best_text(self.labels.get(iri, ()), languages)
        return found.text if found else ""

    def _also(self, iri: str, languages: Sequence[str]) -> list[str]:
        shown = self._label(iri, languages)
        mine = {text.text for text in self.labels.get(iri, ()) if text.language in languages}
        return sorted(mine - {shown})


def written(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return `iri` as a query names it: prefixed by the longest namespace that fits, else in angle brackets.

    >>> written("https://schema.org/url", {"schema": "https://schema.org/"}), written("urn:a", {})
    ('schema:url', '<urn:a>')
    """
    for prefix, namespace in sorted(prefixes.items(), key=lambda entry: -len(entry[1])):
        local = iri.removeprefix(namespace)
        if local != iri and PLAIN.fullmatch(local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def gather(store: Store, questions: Path) -> Vocabulary:
    """Return the vocabulary of the generation that `store` reads; prefixes also come from the files in `questions`.

    Seven queries; two of them count over the whole view, so keep what comes back.
    """
    classes = {_iri(row["class"]): _count(row["entities"]) for row in store.select("void/classes")}
    properties = {_iri(row["property"]): _count(row["triples"]) for row in store.select("void/properties")}
    broader: dict[str, set[str]] = defaultdict(set)
    for row in store.select("completion/terms"):
        iri = _iri(row["term"])
        (classes if _iri(row["kind"]) == CLASS else properties).setdefault(iri, 0)
        if "broader" in row:
            broader[iri].add(_iri(row["broader"]))
    fields = _fields(store.select("completion/fields"), properties)
    labels = labels_of(store, [NamedNode(iri) for iri in classes])
    for row in store.select("completion/names"):
        labels.setdefault(_iri(row["path"]), []).append(_text(row["name"]))
    unnamed = [NamedNode(iri) for iri in properties if iri not in labels]
    concepts = _concepts(store, labels)
    labels |= labels_of(store, [*unnamed, *{NamedNode(scheme) for scheme in concepts.values()}])
    merged = {iri: _merged(iri, broader, fields) for iri in classes}
    return Vocabulary(_prefixes(questions), classes, properties, merged, concepts, labels)


def _fields(rows: Iterable[Solution], properties: dict[str, int]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        path = _iri(row["path"])
        properties.setdefault(path, 0)
        demand = DEMANDS.get(_iri(row["severity"]), "") if "severity" in row else ""
        of_class = found[_iri(row["class"])]
        of_class[path] = min(of_class.get(path, ""), demand, key=RANKS.index)
    return found


def _merged(
    iri: str, broader: Mapping[str, set[str]], fields: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Return the fields of a class and of every class that it is a kind of, mandatory ones first."""
    seen: set[str] = set()
    waiting = [iri]
    found: dict[str, str] = {}
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        waiting += broader.get(one, ())
        for path, demand in fields.get(one, {}).items():
            found[path] = min(found.get(path, ""), demand, key=RANKS.index)
    return sorted(found.items(), key=lambda field: RANKS.index(field[1]))


def _concepts(store: Store, labels: dict[str, list[Text]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in store.select("completion/concepts"):
        iri = _iri(row["concept"])
        found.setdefault(iri, _iri(row["scheme"]))
        labels.setdefault(iri, []).append(_text(row["label"]))
    return found


def _prefixes(questions: Path) -> dict[str, str]:
    found = dict(PREFIXES)
    for file in sorted(questions.glob("*.rq")):
        found |= PREFIX.findall(file.read_text(encoding="utf-8"))
    return found


def _iri(value: Term) -> str:
    return value.value if isinstance(value, NamedNode) else ""


def _count(value: Term) -> int:
    return int(value.value) if isinstance(value, Literal) else 0


def _text(value: Term) -> Text:
    return text_of(value) if isinstance(value, Literal) else Text("")
