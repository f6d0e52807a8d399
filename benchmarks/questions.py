"""What is asked: lookups that differ each time, bombs, one new record."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from benchmarks.synthetic import GRAPHS, IDS, LIBRI, Draw, classification, initiative
from benchmarks.wire import JSON, asking

EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
WRITTEN: Final = 10_000_000
"""Number of the first initiative that is written; those of the data lie below."""
UNIQUE, WHICH = b"8888888888", b"9999999999"


def lookup(number: int, unique: int | str) -> str:
    """Return the question what is said of an initiative, with `unique` in a name, where no cache sees through it."""
    return f"SELECT ?p{unique} ?o WHERE {{ <{IDS}initiative/synthetic-{number}> ?p{unique} ?o }}"


def lookups(path: str, initiatives: int, start: int = 0, step: int = 1) -> Iterator[bytes]:
    """Yield requests for ever, each for another initiative and each in another text."""
    model = asking(path, lookup(int(WHICH), UNIQUE.decode()), JSON)
    for unique in itertools.count(start, step):
        yield model.replace(UNIQUE, b"%d" % unique).replace(WHICH, b"%d" % (unique * 7 % initiatives))


def bomb(unique: int) -> str:
    """Return a question that does not end."""
    return f"SELECT (COUNT(*) AS ?n{unique}) WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?i) }}"


def new_record(number: int) -> str:
    """Return an update that adds one whole initiative."""
    draw = Draw(f"write/{number}")
    triples = [*initiative(draw, number, among=0), *classification(draw, number)]
    return f"INSERT DATA {{ GRAPH <{GRAPHS}synthetic-initiatives> {{ {' . '.join(triples)} }} }}"


def is_there(number: int, *, in_view: bool) -> str:
    """Return the question whether an initiative is there."""
    pattern = f"<{IDS}initiative/synthetic-{number}> a <{LIBRI}Initiative>"
    return f"ASK {{ {pattern} }}" if in_view else f"ASK {{ GRAPH ?g {{ {pattern} }} }}"
