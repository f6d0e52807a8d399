"""What was sent and what was acknowledged, kept outside of the house, and whether the house agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pyoxigraph import Literal, NamedNode, Store

from libri_graph.journal.events import Event
from libri_graph.journal.journal import Journal
from libri_graph.namespaces import GRAPHS
from libri_graph.operations.verify import verify
from libri_graph.store.generations import Generations

Send = Callable[[], httpx.Response]
SAYS = NamedNode("https://example.org/says")
THINGS = 12
"""Triples that are always written together; all say the same, or one is torn."""
ENTERS = "<https://w3id.org/libri/ontology#entersView> true"


@dataclass
class Slot:
    """What one thing that is written again and again may say."""

    acknowledged: int = 0
    unknown: set[int] = field(default_factory=set)
    """Sent since; neither acknowledged nor refused."""


@dataclass
class Ledger:
    """Graphs that are replaced, pairs of graphs that are updated together, and graphs that are added to."""

    slots: dict[str, Slot] = field(default_factory=lambda: defaultdict(Slot))
    added: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    unknown_added: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    writes: int = 0
    """Acknowledged ones."""

    def replace(self, client: httpx.Client, name: str, value: int) -> None:
        """Replace the graph `name`."""
        body = self.graph(name, value)
        self._count(name, value, lambda: client.put("/graphs", params=_address(name), content=body, headers=TURTLE))

    def add(self, client: httpx.Client, name: str, value: int) -> None:
        """Add to the graph `name`."""
        self.unknown_added[name].add(value)
        body = f"<https://example.org/{name}/{value}> {SAYS} {value} ."
        if client.post("/graphs", params=_address(name), content=body, headers=TURTLE).is_success:
            self.unknown_added[name].discard(value)
            self.added[name].add(value)
            self.writes += 1

    def update(self, client: httpx.Client, name: str, value: int) -> None:
        """Update two graphs in one request."""
        graphs = [f"{GRAPHS}{name}-{side}" for side in ("left", "right")]
        thing = f"<https://example.org/{name}>"
        text = "; ".join(
            f"DELETE {{ GRAPH <{g}> {{ {thing} {SAYS} ?old }} }} INSERT {{ GRAPH <{g}> {{ {thing} {SAYS} {value} }} }}"
            f" WHERE {{ OPTIONAL {{ GRAPH <{g}> {{ {thing} {SAYS} ?old }} }} }}"
            for g in graphs
        )
        headers = {"Content-Type": "application/sparql-update"}
        self._count(name, value, lambda: client.post("/sparql/update", content=text, headers=headers))

    def note(self, name: str, value: int, *, done: bool) -> None:
        """Note a write of `value` that was sent otherwise than over HTTP."""
        slot = self.slots[name]
        slot.unknown.add(value)
        if done:
            slot.acknowledged, slot.unknown = value, set()
            self.writes += 1

    @staticmethod
    def graph(name: str, value: int) -> str:
        """Return Turtle in which every thing says `value`."""
        lines = [f"<https://example.org/{name}/{n}> {SAYS} {value} ." for n in range(THINGS)]
        return "\n".join([f"<{GRAPHS}{name}> {ENTERS} .", *lines])

    def _count(self, name: str, value: int, send: Send) -> None:
        self.note(name, value, done=False)
        if send().is_success:
            self.note(name, value, done=True)

    def demand_kept(self, store: Store) -> None:
        """Fail unless `store` holds all that was acknowledged, and of each write that was not all or nothing."""
        for name, slot in self.slots.items():
            self._demand_slot(
                name, slot, _said(store, name), _said(store, f"{name}-left"), _said(store, f"{name}-right")
            )
        for name in {*self.added, *self.unknown_added}:
            found = set(_said(store, name))
            assert self.added[name] <= found, f"{name} lost {self.added[name] - found}"
            assert found <= self.added[name] | self.unknown_added[name], f"{name} holds what nobody sent"
            self.added[name], self.unknown_added[name] = found, set()

    def _demand_slot(self, name: str, slot: Slot, alone: list[int], left: list[int], right: list[int]) -> None:
        assert left == right, f"the update of {name} is torn: {left}, {right}"
        found = set(alone + left)
        whole = not found or len(alone) == THINGS or len(left) == 1
        assert whole, f"{name} is torn: {alone}, {left}"
        assert len(found) <= 1, f"{name} is torn: {alone}, {left}"
        value = found.pop() if found else 0
        assert value in {slot.acknowledged, *slot.unknown}, f"{name} lost {slot.acknowledged}: it says {value}"
        slot.acknowledged, slot.unknown = value, set()


TURTLE = {"Content-Type": "text/turtle"}


def _address(name: str) -> dict[str, str]:
    return {"graph": GRAPHS + name}


def _said(store: Store, name: str) -> list[int]:
    found = store.quads_for_pattern(None, SAYS, None, NamedNode(GRAPHS + name))
    return sorted(int(quad.object.value) for quad in found if isinstance(quad.object, Literal))


def demand_sound(data_dir: Path, ledger: Ledger | None = None) -> None:
    """Fail unless the house is what was written: `verify` finds nothing, and the journal never goes back in time.

    `verify` compares the generation with the replayed journal by canonical hash, and the view with the graphs.
    """
    assert verify(data_dir) == []
    with Journal.reading(data_dir) as journal:
        assert journal is not None
        events = list(journal.events())
        assert journal.last == Generations(data_dir).current_number()
    times = [event.time for event in events]
    assert times == sorted(times)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    demand_linked(events)
    if ledger is not None:
        ledger.demand_kept(Generations(data_dir).open_current().raw)


def demand_linked(events: Sequence[Event]) -> None:
    """Fail unless each event names the one before it of the same entity in the same graph."""
    last: dict[tuple[str, str], int] = {}
    for event in events:
        about = (event.entry.graph, event.entry.entity)
        assert event.previous == last.get(about), f"event {event.sequence} follows {event.previous}"
        last[about] = event.sequence
