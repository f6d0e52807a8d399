"""The `libri` command: parse what was typed, call the library, print what came back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyoxigraph
import typer
from pyoxigraph import NamedNode

from libri_graph import terminal
from libri_graph.catalogue.statistics import counts
from libri_graph.changes.publish import Outcome, RulesBroken, publish
from libri_graph.errors import LibriError, QueryInvalid, SettingInvalid
from libri_graph.ingest.examine import examine
from libri_graph.ingest.folder import DESCRIPTION, Source, named_source, read_sources
from libri_graph.ingest.knowledge import import_knowledge, import_sources
from libri_graph.instance import Instance, read_instance, write_instance
from libri_graph.knowledge import knowledge_dir
from libri_graph.languages import DEFAULT
from libri_graph.namespaces import GRAPHS
from libri_graph.publish import dumps
from libri_graph.publish.export import export
from libri_graph.publish.layout import write_layout
from libri_graph.settings import Settings, read_settings
from libri_graph.store.generations import Generations
from libri_graph.validation.locate import Files
from libri_graph.validation.names import NamesInStore
from libri_graph.validation.report import as_html, as_json, as_text, as_turtle
from libri_graph.workers.pool import Job, run_once
from libri_graph.workers.precheck import checked
from server import __main__ as server

FINDINGS, COULD_NOT_RUN = 1, 2

app = typer.Typer(
    name="libri",
    help="Linked data of libraries that welcome newcomers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DataDir = Annotated[Path | None, typer.Option(help="Data directory; else LIBRI_DATA_DIR, else var/libri.")]


class GraphFormat(StrEnum):
    """Forms of an export."""

    nq = "nq"
    trig = "trig"
    ttl = "ttl"
    nt = "nt"
    jsonld = "jsonld"


class Layout(StrEnum):
    """Ways to lay out a folder."""

    data = "data"


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
        terminal.explain(problem)
        sys.exit(FINDINGS)
    except (LibriError, OSError) as problem:
        terminal.explain(problem)
        sys.exit(COULD_NOT_RUN)


@app.command()
def init(
    data_dir: DataDir = None,
    empty: Annotated[bool, typer.Option("--empty", help="Load nothing, now and at later starts.")] = False,
) -> None:
    """Make the data directory and load the ontology, the shapes and `data/`."""
    settings = _settings(data_dir)
    write_instance(settings.data_dir, Instance(knowledge=not empty))
    if empty:
        publish(settings.data_dir, [], keep=settings.generations, beside=_dumps)
    else:
        _follow_knowledge(settings)
    print(f"{settings.data_dir} is ready")


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="Source folders, or RDF files, plain or .gz.")],
    source: Annotated[str | None, typer.Option(help="Id of the source whose graph the files replace.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Load source folders, or RDF files into a source's graph, as one change."""
    settings = _settings(data_dir)
    shapes = knowledge_dir() / "shapes"
    sources = _sources(paths, source)
    with terminal.progress() as tell, _faults_told(paths):
        outcome = import_sources(
            sources, shapes, settings.data_dir, keep=settings.generations, beside=_dumps, tell=tell
        )
    _tell(outcome)
    for name in outcome.replaced:
        if (knowledge_dir() / "data" / name).is_dir() and read_instance(settings.data_dir).knowledge:
            terminal.say(f"{name} lies in data/ as well; where that differs, the next start brings it back")


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
        if read_instance(settings.data_dir).knowledge:
            _follow_knowledge(settings)
    except (LibriError, OSError) as problem:
        number = Generations(settings.data_dir).current_number()
        if number is None:
            raise
        terminal.explain(problem)
        terminal.say(f"serving the state before, generation {number}")
    server.serve(settings, host, port)


