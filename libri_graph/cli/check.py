"""The command that asks any server whether it publishes linked data to the letter."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from libri_graph import terminal
from libri_graph.cli.options import FINDINGS
from libri_graph.conformance.asker import Limits
from libri_graph.conformance.report import as_html, as_json, as_text
from libri_graph.conformance.run import check as run


class CheckFormat(StrEnum):
    """Forms of the report."""

    text = "text"
    json = "json"
    html = "html"


def check(
    url: Annotated[str, typer.Argument(help="Address of a thing, a data set, an endpoint or a home page.")],
    form: Annotated[CheckFormat, typer.Option("--format", help="Form of the report.")] = CheckFormat.text,
    only: Annotated[list[str] | None, typer.Option(help="Id of a rule, or how several begin; may be repeated.")] = None,
    base: Annotated[str | None, typer.Option(help="How the IRIs begin that this server answers for.")] = None,
    gone: Annotated[str | None, typer.Option(help="Address of something that was there and is gone.")] = None,
    static: Annotated[
        bool, typer.Option("--static", help="Files on a plain host: ask only what these can do.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Tell rules that are kept, too.")] = False,
    requests: Annotated[int, typer.Option(help="Send no more requests than this.", min=1)] = Limits().requests,
    delay: Annotated[float, typer.Option(help="Seconds between requests.", min=0)] = Limits().delay_seconds,
    seconds: Annotated[float, typer.Option(help="End the run after this.", min=1)] = Limits().run_seconds,
) -> None:
    """Ask a server whether its linked data is published to the letter: what was asked, what came, how to mend.

    Reads only. Exit code 1 where a rule that says must or should is broken.
    """
    limits = Limits(requests=requests, delay_seconds=delay, run_seconds=seconds)
    with terminal.progress() as tell:
        report = run(url, only=only or (), base=base, gone=gone, static=static, limits=limits, tell=tell)
    match form:
        case CheckFormat.text:
            print(as_text(report, everything=everything), end="")
        case CheckFormat.json:
            print(as_json(report), end="")
        case CheckFormat.html:
            print(as_html(report), end="")
    if not report.conforms:
        raise typer.Exit(FINDINGS)
