"""The HTML of every kind of page is what the standard says, in a left-to-right and a right-to-left language."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.browser.kinds import KINDS, WRONG, in_language

CHECK = Path(__file__).parents[1] / "web" / "validate.mjs"
pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]


def complaints(pages: dict[str, str]) -> list[str]:
    """Return what html-validate finds in `pages`, a name and a text each."""
    node = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}")
    assert node is not None
    run = subprocess.run(
        [node, str(CHECK)], input=json.dumps(pages), capture_output=True, text=True, check=True, timeout=240
    )
    return run.stdout.splitlines()


@pytest.mark.parametrize("language", ["lv", "ar"])
def test_the_html_of_every_kind_of_page_is_valid(language: str, site: str) -> None:
    pages = {}
    for kind in KINDS:
        answer = httpx.get(site + in_language(kind, language), headers={"Accept": "text/html"}, timeout=60)
        assert answer.status_code == WRONG.get(kind, 200)
        pages[kind] = answer.text
    assert complaints(pages) == []


def test_the_check_finds_what_is_wrong() -> None:
    assert any("element-required-attributes" in line for line in complaints({"wrong": "<p><img></p>"}))