@app.command("export")
def export_(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write, .gz compresses; or the folder.")],
    graph: Annotated[str | None, typer.Option(help="IRI of one graph; else everything.")] = None,
    source: Annotated[str | None, typer.Option(help="Id of one source, in place of the IRI of its graph.")] = None,
    layout: Annotated[Layout | None, typer.Option(help="Write a folder as curators edit it in data/.")] = None,
    rdf_format: Annotated[GraphFormat, typer.Option("--format", help="Form of the file.")] = GraphFormat.nq,
    data_dir: DataDir = None,
) -> None:
    """Write the graph, or one graph of it, to a file; or one source to a folder, laid out as in `data/`."""
    if graph and source:
        raise SettingInvalid("give either --graph or --source")
    iri = _graph(f"{GRAPHS}{source}") if source else _graph(graph) if graph else None
    store = Generations(_settings(data_dir).data_dir).open_current()
    if layout is None:
        export(store.raw, output, rdf_format.value, iri)
    elif source is None or iri is None:
        raise SettingInvalid("--layout data needs --source ID")
    else:
        names, changed = write_layout(store.raw, iri, knowledge_dir() / "data" / source, output)
        print(f"{len(names)} files in {output}; other than in data/{source}: {', '.join(changed) or 'none'}")


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(help="Source folders or RDF files.")],
    language: Annotated[str, typer.Option(help="Language of the report, such as pl.")] = "en",
    form: Annotated[ReportFormat, typer.Option("--format", help="Form of the report.")] = ReportFormat.text,
    everything: Annotated[bool, typer.Option("--all", help="Tell every warning, not only how many of a kind.")] = False,
) -> None:
    """Check records against the rules and say what to mend; changes nothing. Exit code 1 where something must be."""
    with terminal.progress() as tell:
        tell("reading and checking")
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
    job = Job(
        store=generations.folder(generations.open_current().generation) / "store",
        query=checked(_query_text(file) if file else str(text)),
        seconds=settings.query_seconds,
        results=RESULT_TYPES[form],
        triples="text/turtle",
    )
    kind, body = run_once(job, settings.query_memory_mb)
    if form is ResultFormat.table and kind != "triples":
        terminal.print_table(body)
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


def _settings(data_dir: Path | None) -> Settings:
    return read_settings(os.environ, data_dir=data_dir)


def _sources(paths: list[Path], name: str | None) -> list[Source]:
    if name is not None:
        return [named_source(name, *paths)]
    found = {path: read_sources(path) for path in paths}
    for path, sources in found.items():
        if not sources:
            raise SettingInvalid(f"{path} is no source folder (it has no {DESCRIPTION}); say which with --source ID")
    return [source for sources in found.values() for source in sources]


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as problem:
        raise SettingInvalid(f"{iri!r} is no IRI: {problem}") from problem


def _query_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise QueryInvalid("this is not UTF-8", place=str(file)) from problem


def _follow_knowledge(settings: Settings) -> None:
    folder = knowledge_dir()
    with terminal.progress() as tell, _faults_told([folder / "data", folder / "ontology"]):
        outcome = import_knowledge(folder, settings.data_dir, keep=settings.generations, beside=_dumps, tell=tell)
    _tell(outcome)


def _dumps(store: pyoxigraph.Store, number: int, folder: Path) -> None:
    dumps.write(store, number, folder / "dumps")


def _tell(outcome: Outcome) -> None:
    number = outcome.generation.number
    if outcome.replaced:
        terminal.say(f"generation {number}: {', '.join(outcome.replaced)}")
    if outcome.withdrawn:
        terminal.say(f"generation {number}: without {', '.join(outcome.withdrawn)}")


@contextmanager
def _faults_told(paths: list[Path]) -> Iterator[None]:
    """Where records break rules, tell which, in what file of `paths`, and how to mend them; the error goes on."""
    try:
        yield
    except RulesBroken as problem:
        print(as_text(problem.report, DEFAULT, NamesInStore(problem.named), Files(paths)), end="")
        raise


if __name__ == "__main__":
    main()
