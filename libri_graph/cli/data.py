"""Commands about data: load it, check it, ask it, take it home."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import NamedNode

from libri_graph import terminal
from libri_graph.catalogue.statistics import counts
from libri_graph.changes.publish import open_house
from libri_graph.cli.options import FINDINGS, DataDir, faults_told, house_of, settings_of
from libri_graph.cli.serving import follow_knowledge, tell_imported, write_dumps
from libri_graph.errors import QueryInvalid, SettingInvalid
from libri_graph.ingest.examine import examine
from libri_graph.ingest.folder import DESCRIPTION, RESERVED, Source, named_source, read_sources
from libri_graph.ingest.knowledge import import_sources
from libri_graph.ingest.whole import graphs_of, holds_graphs
from libri_graph.instance import Instance, read_instance, write_instance
from libri_graph.knowledge import knowledge_dir
from libri_graph.namespaces import GRAPHS
from libri_graph.publish.export import export
from libri_graph.publish.layout import write_layout
from libri_graph.store.generations import Generations
from libri_graph.validation.report import as_html, as_json, as_text, as_turtle
from libri_graph.workers.job import Job
from libri_graph.workers.once import run_once
from libri_graph.workers.precheck import checked


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


def init(
    data_dir: DataDir = None,
    empty: Annotated[bool, typer.Option("--empty", help="Load nothing, now and at later starts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Be a bare SPARQL 1.1 store: no shapes, no view.")] = False,
) -> None:
    """Make the data directory and load the ontology, the shapes and `data/`."""
    settings = settings_of(data_dir)
    if plain and not empty:
        raise SettingInvalid("--plain takes --empty too: our knowledge needs its rules and its view")
    _demand_same(settings.data_dir, plain)
    write_instance(settings.data_dir, Instance(knowledge=not empty, plain=plain))
    if empty:
        open_house(house_of(settings))
    else:
        follow_knowledge(settings)
    print(f"{settings.data_dir} is ready")


def load(
    paths: Annotated[list[Path], typer.Argument(help="Source folders, or RDF files, plain or .gz.")],
    source: Annotated[str | None, typer.Option(help="Id of the source whose graph the files replace.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Load source folders, RDF files into a source's graph, or each graph of N-Quads and TriG, as one change."""
    settings = settings_of(data_dir)
    with ExitStack() as stack, terminal.progress() as tell, faults_told(paths):
        sources = _sources(paths, source, stack)
        imported = import_sources(house_of(settings), sources, tell=tell)
        write_dumps(settings, tell)
    tell_imported(imported)
    for name in imported.replaced if read_instance(settings.data_dir).knowledge else ():
        place = name if name in RESERVED else f"data/{name}"
        if (knowledge_dir() / place).is_dir():
            terminal.say(f"{name} lies in {place}/ as well; where that differs, the next start brings it back")


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
    store = Generations(settings_of(data_dir).data_dir).open_current()
    if layout is None:
        export(store.raw, output, rdf_format.value, iri)
    elif source is None or iri is None:
        raise SettingInvalid("--layout data needs --source ID")
    else:
        names, changed = write_layout(store.raw, iri, knowledge_dir() / "data" / source, output)
        print(f"{len(names)} files in {output}; other than in data/{source}: {', '.join(changed) or 'none'}")


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


def query(
    file: Annotated[Path | None, typer.Argument(help="File with the query.")] = None,
    text: Annotated[str | None, typer.Option("-e", help="The query itself.")] = None,
    form: Annotated[ResultFormat, typer.Option("--format", help="Form of the answer.")] = ResultFormat.table,
    data_dir: DataDir = None,
) -> None:
    """Ask the graph in SPARQL, within the same limits as the server's visitors."""
    if (file is None) == (text is None):
        raise SettingInvalid("give either a file with a query or the query itself with -e")
    settings = settings_of(data_dir)
    generations = Generations(settings.data_dir)
    job = Job(
        store=str(generations.store_path(generations.open_current().generation)),
        query=checked(_query_text(file) if file else str(text)).text,
        seconds=settings.query_seconds,
        results=RESULT_TYPES[form],
        triples="text/turtle",
    )
    kind, body = run_once(job, settings.query_memory_mb)
    if form is ResultFormat.table and kind != "triples":
        terminal.print_table(body)
    else:
        sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")


def stats(data_dir: DataDir = None) -> None:
    """Show how much of everything the graph holds."""
    generations = Generations(settings_of(data_dir).data_dir)
    store = generations.open_current()
    print(f"generation {store.generation}")
    group = ""
    for count in counts(store):
        if count.group != group:
            group = count.group
            print(f"\n{group}")
        print(f"{count.number:>8}  {count.name}")


def _sources(paths: list[Path], name: str | None, stack: ExitStack) -> list[Source]:
    if name is not None:
        return [named_source(name, *paths)]
    found = {path: stack.enter_context(graphs_of(path)) if holds_graphs(path) else read_sources(path) for path in paths}
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


def _demand_same(data_dir: Path, plain: bool) -> None:
    if Generations(data_dir).current_number() is not None and read_instance(data_dir).plain != plain:
        raise SettingInvalid(f"{data_dir} was made {'without' if plain else 'with'} --plain; make a new directory")
