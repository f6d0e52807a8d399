"""A process that carries out writes for a server, so that none of them can hang or end it.

`python -m libri_graph.changes.writer DATA_DIR KEEP SHAPES FD BEHIND`; FD is a socket on which requests come and
outcomes go. BEHIND is not empty where the one before ended at the index: that is left as it is until there is more to
write.
Requests that wait together become one generation.
"""

from __future__ import annotations

import contextlib
import gc
import json
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from libri_graph.changes.bodies import read_body
from libri_graph.changes.broken import RulesBroken
from libri_graph.changes.house import House
from libri_graph.changes.publish import Outcome, do_rest, open_house, prepare, publish
from libri_graph.changes.update import Update
from libri_graph.changes.writes import AddToGraph, Condition, Policy, ReplaceGraph, Write
from libri_graph.disk import told
from libri_graph.errors import LibriError, QueryRefused, SyntaxInvalid
from libri_graph.journal.journal import Journal
from libri_graph.store.generations import Generations
from libri_graph.validation.locate import Files
from libri_graph.validation.names import NamesInStore
from libri_graph.validation.report import as_json
from libri_graph.workers import confine
from libri_graph.workers.frames import HEADER, Frame, packed_json
from libri_graph.workers.precheck import checked_update, loads

MOST_TOGETHER: Final = 64
PAUSE_SECONDS: Final = 0.15
"""So long nobody must want to write before the rest is done; a writer who goes on at once need not wait for it."""
MOST_BEHIND_SECONDS: Final = 2.0
"""So long the rest may wait while one write follows the other."""
OPENING: Final = 0
"""Number of the outcome that tells that the journal and its generation agree."""


class Stage(StrEnum):
    """What the owner is told about the work on requests, before it begins."""

    begun = "begun"
    """One request; it can be broken off."""
    sealed = "sealed"
    """They are done but for the last step, and cannot be broken off any more."""
    rest = "rest"
    """What nobody waits for; told again and again while it goes on."""
    idle = "idle"


State = Callable[[int], Store]
"""Opens a generation. Raises `GenerationGone`."""


class Request:
    """One request, its body unread."""

    def __init__(self, content: bytes) -> None:
        head, _, self.body = content.partition(b"\n")
        self._head: dict[str, Any] = json.loads(head)
        self.number = int(self._head["number"])
        self.language = str(self._head.get("language", "en"))

    def write(self, plain: bool, offline: bool, state: State) -> Write:
        """Return what is asked for, the body read. Raises a `LibriError` for one that cannot be.

        `state` opens a generation, for a condition that names one. Unless this process is `offline`, an update with
        LOAD is refused at once.
        """
        head = self._head
        only = NamedNode(head["only"]) if head.get("only") else None
        policy, actor = Policy(plain, only), str(head["actor"])
        if head["kind"] == "update":
            text = checked_update(self.body.decode())
            if loads(text) and not offline:
                raise QueryRefused("LOAD fetches from another server, which is not allowed here")
            return Update(actor, text, policy, tuple(head["using"]), tuple(head["using_named"]), head.get("base", ""))
        graph = NamedNode(head["graph"]) if head["graph"] else DefaultGraph()
        policy.demand([graph])
        condition = Condition(head.get("there"), partial(state, head["since"]) if "since" in head else None)
        if head["kind"] == "delete":
            return ReplaceGraph(actor, graph, policy=policy, exists=False, condition=condition)
        quads = [quad for part in self._parts() for quad in read_body(*part, graph, head["base"])]
        return (ReplaceGraph if head["kind"] == "put" else AddToGraph)(actor, graph, quads, policy, condition=condition)

    def _parts(self) -> list[tuple[bytes, str]]:
        """Return body and media type, several for a form of several parts."""
        found, start = [], 0
        for length, media_type in self._head["parts"]:
            found.append((self.body[start : start + length], media_type))
            start += length
        return found


class Inbox:
    """The frames that have come over a socket."""

    def __init__(self, owner: socket.socket) -> None:
        self._owner = owner
        self._buffer = bytearray()

    def has_more(self, seconds: float) -> bool:
        """Return whether a frame, or the end of them, comes within so many seconds."""
        return bool(self._buffer) or bool(select.select([self._owner], [], [], seconds)[0])

    def next(self, *, wait: bool) -> bytes | None:
        """Return the content of the next frame; `None` when the owner is gone or, without `wait`, none has come."""
        while not self._is_whole():
            if not wait and not self.has_more(0):
                return None
            received = self._owner.recv(1 << 20)
            if not received:
                return None
            self._buffer += received
        end = HEADER.size + HEADER.unpack_from(self._buffer)[1]
        content = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        return content

    def _is_whole(self) -> bool:
        enough = len(self._buffer) >= HEADER.size
        return enough and len(self._buffer) >= HEADER.size + int(HEADER.unpack_from(self._buffer)[1])


