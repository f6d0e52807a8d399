"""Bring the generation up to the journal, which is the truth: after a crash, a restore, or damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from libri_graph.errors import JournalDamaged, StoreDamaged
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import replay
from libri_graph.store import view
from libri_graph.store.generations import Generation, Generations

Tell = Callable[[str], None]


def catch_up(
    data_dir: Path,
    journal: Journal,
    *,
    keep: int,
    plain: bool = False,
    sound: Generation | None = None,
    tell: Tell = lambda _text: None,
) -> Generation:
    """Return the current generation, made anew where it is not what the journal says. The caller holds the lock.

    One that is behind takes what it lacks; one of another epoch, or that cannot be read, is made from the first event.
    One that is ahead was made from events that the journal has lost: raises `JournalDamaged`, since to follow the
    journal would throw them away. `sound` is one that the caller made or opened before.
    """
    generations = Generations(data_dir)
    agreed = in_step(data_dir, journal, sound)
    if agreed is not None:
        return agreed
    try:
        current = generations.current()
        if current is not None and current.epoch == journal.epoch:
            demand_none_lost(current, journal)
            if current.number < journal.last:
                tell("applying what the journal has more")
                return _make(generations, journal, current.number, keep=keep, plain=plain)
    except StoreDamaged:
        tell("the generation is damaged")
    return rebuild(data_dir, journal, keep=keep, plain=plain, tell=tell)


def in_step(data_dir: Path, journal: Journal, sound: Generation | None = None) -> Generation | None:
    """Return the current generation if it is what the journal says, and is `sound` or can be opened."""
    generations = Generations(data_dir)
    try:
        current = generations.current()
        if current is None or (current.epoch, current.number) != (journal.epoch, journal.last):
            return None
        if current != sound:
            generations.open_current()
    except StoreDamaged:
        return None
    return current


def rebuild(
    data_dir: Path, journal: Journal, *, keep: int, plain: bool = False, tell: Tell = lambda _text: None
) -> Generation:
    """Make the current generation from the first event of the journal on. The caller holds the lock.

    Older generations are kept if they are of the journal's epoch. Where the journal has lost events that the current
    generation shows, they are given up, and a new epoch begins. Raises `JournalDamaged`, and for one that has lost all.
    """
    generations = Generations(data_dir)
    demand_some(max(generations.numbers(), default=0), journal)
    if journal.last:
        tell("making the generation from the journal")
    current = _readable(generations)
    if current is not None and current.epoch == journal.epoch and current.number > journal.last:
        journal.begin_epoch()
    if current is not None and current.epoch != journal.epoch:
        generations.forget_all()
    return _make(generations, journal, None, keep=keep, plain=plain)


def _make(generations: Generations, journal: Journal, after: int | None, *, keep: int, plain: bool) -> Generation:
    draft = generations.begin(empty=after is None)
    try:
        replay(journal.events(after or 0), draft.store, Payloads(generations.data_dir))
        if not plain:
            view.rebuild(draft.store)
        generation = generations.seal(draft, journal.last, journal.epoch)
    except BaseException:
        generations.discard(draft)
        raise
    generations.publish(draft, generation)
    generations.prune(keep)
    return generation


def demand_some(generation: int, journal: Journal) -> None:
    """Raise `JournalDamaged` where there is a generation and no event: to follow such a journal would leave nothing."""
    if generation and not journal.last:
        raise JournalDamaged(
            f"the journal holds nothing, but generation {generation} was made from one; restore a backup: libri"
            " restore; or begin anew in another directory"
        )


def demand_none_lost(current: Generation, journal: Journal) -> None:
    """Raise `JournalDamaged` where the journal ends before a generation that was made from it."""
    demand_some(current.number, journal)
    if current.epoch == journal.epoch and current.number > journal.last:
        raise JournalDamaged(
            f"the journal ends at event {journal.last}, but generation {current.number} was made from it; restore a"
            " backup: libri restore; or give up the events between: libri rebuild"
        )


def _readable(generations: Generations) -> Generation | None:
    try:
        return generations.current()
    except StoreDamaged:
        return None
