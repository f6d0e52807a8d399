"""The `libri` command: parse what was typed, call the library, print what came back."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import NamedNode
from rich.console import Console

from libri_graph.catalogue.statistics import counts
from libri_graph.changes.publish import Outcome, RulesBroken, publish
from libri_graph.errors import LibriError, SettingInvalid, SyntaxInvalid
from libri_graph.ingest.folder import DESCRIPTION, Source, from_files, read_source
from libri_graph.ingest.knowledge import import_knowledge, import_sources
from libri_graph.knowledge import knowledge_dir
from libri_graph.publish import dumps
from libri_graph.publish.export import export
from libri_graph.settings import Settings, read_settings
from libri_graph.store.generations import Generations
from server import __main__ as server

FINDINGS, COULD_NOT_RUN = 1, 2
PATIENCE_SECONDS = 1.0
"""Work that takes longer says what it is doing."""

app = typer.Typer(
    name="libri",
    help="Linked data of libraries that welcome newcomers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
console = Console(stderr=True, highlight=False, soft_wrap=True)

DataDir = Annotated[Path | None, typer.Option(help="Data directory; else LIBRI_DATA_DIR, else var/libri.")]


class GraphFormat(StrEnum):
    """Forms of an export."""

    nq = "nq"
    trig = "trig"
    ttl = "ttl"
    nt = "nt"
    jsonld = "jsonld"


def main() -> None:
    """Run the command line. An error of ours becomes one clear message and exit code 2, findings exit code 1."""
    try:
        app()
    except RulesBroken as problem:
        explain(problem)
        sys.exit(FINDINGS)
    except (LibriError, OSError) as problem:
        explain(problem)
        sys.exit(COULD_NOT_RUN)


@app.command()
def init(
    data_dir: DataDir = None,
    empty: Annotated[bool, typer.Option("--empty", help="Load nothing.")] = False,
) -> None:
    """Make the data directory and load the ontology, the shapes and `data/`."""
    settings = _settings(data_dir)
    if empty:
        publish(settings.data_dir, [], keep=settings.generations)
    else:
        _import_changed(settings)
    print(f"{settings.data_dir} is ready")


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="A source folder, or RDF files, plain or .gz.")],
    source: Annotated[str | None, typer.Option(help="Id of the source whose graph the files replace.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Load source folders, or RDF files into a source's graph, as one change."""
    settings = _settings(data_dir)
    with _progress() as tell:
        shapes = knowledge_dir() / "shapes"
        outcome = import_sources(
            _sources(paths, source), shapes, settings.data_dir, keep=settings.generations, tell=tell
        )
    _finish(settings, outcome)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Load what has changed in `data/`, the ontology or the shapes, then serve until told to stop.

    Where the change has a fault, the state before goes on being served.
    """
    settings = _settings(data_dir)
    try:
        _import_changed(settings)
    except LibriError as problem:
        explain(problem)
        number = Generations(settings.data_dir).current_number()
        if number is None:
            raise typer.Exit(COULD_NOT_RUN) from problem
        console.print(f"libri: serving the state before, generation {number}", markup=False)
    server.serve(settings, host, port)


@app.command("export")
def export_(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write; .gz compresses.")],
    graph: Annotated[str | None, typer.Option(help="IRI of one graph; else everything.")] = None,
    rdf_format: Annotated[GraphFormat, typer.Option("--format", help="Form of the file.")] = GraphFormat.nq,
    data_dir: DataDir = None,
) -> None:
    """Write the graph, or one graph of it, to a file."""
    store = Generations(_settings(data_dir).data_dir).open_current()
    export(store.raw, output, rdf_format.value, NamedNode(graph) if graph else None)


@app.command()
def stats(data_dir: DataDir = None) -> None:
    """Show how much of everything the graph holds."""
    generations = Generations(_settings(data_dir).data_dir)
    store = generations.open_current()
    print(f"generation {store.generation}")
    group = ""
    for count in counts(store):
        if count.group != group:
            group = count.group
            print(f"\n{group}")
        print(f"{count.number:>8}  {count.name}")


def explain(problem: Exception) -> None:
    """Print what went wrong; for a fault in a file, where it is, with the line and a mark under the column."""
    if not isinstance(problem, SyntaxInvalid):
        console.print(f"libri: {problem}", markup=False)
        return
    where = ":".join(str(part) for part in (problem.place, problem.line, problem.column) if part)
    console.print(f"libri: {where}: {problem}", markup=False)
    if problem.excerpt:
        console.print(f"  {problem.excerpt}", markup=False)
        console.print("  " + " " * ((problem.column or 1) - 1) + "^", markup=False)


def _settings(data_dir: Path | None) -> Settings:
    return read_settings(os.environ, data_dir=data_dir)


def _sources(paths: list[Path], name: str | None) -> list[Source]:
    if name is not None:
        return [from_files(name, *paths)]
    files = [path for path in paths if not (path / DESCRIPTION).is_file()]
    if files:
        raise SettingInvalid(f"{files[0]} is no source folder (it has no {DESCRIPTION}); say which with --source ID")
    return [read_source(path) for path in paths]


def _import_changed(settings: Settings) -> Outcome:
    with _progress() as tell:
        outcome = import_knowledge(knowledge_dir(), settings.data_dir, keep=settings.generations, tell=tell)
    _finish(settings, outcome)
    return outcome


def _finish(settings: Settings, outcome: Outcome) -> None:
    if outcome.replaced:
        generations = Generations(settings.data_dir)
        number = outcome.generation.number
        dumps.write(generations.open_current().raw, number, generations.folder(number) / "dumps")
        console.print(f"generation {number}: {', '.join(outcome.replaced)}", markup=False)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give a way to say what is going on; it speaks once the work has taken longer than a second."""
    started = time.monotonic()

    def tell(text: str) -> None:
        if time.monotonic() - started > PATIENCE_SECONDS:
            console.print(f"libri: {text} …", markup=False)

    yield tell


if __name__ == "__main__":
    main()
