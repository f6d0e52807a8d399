"""The documentation names what there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from libri_graph.cli import COMMANDS, application

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data" / "README.md"])
SERVER = ROOT / "server"


def test_every_command_is_documented() -> None:
    documented = set(re.findall(r"^\| `libri (\w+)", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE))
    group = get_command(application(*COMMANDS))
    assert documented == set(group.commands)


def test_every_make_target_is_documented() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"help", "clean"}
    assert targets == set(re.findall(r"^\| `make ([\w-]+)`", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE))


def test_every_address_is_documented() -> None:
    text = (ROOT / "docs" / "addresses.md").read_text(encoding="utf-8")
    routes = {
        route
        for file in (SERVER / "pages").glob("*.py")
        for route in re.findall(r'@pages\.get\("([^"<.]+)', file.read_text(encoding="utf-8"))
    }
    assert len(routes) > 10
    assert {route for route in routes if route.rstrip("/") not in text} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_it(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
