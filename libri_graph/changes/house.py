"""Where writes go, and how they are judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from libri_graph.instance import read_instance
from libri_graph.store.generations import Generation
from libri_graph.store.spare import Spare

if TYPE_CHECKING:
    from libri_graph.changes.rules import Rules


@dataclass
class House:
    """One data directory and its rules."""

    data_dir: Path
    keep: int
    """How many of the last generations are kept."""
    shapes: Path | None = None
    """Folder of the rules; without it, a bare SPARQL store: no rules and no view."""
    sound: Generation | None = None
    """The generation that was made or opened here last, which the next write need not open to see that it can be."""
    spare: Spare = field(default_factory=Spare)
    """Where writes follow each other, the draft for the next one."""

    @staticmethod
    def of(data_dir: Path, keep: int, shapes: Path) -> House:
        """Return the house in `data_dir`, as it was decided when that was made."""
        return House(data_dir, keep, None if read_instance(data_dir).plain else shapes)

    @property
    def plain(self) -> bool:
        """Whether this is a bare SPARQL store."""
        return self.shapes is None

    @cached_property
    def rules(self) -> Rules:
        """The rules, read when they are first needed. Raises `ShapeInvalid`."""
        if self.shapes is None:
            raise ValueError("a bare store has no rules")
        from libri_graph.changes.rules import Rules  # half a second of imports, which a server that opens does not need

        return Rules.read(self.shapes)
