"""Commands about a data directory as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from libri_graph import terminal
from libri_graph.changes.catch_up import rebuild as make_again
from libri_graph.changes.indexing import keep_in_step
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import WAIT_SECONDS
from libri_graph.cli.options import FINDINGS, DataDir, house_of, settings_of
from libri_graph.errors import StoreMissing
from libri_graph.journal import journal as journal_room
from libri_graph.journal.journal import Journal
from libri_graph.operations import backup as backups
from libri_graph.operations.verify import verify as look
from libri_graph.publish import dumps
from libri_graph.store.generations import Generations


def backup(
    folder: Annotated[Path, typer.Argument(help="New folder for the backup.")], data_dir: DataDir = None
) -> None:
    """Write a backup, while the server goes on reading and writing."""
    found = backups.write_backup(settings_of(data_dir).data_dir, folder)
    print(f"{folder}: everything up to event {found.sequence}")


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of a backup.")],
    to: Annotated[int | None, typer.Option(help="The state after this event; else all of it.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Fill an empty data directory from a backup."""
    settings = settings_of(data_dir)
    with terminal.progress() as tell:
        number = backups.restore(folder, house_of(settings), until=to, tell=tell)
    print(f"{settings.data_dir} is at generation {number}; begin a new feed or citation from here: the epoch is new")


def rebuild(data_dir: DataDir = None) -> None:
    """Make the current generation and its index again from the journal, as after damage."""
    settings = settings_of(data_dir)
    house = house_of(settings)
    if not (settings.data_dir / journal_room.NAME).exists():
        raise StoreMissing(f"there is no journal in {settings.data_dir}; restore a backup: libri restore")
    with (
        terminal.progress() as tell,
        writer_lock(settings.data_dir, WAIT_SECONDS, tell),
        Journal.open(settings.data_dir) as journal,
    ):
        made = make_again(settings.data_dir, journal, keep=house.keep, plain=house.plain, tell=tell)
        if not house.plain:
            keep_in_step(settings.data_dir, journal, made, anew=True, tell=tell)
    print(f"generation {made.number} is made from the journal")


def verify(data_dir: DataDir = None) -> None:
    """Look whether everything is what was written. Exit code 1 where something is not, with what to do."""
    with terminal.progress() as tell:
        found = look(settings_of(data_dir).data_dir, tell)
    for damage in found:
        print(f"{damage.where}\n  {damage.remedy}")
    if found:
        raise typer.Exit(FINDINGS)
    print("everything is what was written")


def pin(
    number: Annotated[int, typer.Argument(help="Number of a generation that is kept now.")], data_dir: DataDir = None
) -> None:
    """Keep a generation for ever, for those who cite it."""
    Generations(settings_of(data_dir).data_dir).pin(number)
    print(f"generation {number} is kept for ever")


def dump(
    generation: Annotated[
        int | None, typer.Option(help="Number of a generation that is kept; else the current.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write the files to take home of a generation, unless they are there."""
    settings = settings_of(data_dir)
    dumps.refresh(Generations(settings.data_dir), settings.base_iri, generation)
