"""Decide which version of an entity holds that was changed here and, otherwise, in the files of its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Quad, Store

from libri_graph.changes.delta import Delta, between
from libri_graph.changes.entities import said_of
from libri_graph.changes.house import House
from libri_graph.changes.publish import Tell, publish
from libri_graph.journal.events import Kind
from libri_graph.journal.history import Step
from libri_graph.journal.replay import quads as parsed
from libri_graph.journal.versions import Verdict, Version


@dataclass(frozen=True, slots=True)
class Difference:
    """What waits, beside what is served."""

    version: Version
    served: frozenset[Quad]
    """Quads of what is served that the files do not have."""
    filed: frozenset[Quad]
    """Quads of the files' version that are not served."""

    def __bool__(self) -> bool:
        """Return whether they differ."""
        return bool(self.served or self.filed)

    @property
    def step(self) -> Step:
        """What taking the files' version would change, as an event that has not happened."""
        one = self.version
        added, removed = (tuple(sorted((quad.triple for quad in side), key=str)) for side in (self.filed, self.served))
        return Step(0, one.time, one.actor, 0, one.graph, one.entity, Kind.update, added, removed)


@dataclass(frozen=True, slots=True)
class TakeVersion:
    """An entity shall be what the files of its source say."""

    actor: str
    version: Version
    alone: bool = True

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # not needed: all is named
        """Bring `store` there; see `Write`."""
        found = difference(store, self.version)
        return between(store, found.filed, found.served).apply(store)


def difference(store: Store, version: Version) -> Difference:
    """Return how what `store` serves differs from `version`."""
    graph = NamedNode(version.graph)
    mine, theirs = said_of(store, version.entity, graph), frozenset(parsed(version.lines, graph))
    return Difference(version, frozenset(mine - theirs), theirs - mine)


def decide(house: House, version: Version, verdict: Verdict, actor: str, tell: Tell = lambda _text: None) -> None:
    """Have what is served stay, or the files' version take its place.

    Either is noted, and on disk when it returns. Raises `RulesBroken` where the files' version breaks rules.
    """
    writes = [TakeVersion(actor, version)] if verdict is Verdict.file else []
    noted = replace(version, verdict=verdict, actor=actor)
    publish(house, writes, versions=[noted], tell=tell)
