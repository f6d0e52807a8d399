"""The page for asking questions in SPARQL: examples, a field to ask in, the answer, and what to take away from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libri_graph.catalogue import questions
from libri_graph.catalogue.questions import Question
from libri_graph.catalogue.solutions import Table, table
from libri_graph.errors import LibriError
from libri_graph.knowledge import knowledge_dir
from libri_graph.store.embedded import EmbeddedStore
from server.i18n import reader_language, reader_languages
from server.page_queries import Found
from server.pages.snippets import Use, use
from server.problems import Problem, problem_of
from server.protocol import generation_of
from server.responses import current, finish, page, store, urls

pages = Blueprint("query", __name__)
ROWS_SHOWN: Final = 500
CHARACTERS_SHOWN: Final = 100_000
"""Of an answer that is a graph."""
FIRST: Final = "cq17"
"""The example that a reader finds answered when she comes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks."""

    text: str
    generation: int | None
    only_answer: bool
    """Whether a script asks, which puts the answer into a page that is open already."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What she is shown."""

    seconds: float
    use: Use
    table: Table | None = None
    truth: bool | None = None
    graph: str = ""
    whole: bool = True
    """Whether all of `graph` is here."""
    pinned: bool = False


@pages.route("/sparql", methods=["GET", "POST"])
def query_page() -> ResponseReturnValue:
    """Show the examples, a field to ask in, and an answer: to the question asked, else to the first example."""
    try:
        asked, problem = _asked(), None
    except LibriError as error:
        asked, problem = Asked("", None, only_answer=False), problem_of(error)
    examples = [] if asked.only_answer else _examples()
    text = asked.text or next((one.asked for one in examples if one.question.slug == FIRST), "")
    answer = None
    if text and not problem:
        answer, problem = _answered(text, asked.generation)
    if not asked.text and asked.generation is None and not request.values.get("generation"):
        problem = None  # a first visit finds the page, whatever became of the example
    found = {"text": text, "answer": answer, "problem": problem, "settings": current_app.extensions["libri"].settings}
    if asked.only_answer:
        return finish(make_response(render_template("_answer.html", rows_shown=ROWS_SHOWN, **found)), path="/sparql")
    response = page("sparql.html", "/sparql", groups=_by_group(examples), rows_shown=ROWS_SHOWN, **found)
    response.status_code = problem.status if problem else response.status_code
    return response


@pages.get("/sparql/completion")
def completion() -> Response:
    """Give the editor what it offers while one types."""
    body = current_app.extensions["libri"].completions.body(store(), reader_language())
    response = make_response(body)
    response.content_type = "application/json"
    return finish(response, path="/sparql/completion")


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its query as it is put into the editor."""

    question: Question
    asked: str


def _asked() -> Asked:
    generation = [("generation", text) for text in [request.values.get("generation", "")] if text]
    return Asked(
        request.values.get("query", "").strip(), generation_of(generation), request.args.get("part") == "answer"
    )


def _examples() -> list[Example]:
    found = questions.all_of(store(), reader_languages(), knowledge_dir() / "ontology" / "questions")
    mark = gettext("values to change")
    return [Example(one, one.asked_in(reader_language()).replace("# bind", f"# {mark}", 1)) for one in found]


def _by_group(examples: Sequence[Example]) -> dict[str, list[Example]]:
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(example.question.group.text, []).append(example)
    return groups


def _answered(text: str, generation: int | None) -> tuple[Answer | None, Problem | None]:
    try:
        read = store() if generation is None else current().at(generation)
        found = current_app.extensions["libri"].run_query(text, read.generation, request.remote_addr or "")
        return _answer(text, read, found), None
    except LibriError as error:
        return None, problem_of(error)


def _answer(text: str, read: EmbeddedStore, found: Found) -> Answer:
    taken = use(
        text,
        read.generation,
        urls().absolute("/sparql"),
        language=reader_language(),
        is_graph=found.kind == "triples",
        created=_day_of(read.generation),
    )
    pinned = read.generation in current().generations.pinned()
    if found.kind == "triples":
        graph = found.body.decode("utf-8", "replace")
        whole = found.whole and len(graph) <= CHARACTERS_SHOWN
        return Answer(found.seconds, taken, graph=graph[:CHARACTERS_SHOWN], whole=whole, pinned=pinned)
    if found.kind == "boolean":
        return Answer(found.seconds, taken, truth=bool(json.loads(found.body)["boolean"]), pinned=pinned)
    rows = table(found.body, ROWS_SHOWN, read, reader_languages(), whole=found.whole)
    return Answer(found.seconds, taken, table=rows, pinned=pinned)


def _day_of(generation: int) -> str:
    try:
        return current().generations.read_note(generation).created[:10]
    except LibriError:
        return ""
