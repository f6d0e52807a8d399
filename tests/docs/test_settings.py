"""The documentation names the settings that there are, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from libri_graph import settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_in_the_documentation_and_every_documented_one_exists() -> None:
    documented = set(re.findall(r"^\| `(LIBRI_\w+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == settings.names()
