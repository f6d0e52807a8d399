"""Which version of an entity stays, where it was changed here since the files of its source were last imported."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from pyoxigraph import NamedNode, Quad

from libri_graph.changes.delta import Listed
from libri_graph.changes.entities import described, lines
from libri_graph.journal import reviews
from libri_graph.journal.events import Event
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import quads as parsed
from libri_graph.journal.versions import Verdict, Version


@dataclass(slots=True)
class Merging:
    """What one graph holds that was changed here since its last import, weighed against what its files say now.

    The files' version that was noted or imported last is what both are compared with: whichever side has not moved
    away from it gives way to the other. Where both have, what is served stays, and the files' version waits.
    """

    graph: NamedNode
    actor: str
    changed: Collection[str]
    """Entities whose latest event is not by the import."""
    _imported: Mapping[str, Event] = field(default_factory=dict)
    _noted: Mapping[str, Version] = field(default_factory=dict)
    _payload: Mapping[str, set[Quad]] = field(default_factory=dict)
    """What the last large payload says of those that were imported with it."""
    whole: bool = False
    """Whether the graph is journalled as one payload, which holds what stays, and not what the files say of it."""
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
            imported = journal.latest(graph.value, actor)
        return cls(graph, actor, changed, imported, noted, _of_payload(data_dir, graph, changed, imported))

    def stays(self, entity: str, mine: set[Quad], new: set[Quad]) -> bool:
        """Return whether `mine`, what is served of `entity`, stays, `new` being what the files say now."""
        imported, noted = self._last_imported(entity), self._last_noted(entity)
        base = imported if noted is None else set(parsed(noted.lines, self.graph))
        waits = noted is not None and noted.verdict is Verdict.waits
        stays = new != mine and mine != base
        if stays and new not in (base or set(), imported):
            self._note(entity, new, Verdict.waits)
        elif (waits and (not stays or new != base)) or (stays and self.whole and noted is None):
            self._note(entity, new, Verdict.moot)
        return stays

    @property
    def held(self) -> list[str]:
        """The entities of which a version has begun to wait."""
        return [version.entity for version in self.versions if version.verdict is Verdict.waits]

    def _note(self, entity: str, new: set[Quad], verdict: Verdict) -> None:
        self.versions.append(Version(self.graph.value, entity, lines(new), verdict, self.actor))

    def _last_imported(self, entity: str) -> set[Quad] | None:
        event = self._imported.get(entity)
        if entity in self._payload and (event is None or event.sequence < self._imported[""].sequence):
            return self._payload[entity]
        return None if event is None else set(parsed(event.entry.added + event.entry.kept, self.graph))

    def _last_noted(self, entity: str) -> Version | None:
        """Return the version that was noted last, unless the import has written the entity since."""
        noted, event = self._noted.get(entity), self._imported.get(entity)
        return None if noted is None or (event is not None and event.sequence > noted.after) else noted


def settled(data_dir: Path, graphs: Sequence[NamedNode], actor: str) -> list[Version]:
    """Return what is to be noted of versions that wait in `graphs`, which their sources have left."""
    if not graphs:
        return []
    left = {graph.value for graph in graphs}
    with Journal.reading(data_dir) as journal:
        found = reviews.waiting(journal) if journal else []
    return [replace(one, verdict=Verdict.moot, actor=actor) for one in found if one.graph in left]


def _of_payload(
    data_dir: Path, graph: NamedNode, changed: Collection[str], imported: Mapping[str, Event]
) -> Mapping[str, set[Quad]]:
    whole = imported.get("")
    if whole is None or not whole.entry.file:
        return {}
    about = Payloads(data_dir).about(whole.entry.file, changed)
    state = Listed(parsed(b"".join(about).decode(), graph))
    return {entity: described(state, entity, graph) for entity in changed}
