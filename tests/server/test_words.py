"""The words of the pages exist in every language, and say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from libri_graph.languages import TAGS

SERVER = Path(__file__).parents[2] / "server"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
PLACE = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def words() -> set[str]:
    found = {message for _, _, message, _, _ in extract_from_dir(SERVER, METHODS) if isinstance(message, str)}
    assert len(found) > 100
    return found


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag != "en"])
def test_no_word_is_missing_or_left_over(tag: str, words: set[str]) -> None:
    with (SERVER / "translations" / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {str(message.id): str(message.string) for message in catalogue if message.id}
    assert {word for word in words if not translated.get(word)} == set()
    assert set(translated) - words == set()
    wrong = [word for word, text in translated.items() if set(PLACE.findall(word)) != set(PLACE.findall(text))]
    assert wrong == []
