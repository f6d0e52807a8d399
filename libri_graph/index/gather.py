"""What the index wants to know of a thing, read from the view of one generation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from libri_graph.index.facets import COUNTRY, FACETS, KINDS, PLACES, WAYS_IN, YEAR, Path
from libri_graph.index.said import VIEW, Said, everything, said_of
from libri_graph.languages import DEFAULT, Text, best_text
from libri_graph.namespaces import compact, term

TYPE: Final = term("rdf:type")
BROADER: Final = term("skos:broader")
LATITUDE: Final = term("geo:lat")
LONGITUDE: Final = term("geo:long")
EVIDENCE: Final = term("libri:evidencedBy")
NAMES: Final = tuple(map(term, ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")))
"""How things are called; the first that a thing has."""
GLOSSES: Final = (term("libri:gloss"),)
SUMMARIES: Final = (term("dcterms:description"), term("libri:needDescription"))
FACTS: Final = {
    term(name): name
    for name in (
        "libri:country",
        "libri:place",
        "libri:serviceType",
        "libri:targetGroup",
        "libri:need",
        "libri:domain",
        "libri:evidenceGrade",
        "libri:transferability",
        "libri:project",
        "libri:organiser",
        "libri:partner",
        "dcterms:type",
        "dcterms:language",
        "dcterms:publisher",
        "dcterms:audience",
        "org:classification",
        "schema:about",
    )
}
"""What a card names other things by."""
VALUES: Final = {
    term(name): name
    for name in (
        "libri:startYear",
        "libri:endYear",
        "libri:observedYear",
        "libri:organiserName",
        "libri:partnerName",
        "dcterms:issued",
        "dc:publisher",
        "schema:startDate",
        "schema:endDate",
        "libri:acronym",
    )
}
"""What a card says in numbers and plain names."""


def _is_direct(path: Path) -> bool:
    return len(path) == 1 and not path[0].startswith("^")


STEPS: Final = {
    step.removeprefix("^"): term(step.removeprefix("^"))
    for paths in [*(way.paths for ways in FACETS.values() for way in ways.values()), *PLACES.values()]
    for path in paths
    for step in path
}
"""Steps of paths as the store knows them."""
PLANS: Final = {
    kind: [
        (
            name,
            [STEPS[path[0]] for path in way.paths if _is_direct(path)],
            [path for path in way.paths if not _is_direct(path)],
        )
        for name, way in ways.items()
    ]
    for kind, ways in FACETS.items()
}
"""Kind -> each facet with the predicates that lead to its values at once, and the longer ways to them."""
KEPT: Final = frozenset({*NAMES, BROADER, LATITUDE})
"""Predicates of which one is enough for the index to know a thing."""
CLASSES: Final = frozenset(map(NamedNode, KINDS.values()))
COARSE: Final = ("country", "region")
"""Precisions of a position that stand for more than a town."""
LONGEST: Final = 280
"""Characters of a description on a card."""
NO_GRADE: Final = 99
NO_YEAR: Final = 9999
_YEAR: Final = re.compile(r"\d{4}(?!\d)")
_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"})

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the list of one kind."""

    values: Mapping[str, tuple[str, ...]]
    """Facet -> values, sorted; years as text."""
    places: tuple[str, ...]
    """IRIs of where it is."""
    placed: bool
    """Whether one of them has a position."""
    grade: int
    """Place of its evidence grade, the best first."""
    age: int
    """9999 less its last year."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that the index keeps of a thing."""

    names: tuple[Text, ...]
    broader: tuple[str, ...]
    position: tuple[float, float, bool] | None
    """Latitude, longitude and whether it is coarse."""
    entries: Mapping[str, Entry]
    """Kind -> its place in that list."""
    card: Json | None
    order: str
    """Its name as names are sorted."""


