"""A synthetic graph in the shape of ours, of any size: the same seed gives the same bytes.

`python -m benchmarks.synthetic --triples 100000 -o FILE.nq[.gz]`
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import IO, Final

from benchmarks.words import CONCEPT, COUNTRIES, COUNTRY, LANGUAGE, LANGUAGES, LISTS, TABLE_OF_LANGUAGES, WORDS

LIBRI: Final = "https://w3id.org/libri/ontology#"
IDS: Final = "https://w3id.org/libri/id/"
GRAPHS: Final = "https://w3id.org/libri/graph/"
A: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
GSP: Final = "http://www.opengis.net/ont/geosparql#"
SEED: Final = 20260501

ORGANISATIONS, PLACES, PRACTICES = 5, 10, 50
"""One of these for so many initiatives."""
PER_INITIATIVE: Final = 24.9
"""Triples for each initiative, with its part of everything else; measured."""

Part = Callable[["Draw", int], Iterator[str]]


class Draw:
    """Choices from one seeded source; `random()` alone, whose sequence Python promises to keep."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed).random  # noqa: S311  # no secret

    def below(self, number: int) -> int:
        """Return a number from 0 to `number` - 1."""
        return int(self._random() * number)

    def one(self, choices: Sequence[str]) -> str:
        """Return one of `choices`."""
        return choices[self.below(len(choices))]

    def some(self, choices: Sequence[str], most: int) -> list[str]:
        """Return one to `most` different neighbours among `choices`."""
        first, number = self.below(len(choices)), 1 + self.below(most)
        return [choices[(first + step) % len(choices)] for step in range(number)]

    def text(self, language: str, words: int) -> str:
        """Return so many words of a language, the first with a capital."""
        sentence = " ".join(self.one(WORDS[language]) for _ in range(words))
        return sentence[0].upper() + sentence[1:]


