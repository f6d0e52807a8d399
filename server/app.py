"""The pages as a Flask application: a short list of its parts."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from libri_graph.errors import DumpsBeingMade, GenerationGone, IndexMissing, LibriError, ResourceNotFound, StoreMissing
from libri_graph.index import tables
from libri_graph.index.reading import Index
from libri_graph.index.text.keeping import TextIndexes
from libri_graph.knowledge import knowledge_dir
from libri_graph.settings import Settings
from server import i18n, negotiation, problems, sharing
from server.api import documents as api_documents
from server.api import lists as api_lists
from server.api import records as api_records
from server.completions import Completions
from server.current import CurrentStore
from server.descriptions import Descriptions
from server.missing import lists_near, words_of
from server.outline import Outline
from server.page_queries import RunQuery
from server.pages import (
    catalog,
    crawlers,
    data,
    history,
    home,
    lists,
    maps,
    needs,
    query,
    search,
    statements,
    things,
    view_tools,
    vocabulary,
)
from server.problems import Problem
from server.responses import close_reading, vary
from server.urls import Urls

log = logging.getLogger(__name__)
TEMPLATES: Final = {
    problems.KINDS[StoreMissing].slug: "unready.html",
    problems.KINDS[IndexMissing].slug: "unindexed.html",
    problems.KINDS[GenerationGone].slug: "not_kept.html",
    problems.KINDS[DumpsBeingMade].slug: "being_made.html",
}
"""Slug of a problem -> its own page."""


@dataclass(frozen=True, slots=True)
class Libri:
    """What views may reach through the application."""

    settings: Settings
    current: CurrentStore
    urls: Urls
    index: Index
    texts: TextIndexes
    run_query: RunQuery
    completions: Completions
    outline: Outline
    descriptions: Descriptions
    live: bool
    """Whether queries are answered at its address; not in a static edition."""


def create_app(
    settings: Settings, current: CurrentStore, run_query: RunQuery, public_url: str, *, live: bool = True
) -> Flask:
    """Return the application that serves the pages of the current generation."""
    app = Flask("server", static_folder=None)
    app.url_map.strict_slashes = False
    app.extensions["libri"] = Libri(
        settings,
        current,
        Urls(settings.base_iri, settings.public_url or public_url),
        Index(current.generations.data_dir),
        TextIndexes(tables.folder(current.generations.data_dir)),
        run_query,
        Completions(knowledge_dir() / "ontology" / "questions"),
        Outline(Path(__file__).parent / "static" / "build" / "europe.json"),
        Descriptions(),
        live,
    )
    i18n.set_up(app)
    view_tools.set_up(app)
    for part in (
        home,
        things,
        history,
        lists,
        maps,
        needs,
        search,
        vocabulary,
        data,
        catalog,
        statements,
        crawlers,
        query,
    ):
        app.register_blueprint(part.pages)
    for room in (api_lists, api_records, api_documents):
        app.register_blueprint(room.pages)
    app.before_request(_without_trailing_slash)
    app.teardown_request(close_reading)
    app.after_request(_shared)
    app.register_error_handler(Exception, _problem)
    return app


def _without_trailing_slash() -> ResponseReturnValue | None:
    if request.path.endswith("/") and request.path not in ("/", "/dumps/"):
        query_text = request.query_string.decode()
        return redirect(request.path.rstrip("/") + (f"?{query_text}" if query_text else ""), 308)
    return None


def _shared(response: Response) -> Response:
    """Let pages of other sites read every answer, redirects too, and tell those who ask what they may ask (OPTIONS)."""
    if request.method == "OPTIONS" and response.status_code == 200:
        response = Response(status=204)
        methods = request.url_rule.methods if request.url_rule else None
        response.headers.extend(sharing.preflight(", ".join(sorted(methods or {"GET", "HEAD", "OPTIONS"}))))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.setdefault("Access-Control-Expose-Headers", sharing.EXPOSED)
    return response


def _problem(error: Exception) -> ResponseReturnValue:
    problem = _told(error)
    if problem.status >= 500 and not isinstance(error, LibriError):
        problem.extra["id"] = uuid.uuid4().hex
        log.error("unexpected error %s", problem.extra["id"], exc_info=error)
    response = _readable(problem) if _wants_page() else jsonify(problem.body())
    response.status_code = problem.status
    if response.mimetype != negotiation.HTML:
        response.content_type = problems.MEDIA_TYPE
    response.headers["Vary"] = vary(response, by_accept=True)
    for name, value in problem.headers:
        response.headers[name] = value
    return response


def _told(error: Exception) -> Problem:
    if isinstance(error, NotFound):
        return problems.problem_of(ResourceNotFound("there is no page at this address"))
    if isinstance(error, HTTPException) and error.code:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        headers = (("Allow", allowed),) if allowed else ()
        return Problem(error.code, error.name.lower().replace(" ", "-"), error.name, "", headers=headers)
    return problems.problem_of(error)


def _readable(problem: Problem) -> Response:
    template = TEMPLATES.get(problem.slug, "problem.html")
    path = request.path
    return make_response(
        render_template(
            template,
            problem=problem,
            path=path,
            words=words_of(path),
            near=lists_near(path),
            wait=dict(problem.headers).get("Retry-After"),
        )
    )


def _wants_page() -> bool:
    best = request.accept_mimetypes.best_match([problems.MEDIA_TYPE, "application/json", negotiation.HTML])
    return best == negotiation.HTML and "text/html" in request.headers.get("Accept", "")
