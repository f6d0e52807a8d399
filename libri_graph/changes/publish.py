"""The one room through which every write goes: lock, checkpoint, apply, judge, journal, publish - or none of it."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Quad, Store, Triple

from libri_graph.changes.catch_up import catch_up, in_step
from libri_graph.changes.delta import Delta
from libri_graph.changes.entities import entries
from libri_graph.changes.house import House
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.writes import Write
from libri_graph.disk import told
from libri_graph.errors import LibriError, StoreDamaged
from libri_graph.index import standing
from libri_graph.journal.events import Entry
from libri_graph.journal.journal import Import, Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.versions import Version
from libri_graph.store import view
from libri_graph.store.generations import Draft, Generation, Generations

WAIT_SECONDS = 60.0
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did."""

    generation: int
    """Number of the generation that shows it."""
    events: int = 0
    """How many events it made; 0 for a write that changed nothing."""
    delta: Delta = field(default_factory=Delta)
    error: LibriError | None = None
    """Why nothing of it was done; the writes beside it were."""


def publish(
    house: House,
    writes: Sequence[Write],
    *,
    imports: Mapping[str, Import | None] | None = None,
    written: Sequence[Quad] = (),
    versions: Sequence[Version] = (),
    begun: Callable[[int], None] = lambda _number: None,
    sealed: Callable[[], None] = lambda: None,
    rest: bool = True,
    tell: Tell = lambda _text: None,
) -> list[Outcome]:
    """Do `writes` in this order and publish what they change as one generation; return what became of each.

    A write that fails leaves no trace, and those beside it are done all the same; a write that is `alone` must be the
    only one. Where nothing changes, there is no event and no generation. `imports` and `versions` are noted in the
    journal with it, `written` is what a parser gave, for `Rules.demand`. `begun` is told the number of each write as it
    begins, `sealed` when all that is left is to journal and to show them. Without `rest`, what nobody waits for is left
    to `do_rest`.
    When it returns, everything is on disk. Raises `StoreBusy`, `StoreFull` or `JournalDamaged`; then nothing was done.
    """
    with writer_lock(house.data_dir, WAIT_SECONDS, tell), Journal.open(house.data_dir) as journal:
        generations = Generations(house.data_dir)
        current = catch_up(house.data_dir, journal, keep=house.keep, plain=house.plain, sound=house.sound, tell=tell)
        with _reclaiming(house, journal), _draft(house, generations, current) as draft:
            done = []
            for number, write in enumerate(writes):
                begun(number)
                done.append(_one(house, generations, draft, write, written, tell))
            changes = [(write.actor, found) for write, (found, _, _) in zip(writes, done, strict=True) if found]
            if not changes:
                if imports or versions:
                    journal.append([], imports, versions)
                return [Outcome(current.number, error=error) for _, _, error in done]
            last = journal.last + sum(len(found) for _, found in changes)
            generation = generations.seal(draft, last, journal.epoch)
            sealed()
            journal.append(changes, imports, versions)
        _show(generations, draft, generation)
        house.sound = generation
        if rest:
            _do_rest(house, journal, generation, tell)
    return [Outcome(last, len(found), delta, error) for found, delta, error in done]


def open_house(house: House, tell: Tell = lambda _text: None, *, index: bool = True) -> Generation:
    """Bring generation and index up to the journal, and begin all where there is nothing yet; return the generation.

    Without `index`, that is left as it is. Waits for no writer where they agree, the common start of a server.
    """
    with Journal.reading(house.data_dir) as known:
        current = in_step(house.data_dir, known) if known else None
    indexed = index and not house.plain
    if current is not None and (not indexed or standing.is_of(house.data_dir, current.epoch, current.number)):
        return current
    with writer_lock(house.data_dir, WAIT_SECONDS, tell), Journal.open(house.data_dir) as journal:
        current = catch_up(house.data_dir, journal, keep=house.keep, plain=house.plain, tell=tell)
        if indexed:
            _index(house, journal, current, tell)
        return current


def prepare(house: House) -> None:
    """Make the draft for the next write, which then need not wait for it. Raises `StoreBusy`, `StoreFull`."""
    with writer_lock(house.data_dir, 0):
        house.spare.make(Generations(house.data_dir))