def _iri(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> <{value}>"


def _text(subject: str, predicate: str, text: str, language: str) -> str:
    return f'<{subject}> <{predicate}> "{text}"@{language}'


def _typed(subject: str, predicate: str, text: str, datatype: str) -> str:
    return f'<{subject}> <{predicate}> "{text}"^^<{datatype}>'


def _concepts(subject: str, predicate: str, scheme: str, names: Sequence[str]) -> Iterator[str]:
    return (_iri(subject, LIBRI + predicate, f"{CONCEPT}{scheme}/{name}") for name in names)


def _names(draw: Draw, subject: str, number: int) -> Iterator[str]:
    for language in ["en", *draw.some(LANGUAGES[1:], 3)]:
        yield _text(subject, SKOS + "prefLabel", f"{draw.text(language, 4)} {number}", language)


def _support(draw: Draw, subject: str, kind: str, number: int) -> Iterator[str]:
    yield from _concepts(subject, "evidenceGrade", "evidence-grades", [draw.one(LISTS["evidence-grades"])])
    for at in range(1 + draw.below(2)):
        yield _iri(subject, DCTERMS + "source", f"https://pages.example/{kind}/{number}/{at}")


def initiative(draw: Draw, number: int, among: int | None = None) -> Iterator[str]:
    """Yield what is recorded of an initiative; its place and organiser are of the first `among`, else `number`."""
    subject = f"{IDS}initiative/synthetic-{number}"
    known = number if among is None else among
    yield _iri(subject, A, LIBRI + "Initiative")
    yield from _names(draw, subject, number)
    yield _text(subject, DCTERMS + "description", draw.text("en", 18) + ".", "en")
    yield _iri(subject, LIBRI + "country", COUNTRY + draw.one(COUNTRIES))
    yield _iri(subject, LIBRI + "place", f"{IDS}place/synthetic-{draw.below(known // PLACES + 1)}")
    yield _iri(subject, LIBRI + "organiser", f"{IDS}organisation/synthetic-{draw.below(known // ORGANISATIONS + 1)}")
    yield _typed(subject, LIBRI + "startYear", str(1995 + draw.below(31)), XSD + "gYear")
    yield _iri(subject, DCTERMS + "language", LANGUAGE + draw.one(TABLE_OF_LANGUAGES))
    yield from _concepts(subject, "sourceKind", "source-kinds", draw.some(LISTS["source-kinds"], 2))
    yield from _support(draw, subject, "initiative", number)


def classification(draw: Draw, number: int) -> Iterator[str]:
    """Yield our reading of an initiative: what it does and for whom."""
    subject = f"{IDS}initiative/synthetic-{number}"
    yield from _concepts(subject, "serviceType", "service-types", draw.some(LISTS["service-types"], 3))
    yield from _concepts(subject, "targetGroup", "target-groups", draw.some(LISTS["target-groups"], 3))
    yield from _concepts(subject, "need", "needs-barriers", draw.some(LISTS["needs-barriers"], 2))
    yield from _concepts(subject, "domain", "integration-domains", draw.some(LISTS["integration-domains"], 2))


def organisation(draw: Draw, number: int) -> Iterator[str]:
    """Yield an organisation."""
    subject = f"{IDS}organisation/synthetic-{number}"
    yield _iri(subject, A, LIBRI + "Organisation")
    yield from _names(draw, subject, number)
    kind = draw.one(LISTS["organisation-types"])
    yield _iri(subject, "http://www.w3.org/ns/org#classification", f"{CONCEPT}organisation-types/{kind}")
    yield _iri(subject, LIBRI + "country", COUNTRY + draw.one(COUNTRIES))
    yield _iri(subject, LIBRI + "place", f"{IDS}place/synthetic-{draw.below(number // 2 + 1)}")
    yield _text(subject, DCTERMS + "description", draw.text("en", 10) + ".", "en")
    yield _iri(subject, "https://schema.org/url", f"https://organisation-{number}.example/")
    yield from _support(draw, subject, "organisation", number)


def practice(draw: Draw, number: int) -> Iterator[str]:
    """Yield a good practice, shown by initiatives that there are."""
    subject = f"{IDS}practice/synthetic-{number}"
    yield _iri(subject, A, LIBRI + "Practice")
    yield from _names(draw, subject, number)
    for part in ("need", "method", "result", "transferability"):
        yield _text(subject, f"{LIBRI}{part}Description", draw.text("en", 12) + ".", "en")
    yield from _concepts(subject, "serviceType", "service-types", draw.some(LISTS["service-types"], 2))
    yield from _concepts(subject, "need", "needs-barriers", draw.some(LISTS["needs-barriers"], 2))
    for shown in {draw.below(number * PRACTICES + 1) for _ in range(4)}:
        yield _iri(subject, LIBRI + "evidencedBy", f"{IDS}initiative/synthetic-{shown}")
    yield from _support(draw, subject, "practice", number)


def place(draw: Draw, number: int) -> Iterator[str]:
    """Yield a place with its position."""
    subject = f"{IDS}place/synthetic-{number}"
    latitude, longitude = f"{36 + draw.below(30)}.{draw.below(9999)}5", f"{draw.below(30)}.{draw.below(9999)}5"
    yield _iri(subject, A, LIBRI + "Place")
    yield _text(subject, SKOS + "prefLabel", f"{draw.text('ro', 1)} {number}", "und")
    yield _iri(subject, LIBRI + "country", COUNTRY + draw.one(COUNTRIES))
    yield _typed(subject, GEO + "lat", latitude, XSD + "decimal")
    yield _typed(subject, GEO + "long", longitude, XSD + "decimal")
    yield _iri(subject, GSP + "hasGeometry", subject + "#geometry")
    yield from _concepts(subject, "positionPrecision", "position-precision", ["town-centre"])
    yield _typed(subject, "http://www.geonames.org/ontology#population", str(draw.below(900000)), XSD + "integer")
    yield _iri(subject, DCTERMS + "source", "https://www.geonames.org/")
    yield _iri(subject + "#geometry", A, GSP + "Geometry")
    yield _typed(subject + "#geometry", GSP + "asWKT", f"POINT({longitude} {latitude})", GSP + "wktLiteral")


def concepts() -> Iterator[str]:
    """Yield the lists that records choose from, so that the rules hold with the ontology and without it."""
    schemes = {CONCEPT + name: [f"{CONCEPT}{name}/{concept}" for concept in found] for name, found in LISTS.items()}
    schemes[COUNTRY[:-1]] = [COUNTRY + code for code in COUNTRIES]
    schemes[LANGUAGE[:-1]] = [LANGUAGE + code for code in TABLE_OF_LANGUAGES]
    for scheme, members in schemes.items():
        yield _iri(scheme, A, SKOS + "ConceptScheme")
        yield _text(scheme, DCTERMS + "title", scheme.rsplit("/", 1)[1].replace("-", " "), "und")
        yield _iri(scheme, DCTERMS + "license", "https://creativecommons.org/publicdomain/zero/1.0/")
        for concept in members:
            yield _iri(concept, A, SKOS + "Concept")
            yield _iri(concept, SKOS + "inScheme", scheme)
            yield _text(concept, SKOS + "prefLabel", concept.rsplit("/", 1)[1].replace("-", " "), "und")


def description(name: str) -> Iterator[str]:
    """Yield what `source.ttl` says of a source."""
    graph = GRAPHS + name
    yield _iri(graph, A, LIBRI + "Source")
    yield _iri(graph, A, "http://www.w3.org/ns/dcat#Dataset")
    yield _text(graph, DCTERMS + "title", "Synthetic records", "en")
    yield _text(graph, DCTERMS + "description", "Made up for benchmarks.", "en")
    yield _iri(graph, DCTERMS + "publisher", IDS + "agent/editors")
    yield _iri(graph, DCTERMS + "license", "https://creativecommons.org/publicdomain/zero/1.0/")
    yield _typed(graph, LIBRI + "entersView", "true", XSD + "boolean")


PARTS: Final[dict[str, tuple[Part, int]]] = {
    "synthetic-initiatives": (initiative, 1),
    "synthetic-classification": (classification, 1),
    "synthetic-organisations": (organisation, ORGANISATIONS),
    "synthetic-places": (place, PLACES),
    "synthetic-practices": (practice, PRACTICES),
}
"""Source -> what it describes, one for so many initiatives."""
LIST_SOURCE: Final = "synthetic-lists"
SOURCES: Final = (LIST_SOURCE, *PARTS)


def initiatives_in(triples: int) -> int:
    """Return how many initiatives a graph of about `triples` triples has."""
    return max(1, round(triples / PER_INITIATIVE))


def source(name: str, triples: int, seed: int = SEED) -> Iterator[str]:
    """Yield the triples of one source of a graph of about `triples` in all, as N-Triples without the closing dot."""
    yield from description(name)
    if name == LIST_SOURCE:
        yield from concepts()
        return
    part, each = PARTS[name]
    draw = Draw(f"{seed}/{name}")
    for number in range((initiatives_in(triples) - 1) // each + 1):
        yield from part(draw, number)


def write_quads(target: IO[bytes], triples: int, seed: int = SEED) -> int:
    """Write the whole graph as N-Quads, each source in its named graph; return how many."""
    written = 0
    for name in SOURCES:
        end = f" <{GRAPHS}{name}> .\n"
        for triple in source(name, triples, seed):
            target.write((triple + end).encode())
            written += 1
    return written


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing, compressed where its name ends in ``.gz``; no date and no name get in."""
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield packed


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic", description="Write a synthetic graph.")
    parser.add_argument("--triples", type=int, default=100_000, help="about how many")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("-o", "--output", type=Path, required=True, help="FILE.nq or FILE.nq.gz")
    asked = parser.parse_args(arguments)
    with opened(asked.output) as target:
        print(f"{write_quads(target, asked.triples, asked.seed)} quads in {asked.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
