"""Which version of an entity stays, where it was changed here since the files of its source were last imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from pyoxigraph import NamedNode, Quad

from libri_graph.changes.entities import lines
from libri_graph.changes.naming import steady
from libri_graph.journal import reviews
from libri_graph.journal.events import Event
from libri_graph.journal.journal import Journal
from libri_graph.journal.replay import quads as parsed
from libri_graph.journal.versions import Verdict, Version

Said = frozenset[Quad]
"""What is said of an entity, its blank nodes named by content."""


@dataclass(slots=True)
class Merging:
    """What one graph holds that was changed here since its last import, weighed against what its files say now.

    The files' version that was noted or served last is what both are compared with: whichever side has not moved
    away from it gives way to the other. Where both have, what is served stays, and the files' version waits. What
    blank nodes are called makes no difference: a large file names them anew whenever it changes.
    """

    graph: NamedNode
    actor: str
    changed: Collection[str]
    """Entities whose latest event is not by the import."""
    _events: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    """Of those entities, in order."""
    _noted: Mapping[str, Version] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    """What is to be noted."""

    @classmethod
    def of(cls, data_dir: Path, graph: NamedNode, actor: str) -> Self:
        """Return what the journal of `data_dir` knows."""
        with Journal.reading(data_dir) as journal:
            changed = journal.entities_by_others(graph.value, actor) - {""} if journal else set()
            if journal is None or not changed:
                return cls(graph, actor, ())
            noted = {one.entity: one for one in reviews.known(journal).values() if one.graph == graph.value}
            events = {entity: journal.events_of(entity, graph.value) for entity in changed}
        return cls(graph, actor, changed, events, noted)

    def stays(self, entity: str, mine: set[Quad], new: set[Quad]) -> bool:
        """Return whether `mine`, what is served of `entity`, stays, `new` being what the files say now."""
        served, filed = _steady(mine), _steady(new)
        imported, noted = self._last_imported(entity, served), self._last_noted(entity, served)
        base = imported if noted is None else self._parsed(noted.lines)
        waits = noted is not None and noted.verdict is Verdict.waits
        stays = served not in (filed, base)
        if stays and filed not in (base, imported):
            self._note(entity, new, Verdict.waits)
        elif (waits and (not stays or filed != base)) or filed == served != base:
            self._note(entity, new, Verdict.moot)
        return stays

    @property
    def held(self) -> list[str]:
        """The entities of which a version has begun to wait."""
        return [version.entity for version in self.versions if version.verdict is Verdict.waits]

    def _note(self, entity: str, new: set[Quad], verdict: Verdict) -> None:
        self.versions.append(Version(self.graph.value, entity, lines(new), verdict, self.actor))

    def _last_imported(self, entity: str, served: Said) -> Said:
        """Return what the files said when they were served last: what was there before all that was done here since.

        A payload says that of no entity. Where one has brought a version, the events before and after it do not meet.
        """
        found = served
        for event in reversed(self._events[entity]):
            entry = event.entry
            if event.actor == self.actor or self._parsed(entry.kept + entry.added) != found:
                break
            found = self._parsed(entry.kept + entry.removed)
        return found

    def _last_noted(self, entity: str, served: Said) -> Version | None:
        """Return the version that was noted last, unless the files' was served since."""
        noted, events = self._noted.get(entity), self._events[entity]
        if noted is None or any(event.actor == self.actor and event.sequence > noted.after for event in events):
            return None
        return noted if self._parsed(events[-1].entry.kept + events[-1].entry.added) == served else None

    def _parsed(self, text: str) -> Said:
        return _steady(parsed(text, self.graph))


def _steady(quads: Iterable[Quad]) -> Said:
    return frozenset(steady(sorted(quads, key=str)))


def settled(data_dir: Path, graphs: Sequence[NamedNode], actor: str) -> list[Version]:
    """Return what is to be noted of versions that wait in `graphs`, which their sources have left."""
    if not graphs:
        return []
    left = {graph.value for graph in graphs}
    with Journal.reading(data_dir) as journal:
        found = reviews.waiting(journal) if journal else []
    return [replace(one, verdict=Verdict.moot, actor=actor) for one in found if one.graph in left]