def do_rest(house: House, tell: Tell = lambda _text: None) -> None:
    """Do what writes have left that nobody waits for: the side index follows, and old generations are dropped."""
    with writer_lock(house.data_dir, WAIT_SECONDS), Journal.open(house.data_dir) as journal:
        current = catch_up(house.data_dir, journal, keep=house.keep, plain=house.plain, sound=house.sound)
        _do_rest(house, journal, current, tell)


def _do_rest(house: House, journal: Journal, generation: Generation, tell: Tell) -> None:
    if not house.plain:
        _index(house, journal, generation, tell)
    Generations(house.data_dir).prune(house.keep)
    _reclaim(house, journal)


@contextmanager
def _reclaiming(house: House, journal: Journal) -> Iterator[None]:
    """Give the disk back that payloads of a block have taken which fails."""
    try:
        yield
    except BaseException:
        with suppress(LibriError):
            _reclaim(house, journal)
        raise


def _reclaim(house: House, journal: Journal) -> None:
    """Remove payloads at which no event points: of writes that failed, or died before they were journalled."""
    payloads = Payloads(house.data_dir)
    if payloads.checksums():
        payloads.keep_only(journal.files())


def _index(house: House, journal: Journal, generation: Generation, tell: Tell) -> None:
    from libri_graph.changes.indexing import keep_in_step  # a server that only opens waits for none of it

    keep_in_step(house.data_dir, journal, generation, tell=tell)


def _show(generations: Generations, draft: Draft, generation: Generation) -> None:
    try:
        generations.publish(draft, generation)
    except OSError as fault:
        raise StoreDamaged(
            f"the write is in the journal, but generation {generation.number} cannot be shown ({fault});"
            " the next write, or the next start, shows it"
        ) from fault


@contextmanager
def _draft(house: House, generations: Generations, current: Generation) -> Iterator[Draft]:
    """Give the next generation for the length of the block; it is forgotten unless the block seals it and ends well."""
    draft = house.spare.take(generations, current) or generations.begin()
    try:
        yield draft
        if draft.open:
            generations.discard(draft)
    except OSError as fault:
        generations.discard(draft)
        if fault.errno in (errno.ENOENT, errno.EACCES):
            raise
        raise told(fault, "the next generation cannot be written") from fault
    except BaseException:
        generations.discard(draft)
        raise


def _one(
    house: House, generations: Generations, draft: Draft, write: Write, written: Sequence[Quad], tell: Tell
) -> tuple[list[Entry], Delta, LibriError | None]:
    """Do one write in `draft`; when it fails, `draft` is as before."""
    try:
        tell("applying")
        delta = write.apply(draft.store, lambda: generations.open_current().raw)
        if not delta:
            return [], delta, None
        _judge(house, draft.store, delta, written, tell)
        tell("comparing")
        return list(entries(draft.store, delta)), delta, None
    except LibriError as error:
        if write.alone:
            raise
        _let_go(error)
        return [], Delta(), error


def _let_go(error: BaseException | None) -> None:
    """Have `error` hold nothing of the draft: its frames would keep the store open, and the engine at work in it."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _judge(house: House, store: Store, delta: Delta, written: Sequence[Quad], tell: Tell) -> None:
    """Bring the view up to date and have the rules look at it; when they are broken, take all of it back."""
    if house.plain:
        return
    tell("building the view")
    shown = _follow(house, store, delta)
    if shown == (set(), set()):
        return
    tell("checking the rules")
    try:
        house.rules.demand(store, shown, written)
    except LibriError:
        if not delta.payloads:
            delta.inverse.apply(store)
            _follow(house, store, delta)
        raise


def _follow(house: House, store: Store, delta: Delta) -> tuple[set[Triple], set[Triple]] | None:
    """Bring the view up to date; return what it won and lost, `None` where that is not told."""
    if not delta.payloads:
        return view.follow(store, delta.added | delta.removed)
    if any(graph not in delta.arrived for graph, _ in delta.payloads):
        view.rebuild(store)
        return None
    payloads, changed = Payloads(house.data_dir), delta.added | delta.removed
    for graph, checksum in delta.payloads:
        if view.enters(store, graph):
            payloads.load(checksum, store, DefaultGraph())
    made = {graph for graph in delta.made if view.enters(store, graph)}
    store.bulk_extend(view.as_shown(quad.triple) for quad in delta.added if quad.graph_name in made)
    view.take_in(store, {*delta.arrived, *delta.made}, changed)
    return None
