"""What only the static edition shows: a page about itself, and questions to take home where the site would answer."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Final

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libri_graph.catalogue import questions
from libri_graph.catalogue.questions import Question
from libri_graph.knowledge import knowledge_dir
from libri_graph.publish import dumps
from libri_graph.publish.dumps import Dump
from libri_graph.publish.void import WHOLE
from server.i18n import reader_language, reader_languages
from server.pages import crawlers
from server.responses import current, page, store

pages = Blueprint("edition", __name__)
QUERY: Final = "query.query_page"
SECURITY: Final = "crawlers.security"


def set_up(app: Flask) -> None:
    """Make `app` the site that is frozen."""
    app.register_blueprint(pages)
    app.view_functions[QUERY] = questions_to_take_home
    app.view_functions[SECURITY] = security


@pages.get("/edition")
def about() -> ResponseReturnValue:
    """Tell what this edition is, and what it cannot do."""
    return page("edition.html", "/edition", number=store().generation, day=created()[:10], whole=_whole())


def questions_to_take_home() -> ResponseReturnValue:
    """Show the questions with their queries, and how to ask them at home."""
    groups: dict[str, list[tuple[Question, str]]] = {}
    found = questions.all_of(store(), reader_languages(), knowledge_dir() / "ontology" / "questions")
    mark = gettext("values to change")
    for one in found:
        text = one.asked_in(reader_language()).replace("# bind", f"# {mark}", 1)
        groups.setdefault(one.group.text, []).append((one, text))
    return page("edition_questions.html", "/sparql", groups=groups, whole=_whole())


def security() -> ResponseReturnValue:
    """Tell whom to write to about a hole."""
    return crawlers.security_until(expiry(datetime.fromisoformat(created()), datetime.now(UTC)))


def expiry(published: datetime, now: datetime) -> datetime:
    """Return until when `security.txt` of an edition holds: whole half-years from the day of its generation.

    So it is the same each day but once in half a year, and holds for a quarter of a year more at least, nine months
    at most; one that has run out is worth nothing. Source: RFC 9116, 2.5.5: less than a year.

    >>> expiry(datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)).date().isoformat()
    '2026-06-30'
    >>> expiry(datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)).date().isoformat()
    '2026-12-27'
    """
    day = published.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + crawlers.VALID * max(1, ceil((now + crawlers.VALID / 2 - day) / crawlers.VALID))


def created() -> str:
    """Return when the generation that is frozen was published."""
    return current().generations.read_note(store().generation).created


def _whole() -> Dump:
    folder = current().generations.folder(store().generation) / dumps.FOLDER
    return next(one for one in dumps.read_index(folder) if one.name.startswith(WHOLE) and one.graph == "all")


def words(app: Flask, language: str) -> dict[str, str]:
    """Return what the script of the edition says, in one language."""
    with app.test_request_context("/", query_string={"lang": language}):
        return {
            "all": gettext("all"),
            "showAll": gettext("Show all"),
            "before": gettext("Before"),
            "next": gettext("Next"),
            "page": gettext("Page %(page)s of %(pages)s", page="%p", pages="%q"),
            "remove": gettext("remove"),
            "nothingFits": gettext("Nothing fits all of this at once."),
            "since": gettext("Since"),
            "nothingFound": gettext("Nothing was found for this."),
            "tryOther": gettext("Try fewer words, or others for the same thing, in any language that you like."),
            "near": gettext("within %(km)s km of %(place)s", km="%k", place="%p"),
        }


def still(app: Flask, language: str) -> str:
    """Return what a reader without scripts is told."""
    with app.test_request_context("/", query_string={"lang": language}):
        return str(
            gettext("Without a script in the browser, search and filters stand still; the lists hold everything.")
        )
