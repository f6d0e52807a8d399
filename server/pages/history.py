"""What changed: the history of one thing, and the change sets over everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from babel.dates import format_date, format_time, get_datetime_format
from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from libri_graph.catalogue import histories
from libri_graph.changes.reviews import difference
from libri_graph.changes.wholes import with_wholes
from libri_graph.errors import RequestInvalid, ResourceNotFound
from libri_graph.journal import history, reviews
from libri_graph.journal.history import ChangeSet, Steps
from libri_graph.journal.journal import Journal
from libri_graph.publish import provenance, rdf
from libri_graph.publish.rdf import MEDIA_TYPES
from server import negotiation
from server.i18n import reader_languages, writing_locale
from server.responses import context, current, finish, form_address, media_type_of, store, urls
from server.signposts import Link

pages = Blueprint("history", __name__)
LARGEST: Final = 10**15
"""No sequence of a journal is longer."""


@pages.get("/doc/<kind>/<slug>/history")
@pages.get("/doc/<kind>/<slug>/history.<suffix>")
def history_of_a_thing(kind: str, slug: str, suffix: str | None = None) -> ResponseReturnValue:
    """Tell the history of a thing of ours."""
    return _history(urls().iri_of(f"/doc/{kind}/{slug}"), suffix)


@pages.get("/history")
def history_of_anything() -> ResponseReturnValue:
    """Tell the history of whatever ``?iri=`` names."""
    iri = request.args.get("iri", "")
    if not iri.startswith(("http://", "https://")):
        raise RequestInvalid("say of what with ?iri=, an address that begins with http:// or https://")
    return _history(iri, request.args.get("format"))


@pages.get("/changes")
@pages.get("/changes.<suffix>")
def changes(suffix: str | None = None) -> ResponseReturnValue:
    """List the change sets over everything, the latest first."""
    before = _number("before")
    with Journal.reading(current().generations.data_dir) as journal:
        found = history.latest(journal, before) if journal else []
    if before and not found:
        raise ResourceNotFound("there are no changes before that one")

    def html() -> str:
        told = histories.of_changes(store(), found, reader_languages())
        return render_template("changes.html", path="/changes", changes=told, older=_older(found))

    return _answer(urls().absolute("/changes"), html, _provenance(found), "/changes", suffix, _older(found))


@pages.get(f"/change/<int(max={LARGEST}):number>")
@pages.get(f"/change/<int(max={LARGEST}):number>.<suffix>")
def change(number: int, suffix: str | None = None) -> ResponseReturnValue:
    """Show one change set with everything that it touched, page by page."""
    after = _number("after") or 0
    with Journal.reading(current().generations.data_dir) as journal:
        found = history.change_set(journal, number, after) if journal else None
    if found is None or not found.touched:
        raise ResourceNotFound(f"there is no change {number}")
    path = f"/change/{number}"

    def html() -> str:
        (told,) = histories.of_changes(store(), [found], reader_languages(), page=history.ENTITIES)
        return render_template("change.html", path=path, change=told)

    return _answer(urls().absolute(path), html, _provenance([found]), path, suffix)


def _history(iri: str, suffix: str | None) -> ResponseReturnValue:
    node, before = _node(iri), _number("before")
    with Journal.reading(current().generations.data_dir) as journal:
        steps = history.of_entity(journal, iri, before) if journal else Steps(())
        if journal is not None:
            steps = with_wholes(journal, current().generations.data_dir, store().raw, iri, steps, before)
        versions = reviews.waiting_for(journal, iri) if journal and not before else []
    described = next(store().quads(node), None) is not None
    if not steps.found and (before or not described):
        raise ResourceNotFound(f"nothing is known of {iri}")
    path = urls().history_path(iri)
    kept = history.shown_by(steps, current().generations.numbers(), before)

    def html() -> str:
        waiting = [found.step for version in versions if (found := difference(store().raw, version))]
        told = histories.of_thing(store(), iri, steps, reader_languages(), kept, waiting)
        return render_template("history.html", path=path, history=told, described=described)

    def triples() -> list[Triple]:
        states = {change: urls().with_arguments(urls().url_of(iri), _at(number)) for change, number in kept.items()}
        return provenance.of_thing(iri, urls().absolute(path), steps, _places(), states)

    return _answer(urls().absolute(path), html, triples, path, suffix, steps.older)


def _answer(
    document: str,
    html: Callable[[], str],
    triples: Callable[[], list[Triple]],
    path: str,
    suffix: str | None,
    older: int | None = None,
) -> ResponseReturnValue:
    """Return a page of history in the form that the client asked for; `older` is where the next one begins."""
    media_type = media_type_of(suffix)
    if media_type == negotiation.HTML:
        response = make_response(html())
    else:
        response = make_response(rdf.serialize(triples(), media_type, root=NamedNode(document), context=context()))
        response.content_type = negotiation.content_type(media_type)
    links = [Link(form_address(path, name), "alternate", media) for name, media in MEDIA_TYPES.items()]
    if older:
        place = path if suffix is None or "?" in path else form_address(path, suffix)
        links.append(Link(urls().with_arguments(place, {**_kept_arguments(), "before": str(older)}), "next"))
    # What waits in review is decided without a change of the data, and journal and index need not be in step.
    return finish(response, path=path, links=links, by_accept=suffix is None, dated=False)


def _kept_arguments() -> dict[str, str]:
    return {name: value for name in ("format", "lang") if (value := request.args.get(name))}


def _provenance(found: Sequence[ChangeSet]) -> Callable[[], list[Triple]]:
    return lambda: provenance.of_changes(found, _places())


def _places() -> provenance.Places:
    return provenance.Places(urls().public_url)


def _older(found: Sequence[ChangeSet]) -> int | None:
    """Return before which change set to read on; `None` where the first of all is among `found`."""
    return found[-1].number if found and found[-1].first > 1 else None


def _at(number: int) -> dict[str, str]:
    return {"generation": str(number)}


def _number(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) <= LARGEST:
        raise RequestInvalid(f"{name} is a whole number, not {text!r}")
    return int(text)


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as fault:
        raise RequestInvalid(f"{iri!r} is no address (IRI)") from fault


@pages.app_template_filter("written_moment")
def written_moment(time: str) -> str:
    """Return a moment as people in the reader's language write it, to the minute, in UTC."""
    locale, moment = writing_locale(), datetime.fromisoformat(time)
    together = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    day, minute = format_date(moment, "long", locale=locale), format_time(moment, "short", locale=locale)
    return f"{together.replace('{0}', minute).replace('{1}', day)} UTC"
