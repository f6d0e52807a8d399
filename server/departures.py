"""Things that are not where they were: gone ones leave a tombstone (410), merged ones send on (308).

So no address of ours goes from an answer to "never heard of it".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Response, jsonify, make_response, redirect, render_template, request
from pyoxigraph import NamedNode, Triple
from werkzeug.wrappers import Response as AnyResponse

from libri_graph.catalogue import histories
from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import name_of
from libri_graph.errors import RepresentationUnavailable, ResourceGone
from libri_graph.journal import departures
from libri_graph.journal.departures import Gone
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.model.reading import Thing
from libri_graph.namespaces import term
from libri_graph.publish import provenance, rdf
from libri_graph.publish.rdf import MEDIA_TYPES
from server import negotiation, problems
from server.i18n import reader_languages
from server.responses import asked_generation, context, current, finish, store, urls
from server.signposts import Link

RDF_TYPE: Final = term("rdf:type")
FORMS: Final = (problems.MEDIA_TYPE, "application/json", negotiation.HTML, *MEDIA_TYPES.values())
"""Forms of a tombstone; the first where the client does not care."""


def departed(iri: str, triples: Sequence[Triple], suffix: str | None = None) -> AnyResponse | None:
    """Return the answer for a thing that is merged or gone; `None` for one that is here, or never was.

    `triples` is what the view says of it. A thing is merged when the view says only by what it is replaced, and no
    class of it any more: one that is replaced and still described, such as an outdated concept, keeps its page.
    """
    successors = histories.successors(triples, iri)
    merged = bool(successors) and not _has_class(triples, iri)
    if merged and len(successors) == 1 and not _leads_back(iri, successors[0]):
        return _send_on(successors[0], suffix)
    if triples and not merged:
        return None
    data_dir = current().generations.data_dir
    with Journal.reading(data_dir) as journal:
        found = departures.gone(journal, Payloads(data_dir), iri, asked_generation()) if journal else None
    return _tombstone(found, successors, suffix) if found else None


def _has_class(triples: Sequence[Triple], iri: str) -> bool:
    return any(triple.predicate == RDF_TYPE and triple.subject == NamedNode(iri) for triple in triples)


def _leads_back(iri: str, successor: str) -> bool:
    """Return whether following what replaced what comes back to where it began."""
    seen = {iri}
    while successor not in seen:
        seen.add(successor)
        following = histories.replaced_by(store(), successor)
        if len(following) != 1:
            return False
        successor = following[0]
    return True


def _send_on(iri: str, suffix: str | None) -> AnyResponse:
    """Return the redirect to what a thing was merged into, in the form and with the arguments that were asked for."""
    path = urls().path_of(iri)
    if request.path.startswith("/id/") and path.startswith("/doc/"):
        path = f"/id/{path.removeprefix('/doc/')}"
    arguments = request.args.to_dict()
    if suffix and "?" in path:
        arguments["format"] = suffix
    elif suffix:
        path = f"{path}.{suffix}"
    response = redirect(urls().with_arguments(path, arguments), 308)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Libri-Generation"] = str(store().generation)
    return response


def _tombstone(gone: Gone, successors: Sequence[str], suffix: str | None) -> Response:
    media_type = _media_type(suffix)
    place = urls().history_path(gone.iri)
    if media_type == negotiation.HTML:
        response = make_response(_page(gone, successors, place))
    elif media_type in MEDIA_TYPES.values():
        triples = provenance.tombstone(gone, urls().absolute(place), successors, provenance.Places(urls().public_url))
        response = make_response(rdf.serialize(triples, media_type, root=NamedNode(gone.iri), context=context()))
        response.content_type = negotiation.content_type(media_type)
    else:
        response = jsonify(_problem(gone, successors, place))
        response.content_type = problems.MEDIA_TYPE
    response.status_code = 410
    return finish(response, path=place, links=[Link(place, "version-history")], by_accept=suffix is None)


def _media_type(suffix: str | None) -> str:
    if suffix in negotiation.SUFFIXES:
        return negotiation.SUFFIXES[suffix]
    try:
        return negotiation.media_type(request.headers.get("Accept"), FORMS)
    except RepresentationUnavailable:
        return problems.MEDIA_TYPE


def _page(gone: Gone, successors: Sequence[str], place: str) -> str:
    languages = reader_languages()
    labels = labels_of(store(), [NamedNode(iri) for iri in successors])
    things = [Thing(iri, name_of(iri, labels.get(iri, ()), languages)) for iri in successors]
    name = histories.names_of_gone(gone, languages)
    return render_template("gone.html", gone=gone, name=name, successors=things, history=place, path=place)


def _problem(gone: Gone, successors: Sequence[str], place: str) -> dict[str, object]:
    said = ResourceGone(f"{gone.iri} was described here until {gone.time}; its history is at {urls().absolute(place)}")
    problem = problems.problem_of(said)
    problem.extra.update(iri=gone.iri, gone=gone.time, change=gone.change, history=urls().absolute(place))
    if successors:
        problem.extra["successors"] = list(successors)
    return problem.body()