class View:
    """The default graph of one generation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._machines = [
            quad.graph_name
            for quad in store.quads_for_pattern(None, term("libri:machineMade"), Literal(True), None)
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name == quad.subject
        ]
        self.objects = lru_cache(maxsize=100_000)(self._objects)
        self.subjects = lru_cache(maxsize=1000)(self._subjects)
        self.position = lru_cache(maxsize=100_000)(self._position)

    def everything(self) -> Iterator[tuple[str, Said]]:
        """Yield the IRI of every thing that the index knows something of, each once, with what is said of it."""
        for iri, said in everything(self._store):
            if is_kept(said):
                yield iri, said

    def read(self, iri: str) -> Found:
        """Return what the view says of a thing; nothing where it says nothing."""
        return self.found(iri, said_of(self._store, NamedNode(iri)))

    def found(self, iri: str, said: Said) -> Found:
        """Return what the index keeps of a thing, of which the view says `said`."""
        node = NamedNode(iri)
        names = _texts(said, NAMES)
        classes = {value.value for value in said.get(TYPE, ()) if isinstance(value, NamedNode)}
        entries = {kind: self._entry(kind, node, said) for kind, name in KINDS.items() if name in classes}
        return Found(
            names,
            _iris(said.get(BROADER, ())),
            self.position(iri) if LATITUDE in said else None,
            entries,
            self._card(node, said, names, classes, entries) if entries else None,
            sorting(names),
        )

    def decided_by(self, iri: str) -> Iterator[str]:
        """Yield the things whose facets may depend on what is said of this one."""
        for path in WAYS_IN:
            found = {NamedNode(iri)}
            for step in reversed(path):
                found = {before for node in found for before in self._before(node, step)}
            yield from (node.value for node in found)

    def _before(self, node: NamedNode, step: str) -> Iterable[NamedNode]:
        return self.objects(node, STEPS[step[1:]]) if step.startswith("^") else self.subjects(node, STEPS[step])

    def _subjects(self, node: NamedNode, predicate: NamedNode) -> tuple[NamedNode, ...]:
        quads = self._store.quads_for_pattern(None, predicate, node, VIEW)
        return tuple(quad.subject for quad in quads if isinstance(quad.subject, NamedNode))

    def _objects(self, node: NamedNode, predicate: NamedNode) -> tuple[NamedNode, ...]:
        quads = self._store.quads_for_pattern(node, predicate, None, VIEW)
        return tuple(quad.object for quad in quads if isinstance(quad.object, NamedNode))

    def _position(self, iri: str) -> tuple[float, float, bool] | None:
        node = NamedNode(iri)
        latitudes, longitudes = self._numbers(node, LATITUDE), self._numbers(node, LONGITUDE)
        if not latitudes or not longitudes:
            return None
        latitude, longitude = min(latitudes), min(longitudes)
        if abs(latitude) > 90 or abs(longitude) > 180:  # degrees
            return None
        precisions = self.objects(node, term("libri:positionPrecision"))
        return latitude, longitude, any(node.value.rsplit("/", 1)[-1] in COARSE for node in precisions)

    def _numbers(self, node: NamedNode, name: NamedNode) -> list[float]:
        found = []
        for quad in self._store.quads_for_pattern(node, name, None, VIEW):
            try:
                found.append(float(quad.object.value if isinstance(quad.object, Literal) else ""))
            except ValueError:
                continue
        return found

    def _entry(self, kind: str, node: NamedNode, said: Said) -> Entry:
        values: dict[str, tuple[str, ...]] = {}
        for name, steps, paths in PLANS[kind]:
            reached = {value for step in steps for value in said.get(step, ())}
            reached.update(value for path in paths for value in self._reached(node, said, path))
            found = () if not reached else years(reached) if name == YEAR else _iris(reached)
            if found:
                values[name] = found
        places = {value for path in PLACES.get(kind, ()) for value in self._reached(node, said, path)}
        return Entry(
            values,
            _iris(places),
            any(self.position(iri) for iri in _iris(places)),
            min((_grade(iri) for iri in values.get("evidence", ())), default=NO_GRADE),
            NO_YEAR - max(map(int, values.get(YEAR, ())), default=0),
        )

    def _reached(self, node: NamedNode, said: Said, path: Path) -> Iterable[object]:
        if not path:
            return [node]
        first, *rest = path
        found: list[NamedNode]
        if first.startswith("^"):
            found = list(self._before(node, first[1:]))
        else:
            found = [value for value in said.get(STEPS[first], ()) if isinstance(value, NamedNode)]
        for step in rest:
            found = [value for one in found for value in self.objects(one, STEPS[step])]
        return found

    def _card(
        self,
        node: NamedNode,
        said: Said,
        names: Sequence[Text],
        classes: Iterable[str],
        entries: Mapping[str, Entry],
    ) -> Json:
        drafts = self._drafts(node)
        facts = {FACTS[predicate]: _iris(found) for predicate, found in said.items() if predicate in FACTS}
        countries = {iri for entry in entries.values() for iri in entry.values.get(COUNTRY, ())}
        if countries:
            facts["libri:country"] = tuple(sorted(countries))
        plain = {
            name: sorted(value.value for value in said[predicate] if isinstance(value, Literal))
            for predicate, name in VALUES.items()
            if predicate in said
        }
        return {
            "kinds": sorted(map(compact, classes)),
            "labels": _written(names, drafts),
            "glosses": _written(_texts(said, GLOSSES), drafts),
            "summaries": _written(_texts(said, SUMMARIES), drafts),
            "facts": {name: list(iris) for name, iris in sorted(facts.items()) if iris},
            "values": {name: found for name, found in plain.items() if found},
            "evidence": list(_iris(said.get(EVIDENCE, ()))),
        }

    def _drafts(self, node: NamedNode) -> set[Text]:
        return {
            Text(quad.object.value, quad.object.language or "")
            for graph in self._machines
            for quad in self._store.quads_for_pattern(node, None, None, graph)
            if isinstance(quad.object, Literal)
        }


def is_kept(said: Said) -> bool:
    """Return whether the index knows something of a thing of which the view says `said`."""
    return not KEPT.isdisjoint(said) or any(value in CLASSES for value in said.get(TYPE, ()))


def years(values: Iterable[object]) -> tuple[str, ...]:
    """Return the years of dates, sorted."""
    found = (_YEAR.match(value.value) for value in values if isinstance(value, Literal))
    return tuple(sorted({match[0] for match in found if match}))


def sorting(names: Iterable[Text]) -> str:
    """Return how a thing is sorted by name: without case and marks."""
    best = best_text(names, (DEFAULT,))
    spread = unicodedata.normalize("NFKD", best.text.casefold() if best else "")
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).translate(_LETTERS)


def _texts(said: Said, predicates: Iterable[NamedNode]) -> tuple[Text, ...]:
    for predicate in predicates:
        found = {Text(v.value, v.language or "") for v in said.get(predicate, ()) if isinstance(v, Literal)}
        if found:
            return tuple(sorted(found, key=lambda text: (text.language, text.text)))
    return ()


def _iris(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({value.value for value in values if isinstance(value, NamedNode)}))


def _grade(iri: str) -> int:
    letter = iri.rsplit("/", 1)[-1][:1].lower()
    return ord(letter) - ord("a") if "a" <= letter <= "z" else NO_GRADE


def _written(texts: Iterable[Text], drafts: set[Text]) -> list[list[object]]:
    return [[_beginning(text.text), text.language, *([1] if text in drafts else [])] for text in texts]


def _beginning(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(None, 1)[0].rstrip(" ,;:.") + " …"