class Writer:
    """Takes requests from a socket, does them in groups, and tells what became of each."""

    def __init__(self, house: House, owner: socket.socket, *, offline: bool) -> None:
        self._house = house
        self._offline = offline
        self._owner = owner
        self._inbox = Inbox(owner)
        self._behind_since: float | None = None
        """When the first write was done of which the rest is left."""

    def serve(self, *, behind: bool) -> None:
        """Bring the generation and, unless that was left `behind`, the index up to the journal, then work.

        Ends when the owner closes the socket.
        """
        with contextlib.ExitStack() as kept:
            try:
                self._tell(OPENING, Outcome(open_house(self._house, index=not behind).number))
                # With the journal open all the time, its log is there for readers when the disk is full, and is not
                # taken in after each write.
                kept.enter_context(Journal.open(self._house.data_dir))
            except (LibriError, OSError) as error:
                self._tell(OPENING, Outcome(0, error=_ours(error)))
            if not self._house.plain:
                _ = self._house.rules
            self._prepare()
            gc.freeze()
            while requests := self._next():
                self._do(requests)

    def _next(self) -> list[Request]:
        """Return the next requests: all that have come, at least one; none when the owner is gone."""
        if self._behind_since is not None:
            late = time.monotonic() - self._behind_since > MOST_BEHIND_SECONDS
            if late or not self._inbox.has_more(PAUSE_SECONDS):
                self._do_rest()
        first = self._inbox.next(wait=True)
        found = [] if first is None else [Request(first)]
        while 0 < len(found) < MOST_TOGETHER and (more := self._inbox.next(wait=False)) is not None:
            found.append(Request(more))
        return found

    def _do(self, requests: Sequence[Request]) -> None:
        group: list[tuple[Request, Write]] = []
        for request in requests:
            self._go_on(Stage.begun, request)
            try:
                write = request.write(self._house.plain, self._offline, self._state)
            except LibriError as error:
                self._tell(request.number, Outcome(0, error=error), request.language)
                continue
            if write.alone:
                self._publish(group)
                self._publish([(request, write)])
                group = []
            else:
                group.append((request, write))
        self._publish(group)

    def _state(self, number: int) -> Store:
        return Generations(self._house.data_dir).open(number).raw

    def _publish(self, group: Sequence[tuple[Request, Write]]) -> None:
        if not group:
            return
        try:
            outcomes = publish(
                self._house,
                [write for _, write in group],
                begun=lambda number: self._go_on(Stage.begun, group[number][0]),
                sealed=lambda: self._go_on(Stage.sealed, *(request for request, _ in group)),
                rest=False,
            )
            if self._behind_since is None and any(outcome.events for outcome in outcomes):
                self._behind_since = time.monotonic()
        except (LibriError, OSError) as error:
            outcomes = [Outcome(0, error=_ours(error))] * len(group)
        for (request, _), outcome in zip(group, outcomes, strict=True):
            self._tell(request.number, outcome, request.language)
        if any(outcome.events for outcome in outcomes):
            self._prepare()

    def _prepare(self) -> None:
        """Make the draft for the next write; one for which there is no room is made by that write."""
        with contextlib.suppress(LibriError, OSError):
            prepare(self._house)

    def _do_rest(self) -> None:
        """Have the index follow what was written; one that cannot is behind until the next write."""
        self._behind_since = None
        self._go_on(Stage.rest)
        with contextlib.suppress(LibriError, OSError):
            do_rest(self._house, lambda _text: self._go_on(Stage.rest))
        self._go_on(Stage.idle)

    def _go_on(self, stage: Stage, *requests: Request) -> None:
        """Tell the owner that a stage begins."""
        numbers = [request.number for request in requests]
        self._owner.sendall(packed_json(Frame.START, {"stage": stage.value, "numbers": numbers}))

    def _tell(self, number: int, outcome: Outcome, language: str = "en") -> None:
        made = {graph.value for graph in outcome.delta.made}
        told = {"number": number, "generation": outcome.generation, "events": outcome.events, "made": sorted(made)}
        told["dropped"] = sorted(graph.value for graph in outcome.delta.dropped)
        if outcome.error is not None:
            told["error"] = _described(outcome.error, language)
        self._owner.sendall(packed_json(Frame.WHOLE, told))


def _ours(error: LibriError | OSError) -> LibriError:
    return told(error, "the write cannot be carried out") if isinstance(error, OSError) else error


def _described(error: LibriError, language: str) -> dict[str, object]:
    found: dict[str, object] = {"cause": type(error).__name__, "message": str(error)}
    if isinstance(error, SyntaxInvalid):
        found |= {"line": error.line, "column": error.column, "excerpt": error.excerpt}
    if isinstance(error, RulesBroken):
        report = as_json(error.report, language, NamesInStore(error.named), Files(()))
        found |= {"cause": "ValidationFailed", "report": json.loads(report)}
    return found


def main() -> None:
    """Serve until the owner is gone."""
    data_dir, keep, shapes, descriptor, behind = sys.argv[1:]
    confine.die_with_owner()
    offline = confine.give_up_network()
    with socket.socket(fileno=int(descriptor)) as owner:
        Writer(House.of(Path(data_dir), int(keep), Path(shapes)), owner, offline=offline).serve(behind=bool(behind))


if __name__ == "__main__":
    main()
