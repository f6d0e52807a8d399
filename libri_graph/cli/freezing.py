"""The command that writes the static edition."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from libri_graph import terminal
from libri_graph.cli.options import FINDINGS, DataDir, settings_of
from libri_graph.errors import SettingInvalid
from libri_graph.languages import DEFAULT, TAGS
from server.freezing.freeze import Wish
from server.freezing.freeze import freeze as write_edition

SHOWN = 10
"""Links that are named."""


def freeze(
    folder: Annotated[Path, typer.Argument(help="New folder, or one that holds an edition, which is replaced.")],
    url: Annotated[str | None, typer.Option(help="Where it will be reached; else LIBRI_PUBLIC_URL.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language beside English; else all.")] = None,
    histories: Annotated[bool, typer.Option(help="With the history of every record.")] = True,
    processes: Annotated[int | None, typer.Option(help="Processes that render; else one for each core.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write the static edition: everything as files that any host can serve. Exit code 1 where a link leads nowhere."""
    settings = settings_of(data_dir)
    wish = Wish(
        _address(url or settings.public_url or settings.base_iri),
        _languages(language),
        histories,
        max(1, processes or os.cpu_count() or 1),
    )
    with terminal.progress() as tell:
        found = write_edition(settings, folder, wish, tell)
    print(f"{folder}: generation {found.generation}, {found.measure.files} files, {found.measure.size / 1e6:.0f} MB")
    for file in found.broken[:SHOWN]:
        terminal.say(f"a link leads to {file}, which is not there")
    if found.broken:
        terminal.say(f"{len(found.broken)} links lead nowhere")
        raise typer.Exit(FINDINGS)


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise SettingInvalid(f"--url is an address that begins with https:// or http://, not {text!r}")
    return text if text.endswith("/") else f"{text}/"


def _languages(given: list[str] | None) -> tuple[str, ...]:
    unknown = sorted(set(given or ()) - set(TAGS))
    if unknown:
        raise SettingInvalid(f"there is no language {', '.join(unknown)}; there are {', '.join(TAGS)}")
    return tuple(tag for tag in TAGS if not given or tag in given or tag == DEFAULT)
