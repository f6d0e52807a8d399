"""`python -m benchmarks`: ours and its peers on the same data in one run, one table, ratios."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.contestants import Contestant, Ours, Oxigraph, RdflibEndpoint, installed
from benchmarks.data import FOLDER, SIZES, Data, prepared
from benchmarks.goals import OURS
from benchmarks.measures import api, bombs, crowd, export, library, lists, lookups, opening, turns, writes
from benchmarks.processes import NotStarted, Running
from benchmarks.table import lines
from benchmarks.virtuoso import Virtuoso
from benchmarks.wire import Broken, Refused

Found = Iterator[tuple[str, float]]

PEERS: Final[dict[str, type[Contestant]]] = {
    "oxigraph": Oxigraph,
    "rdflib-endpoint": RdflibEndpoint,
    "virtuoso": Virtuoso,
}
SERVED: Final[dict[str, Callable[[Contestant, Running], Found]]] = {
    "lookup": lookups.measure,
    "crowd": crowd.measure,
    "export": export.measure,
    "lists": lists.measure,
    "api": api.measure,
    "write": writes.measure,
}
"""Measured on a server that runs, in this order: writing comes last."""
ALONE: Final[dict[str, Callable[[Contestant], Found]]] = {"opening": opening.measure, "bombs": bombs.measure}
"""Measured on a server of their own."""
InTurns = Callable[[Sequence[turns.Side]], Iterator[turns.Told]]
IN_TURNS: Final[dict[str, tuple[InTurns, tuple[type[Contestant], ...]]]] = {
    "lookup": (turns.lookups_in_turns, (Oxigraph,)),
    "export": (turns.export_in_turns, (Oxigraph,)),
    "crowd": (turns.crowd_in_turns, (Oxigraph, RdflibEndpoint)),
}
"""Measured once more beside these peers: the machine changes while one after the other is measured."""
NAMES: Final = (*SERVED, "journal", *ALONE, "library")
USABLE: Final = (OSError, Broken, Refused, NotStarted, writes.NotVisible, RuntimeError)
"""What may go wrong with a contestant, and is told under the table."""


class Run:
    """Measures one contestant after the other and keeps what was found."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.figures: dict[str, dict[str, float]] = {}
        self.missing: dict[tuple[str, str], str] = {}

    def measure(self, contestant: Contestant) -> None:
        """Load a contestant and measure all that was asked for."""
        seconds = self._kept(contestant, "load", lambda: iter([("load.seconds", contestant.load())]))
        if not seconds:
            return
        if "journal" in self._names and contestant.name == OURS:
            self._kept(contestant, "journal", lambda: writes.measure_journal(contestant))
        for name in ALONE.keys() & set(self._names):
            self._kept(contestant, name, lambda name=name: ALONE[name](contestant))
        chosen = [name for name in SERVED if name in self._names]
        if chosen:
            self._kept(contestant, "server", lambda: self._served(contestant, chosen))

    def measure_in_turns(self, contestants: Sequence[Contestant]) -> None:
        """Measure again, side by side, what depends most on the moment; that counts instead."""
        for name in (name for name in IN_TURNS if name in self._names):
            measure, peers = IN_TURNS[name]
            those = [one for one in contestants if isinstance(one, (Ours, *peers))]
            if len(those) > 1:
                self._in_turns(name, measure, those)

    def _in_turns(self, name: str, measure: InTurns, contestants: Sequence[Contestant]) -> None:
        print(f"in turns: {name} ...", file=sys.stderr, flush=True)
        try:
            with contextlib.ExitStack() as opened:
                sides = [(one, opened.enter_context(one.served())) for one in contestants]
                for contestant, figure, value in measure(sides):
                    self.figures[contestant][figure] = value
        except USABLE as problem:
            self.missing["in turns", name] = f"{problem}" or type(problem).__name__

    def _served(self, contestant: Contestant, names: Sequence[str]) -> Found:
        with contestant.served() as server:
            for name in names:
                self._kept(contestant, name, lambda name=name: SERVED[name](contestant, server))
        return iter(())

    def _kept(self, contestant: Contestant, name: str, work: Callable[[], Found]) -> bool:
        print(f"{contestant.name}: {name} ...", file=sys.stderr, flush=True)
        try:
            self.figures.setdefault(contestant.name, {}).update(work())
        except USABLE as problem:
            self.missing[contestant.name, name] = f"{problem}" or type(problem).__name__
            return False
        return True


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="100k", help="triples")
    parser.add_argument("--only", choices=NAMES, action="append", help="may be given several times")
    parser.add_argument("--peers", help=f"some of {','.join(PEERS)}, or nothing; else those that can hold the data")
    asked = parser.parse_args()
    names = asked.only or NAMES
    if set(names) - {"library"}:
        with _alone():
            _beside_peers(asked.size, asked.peers, names)
    if "library" in names:
        print("\n" + "\n".join(library.lines()))


def _beside_peers(size: str, named: str | None, names: Sequence[str]) -> None:
    data = prepared(size)
    peers = _peers(named, data)
    installed(peers)
    run = Run(names)
    contestants = (Ours(data), *(PEERS[name](data) for name in peers))
    for contestant in contestants:
        run.measure(contestant)
    run.measure_in_turns(contestants)
    print(f"\n{size}: {data.triples} triples asked for, {data.initiatives} initiatives")
    print("\n".join(lines(run.figures, peers, run.missing)))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let no other run have the data and the stores for the length of the block: each run makes them anew."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("another run is under way; two at once would measure each other")
        yield


def _peers(named: str | None, data: Data) -> list[str]:
    if named is not None:
        return [name for name in named.split(",") if name in PEERS]
    return [name for name, kind in PEERS.items() if kind.usual(data.triples)]


if __name__ == "__main__":
    main()
