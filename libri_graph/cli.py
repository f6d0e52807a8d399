"""The `libri` command: parse what was typed, call the library, print what came back."""

from __future__ import annotations

import json
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
from rich.table import Table
from rich.text import Text

from libri_graph.catalogue.statistics import counts
from libri_graph.changes.publish import Outcome, RulesBroken, publish
from libri_graph.errors import LibriError, SettingInvalid, SyntaxInvalid
from libri_graph.ingest.examine import examine
from libri_graph.ingest.folder import DESCRIPTION, Source, from_files, read_source
from libri_graph.ingest.knowledge import import_knowledge, import_sources
from libri_graph.knowledge import knowledge_dir
from libri_graph.languages import DEFAULT
from libri_graph.publish import dumps
from libri_graph.publish.export import export
from libri_graph.settings import Settings, read_settings
from libri_graph.store.generations import Generations
from libri_graph.validation.report import as_html, as_json, as_text, as_turtle
from libri_graph.workers.pool import Job, run_once
from libri_graph.workers.precheck import checked
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
console_out = Console(highlight=False)

DataDir = Annotated[Path | None, typer.Option(help="Data directory; else LIBRI_DATA_DIR, else var/libri.")]


class GraphFormat(StrEnum):
    """Forms of an export."""

    nq = "nq"
    trig = "trig"
    ttl = "ttl"
    nt = "nt"
    jsonld = "jsonld"


class ReportFormat(StrEnum):
    """Forms of a validation report."""

    text = "text"
    json = "json"
    html = "html"
    turtle = "turtle"


class ResultFormat(StrEnum):
    """Forms of an answer; a graph is always Turtle."""

    table = "table"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    xml = "xml"
    turtle = "turtle"


RESULT_TYPES = {
    ResultFormat.table: "application/sparql-results+json",
    ResultFormat.turtle: "application/sparql-results+json",
    ResultFormat.json: "application/sparql-results+json",
    ResultFormat.csv: "text/csv",
    ResultFormat.tsv: "text/tab-separated-values",
    ResultFormat.xml: "application/sparql-results+xml",
}


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
    with _progress() as tell, _explained(paths):
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
def validate(
    paths: Annotated[list[Path], typer.Argument(help="Source folders or RDF files.")],
    language: Annotated[str, typer.Option(help="Language of the report, such as pl.")] = "en",
    form: Annotated[ReportFormat, typer.Option("--format", help="Form of the report.")] = ReportFormat.text,
    everything: Annotated[bool, typer.Option("--all", help="Tell every warning, not only how many of a kind.")] = False,
) -> None:
    """Check records against the rules and say what to mend; changes nothing. Exit code 1 where something must be."""
    with _progress() as tell:
        tell("reading")
        found = examine(paths, knowledge_dir())
    report, names, places = found.report, found.names, found.places
    match form:
        case ReportFormat.text:
            print(as_text(report, language, names, places, everything=everything), end="")
        case ReportFormat.html:
            print(as_html(report, language, names, places, everything=everything), end="")
        case ReportFormat.json:
            print(as_json(report, language, names, places), end="")
        case ReportFormat.turtle:
            print(as_turtle(report), end="")
    if not report.conforms:
        raise typer.Exit(FINDINGS)


@app.command()
def query(
    file: Annotated[Path | None, typer.Argument(help="File with the query.")] = None,
    text: Annotated[str | None, typer.Option("-e", help="The query itself.")] = None,
    form: Annotated[ResultFormat, typer.Option("--format", help="Form of the answer.")] = ResultFormat.table,
    data_dir: DataDir = None,
) -> None:
    """Ask the graph in SPARQL, within the same limits as the server's visitors."""
    if (file is None) == (text is None):
        raise SettingInvalid("give either a file with a query or the query itself with -e")
    settings = _settings(data_dir)
    generations = Generations(settings.data_dir)
    asked = file.read_text(encoding="utf-8") if file else str(text)
    job = Job(
        store=generations.folder(generations.open_current().generation) / "store",
        query=checked(asked),
        seconds=settings.query_seconds,
        results=RESULT_TYPES[form],
        triples="text/turtle",
    )
    kind, body = run_once(job, settings.query_memory_mb)
    if form is ResultFormat.table and kind != "triples":
        console_out.print(result_table(body))
    else:
        sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")


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
    with _progress() as tell, _explained([knowledge_dir() / "data"]):
        outcome = import_knowledge(knowledge_dir(), settings.data_dir, keep=settings.generations, tell=tell)
    _finish(settings, outcome)
    return outcome


def _finish(settings: Settings, outcome: Outcome) -> None:
    if outcome.replaced:
        generations = Generations(settings.data_dir)
        number = outcome.generation.number
        dumps.write(generations.open_current().raw, number, generations.folder(number) / "dumps")
        console.print(f"generation {number}: {', '.join(outcome.replaced)}", markup=False)


def result_table(body: bytes) -> Table:
    """Return SPARQL JSON results as a table for a terminal."""
    found = json.loads(body)
    names = found["head"].get("vars", ["answer"])
    rows = (
        found["results"]["bindings"] if "results" in found else [{"answer": {"value": str(found["boolean"]).lower()}}]
    )
    table = Table(*names, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(Text(row[name]["value"]) if name in row else "" for name in names))
    return table


@contextmanager
def _explained(paths: list[Path]) -> Iterator[None]:
    """Where records in `paths` break rules, tell which and how to mend them before the error goes on."""
    try:
        yield
    except RulesBroken:
        found = examine(paths, knowledge_dir())
        print(as_text(found.report, DEFAULT, found.names, found.places), end="")
        raise


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
