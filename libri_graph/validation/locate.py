"""Find the file, and where the text shows it the line, in which a record says something."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode

from libri_graph.validation import turtle_text
from libri_graph.validation.results import Result
from libri_graph.validation.shapes_graph import Term
from libri_graph.validation.turtle_text import TYPE, Block, Written

LINE_FORMATS: Final = frozenset({".ttl", ".trig", ".nt", ".nq", ".n3"})
"""Files in which a line can be found; of others only the file is told."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and a line counted from 1 where it is known."""

    file: Path
    line: int | None = None


class Places(Protocol):
    """Knows where records stand."""

    def place(self, result: Result, record: Term) -> Place | None:
        """Return where `record` says what `result` blames; `None` when it stands in no known file."""


class Nowhere:
    """Knows no files."""

    def place(self, result: Result, record: Term) -> Place | None:  # noqa: ARG002  # the protocol's
        """Return `None`."""
        return None


class Files:
    """Looks in files: each is read once, when first asked, and only the block of a record is taken apart."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._blocks: dict[Path, Mapping[str, list[Block]]] = {}

    @cached_property
    def _texts(self) -> Mapping[Path, str]:
        return {file: _text(file) for path in self._paths for file in _below(path)}

    def place(self, result: Result, record: Term) -> Place | None:
        """Return where the blamed value stands; else the field; else the record; else only its file."""
        if not isinstance(record, NamedNode):
            return None
        focus = result.focus_node.value if isinstance(result.focus_node, NamedNode) else record.value
        found = [(_closeness(one, result), place) for one, place in self._said_of({focus, record.value})]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
        return next((Place(file) for file, text in self._texts.items() if record.value in text), None)

    def _said_of(self, subjects: Collection[str]) -> Iterator[tuple[Written, Place]]:
        for file, text in self._texts.items():
            if _name(file).suffix in LINE_FORMATS and any(_local(subject) in text for subject in subjects):
                for block in self._in_blocks(file, subjects):
                    for one in block.triples():
                        if one.subject in subjects:
                            yield one, Place(file, one.line)

    def _in_blocks(self, file: Path, subjects: Collection[str]) -> Iterator[Block]:
        if file not in self._blocks:
            self._blocks[file] = turtle_text.blocks(self._texts[file])
        for subject in subjects:
            yield from self._blocks[file].get(subject, ())


def _closeness(one: Written, result: Result) -> tuple[bool, bool, bool, bool, bool, int]:
    """Return how well a triple in a file fits a result.

    Best is value and field, then field, then value, then the very node that is blamed, then what says its type; of
    equals the one that stands first.
    """
    values = {value.value for value in result.shown if isinstance(value, NamedNode | Literal)}
    field = result.predicate is not None and one.predicate == result.predicate.value
    value = one.value in values
    own = not isinstance(result.focus_node, NamedNode) or one.subject == result.focus_node.value
    return field and value, field, value, own, one.predicate == TYPE, -one.line


def _local(iri: str) -> str:
    return iri.rstrip("/").rpartition("#")[2].rpartition("/")[2]


def _name(file: Path) -> Path:
    """Return the name that tells the format: without ``.gz``."""
    return file.with_suffix("") if file.suffix == ".gz" else file


def _below(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _text(file: Path) -> str:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return content.decode("utf-8", errors="replace")
