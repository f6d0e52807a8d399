"""Every query of ours runs as it stands."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import Store

from libri_graph import queries
from libri_graph.errors import ResourceNotFound

FOLDER = Path(str(files("libri_graph.queries")))
NAMES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.rq"))


def test_there_are_queries() -> None:
    assert len(NAMES) > 10


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_its_question_first_and_runs_as_it_stands(name: str) -> None:
    text = queries.text(name)
    assert text.startswith("# ")
    assert text.splitlines()[0].endswith("?")
    Store().query(text)


def test_an_unknown_query_is_an_error() -> None:
    with pytest.raises(ResourceNotFound):
        queries.text("no/such")
