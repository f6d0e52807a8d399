"""The `libri` command: thin; it reads arguments, calls the library and prints."""

from __future__ import annotations

import sys

import typer

from libri_graph import terminal
from libri_graph.changes.rules import RulesBroken
from libri_graph.cli import data, operations, tokens
from libri_graph.cli.options import COULD_NOT_RUN, FINDINGS
from libri_graph.errors import LibriError

app = typer.Typer(
    name="libri",
    help="Linked data of libraries that welcome newcomers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (*data.COMMANDS, *operations.COMMANDS):
    app.command(command.__name__.rstrip("_"))(command)
app.add_typer(tokens.app, name="token")


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
