"""The page for asking questions in SPARQL."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from libri_graph.catalogue import questions
from libri_graph.errors import LibriError
from libri_graph.knowledge import knowledge_dir
from server.i18n import reader_languages
from server.problems import Problem, problem_of
from server.responses import page, store

pages = Blueprint("query", __name__)
ROWS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Table:
    """Results of a query as rows to show."""

    variables: tuple[str, ...]
    rows: tuple[tuple[dict[str, str] | None, ...], ...]
    total: int


@pages.get("/sparql")
def query_page() -> ResponseReturnValue:
    """Show the questions, a field to ask in, and the answer where there is one."""
    asked = questions.all_of(store(), reader_languages(), knowledge_dir() / "ontology" / "questions")
    text = request.args.get("query", "")
    answer, problem = _answered(text) if text else (None, None)
    response = page("sparql.html", "/sparql", questions=asked, text=text, answer=answer, problem=problem)
    response.status_code = problem.status if problem else 200
    return response


def _answered(text: str) -> tuple[Table | bool | str | None, Problem | None]:
    try:
        body, is_table = current_app.extensions["libri"].run_query(text)
    except LibriError as error:
        return None, problem_of(error)
    if not is_table:
        return body.decode(), None
    found = json.loads(body)
    return (found["boolean"], None) if "boolean" in found else (_table(found), None)


def _table(found: dict[str, dict[str, list[object]]]) -> Table:
    variables = tuple(str(name) for name in found["head"]["vars"])
    rows = found["results"]["bindings"]
    shown = tuple(tuple(row.get(name) for name in variables) for row in rows[:ROWS_SHOWN] if isinstance(row, dict))
    return Table(variables, shown, len(rows))
