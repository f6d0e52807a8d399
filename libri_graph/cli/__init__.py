"""The `libri` command: thin; it reads arguments, calls the library and prints."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Final

import typer

from libri_graph import terminal
from libri_graph.changes.broken import RulesBroken
from libri_graph.cli.options import COULD_NOT_RUN, FINDINGS
from libri_graph.errors import LibriError

COMMANDS: Final = {
    "init": "data",
    "load": "data",
    "serve": "serving",
    "export": "data",
    "validate": "data",
    "query": "data",
    "stats": "data",
    "backup": "operations",
    "restore": "operations",
    "rebuild": "operations",
    "verify": "operations",
    "pin": "operations",
    "dump": "operations",
    "review": "review",
    "freeze": "freezing",
    "token": "tokens",
    "check": "check",
}
"""Command -> module beside this one that holds it, under its name or that with an underscore."""


def application(*names: str) -> typer.Typer:
    """Return the command with the subcommands `names`; no more is imported than they need, so that a server opens."""
    app = typer.Typer(
        name="libri",
        help="Linked data of libraries that welcome newcomers.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        callback=_nothing,
    )
    for name in names:
        module = import_module(f"{__name__}.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, f"{name}_", None) or getattr(module, name))
    return app


def main() -> None:
    """Run the command line. An error of ours becomes one clear message and exit code 2, findings exit code 1."""
    asked = next(iter(sys.argv[1:]), "")
    gc.disable()  # nothing that imports make is given up again
    app = application(*([asked] if asked in COMMANDS else COMMANDS))
    gc.enable()
    try:
        app()
    except RulesBroken as problem:
        terminal.explain(problem)
        sys.exit(FINDINGS)
    except (LibriError, OSError) as problem:
        terminal.explain(problem)
        sys.exit(COULD_NOT_RUN)


def _nothing() -> None:
    """Be there: with it, one subcommand alone is still called by its name."""
