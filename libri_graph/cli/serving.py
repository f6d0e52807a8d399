"""The command that serves; it imports no more than a server needs to open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from libri_graph import terminal
from libri_graph.changes.publish import open_house
from libri_graph.cli.options import DataDir, faults_told, house_of, settings_of
from libri_graph.errors import JournalDamaged, LibriError
from libri_graph.instance import read_instance
from libri_graph.knowledge import knowledge_dir
from libri_graph.settings import Settings
from libri_graph.store.generations import Generations
from libri_graph.workers.link import Nursery
from server import __main__ as server

if TYPE_CHECKING:
    from libri_graph.ingest.knowledge import Imported


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Load what has changed in `data/`, the ontology or the shapes, then serve until told to stop.

    Where the change has a fault, the state before goes on being served.
    """
    settings = settings_of(data_dir)
    nursery = Nursery(settings.query_memory_mb)
    nursery.begin()
    try:
        if read_instance(settings.data_dir).knowledge:
            follow_knowledge(settings)
        else:
            open_house(house_of(settings))
    except (LibriError, OSError) as problem:
        number = Generations(settings.data_dir).current_number()
        if number is None or isinstance(problem, JournalDamaged):
            raise
        terminal.explain(problem)
        terminal.say(f"serving the state before, generation {number}")
    server.serve(settings, host, port, nursery)


def follow_knowledge(settings: Settings) -> None:
    """Load what has changed in the checkout; the generation shows it when this returns."""
    from libri_graph.ingest.knowledge import import_knowledge

    folder = knowledge_dir()
    with terminal.progress() as tell, faults_told([folder / "data", folder / "ontology"]):
        imported = import_knowledge(house_of(settings), folder, tell=tell)
        if imported.replaced or imported.withdrawn:
            write_dumps(settings, tell)
    tell_imported(imported)


def write_dumps(settings: Settings, tell: Callable[[str], None]) -> None:
    """Write the files to take home, or say who will where that takes longer than one likes to wait."""
    from libri_graph.publish import dumps

    generations = Generations(settings.data_dir)
    if dumps.are_quick(generations):
        tell("writing the files to take home")
        dumps.refresh(generations, settings.base_iri)
    else:
        terminal.say("the files to take home follow: libri serve makes them by itself, libri dump at once")


def tell_imported(imported: Imported) -> None:
    """Say what an import did."""
    number = imported.generation
    if imported.replaced:
        terminal.say(f"generation {number}: {', '.join(imported.replaced)}")
    if imported.withdrawn:
        terminal.say(f"generation {number}: without {', '.join(imported.withdrawn)}")
    for entity in imported.held:
        terminal.say(f"{entity} was changed here and in its file; it stays as it is here, and the file's version waits")
    if imported.held:
        terminal.say("what waits, and how to decide: libri review")
