"""What is here and how to take it home: VoID, the JSON-LD context, dumps."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode

from libri_graph.errors import ResourceNotFound
from libri_graph.publish import dumps, rdf, void
from server import negotiation
from server.responses import CONTEXT_PATH, context, current, finish, page, store, urls

pages = Blueprint("data", __name__)


@pages.get("/.well-known/void")
def well_known_void() -> ResponseReturnValue:
    """Send to the description of the data set."""
    return redirect("/void", 303)


@pages.get("/void")
@pages.get("/void.<suffix>")
def void_description(suffix: str | None = None) -> ResponseReturnValue:
    """Describe the data set in VoID; Turtle unless another form of RDF is asked for."""
    if suffix is not None and suffix not in rdf.MEDIA_TYPES:
        raise ResourceNotFound(f"there is no form .{suffix}")
    accept = request.headers.get("Accept")
    offered = tuple(rdf.MEDIA_TYPES.values())
    media_type = rdf.MEDIA_TYPES[suffix] if suffix else negotiation.media_type(_or_any(accept), offered)
    names = [dump.name for dump in dumps.read_index(_dump_folder())]
    triples = void.describe(store(), void.Addresses(urls().base_iri, urls().public_url, names))
    body = rdf.serialize(triples, media_type, root=NamedNode(urls().base_iri + "dataset"), context=context())
    response = make_response(body)
    response.content_type = negotiation.content_type(media_type)
    return finish(response, path="/void")


@pages.get(CONTEXT_PATH)
def json_ld_context() -> ResponseReturnValue:
    """Return the JSON-LD context, made from the shapes."""
    response = Response(json.dumps(context().document(), ensure_ascii=False, indent=1))
    response.content_type = "application/ld+json"
    return finish(response, path=CONTEXT_PATH)


@pages.get("/dumps/")
def dump_list() -> ResponseReturnValue:
    """List the files to take home."""
    return page("dumps.html", "/dumps/", dumps=dumps.read_index(_dump_folder()))


@pages.get("/dumps/<name>")
def dump(name: str) -> ResponseReturnValue:
    """Return one file of the current generation, with its own address for ever."""
    folder = _dump_folder()
    if not (folder / name).is_file():
        raise ResourceNotFound(f"there is no dump {name}; /dumps/ lists those of the current generation")
    response = send_from_directory(folder.resolve(), name, mimetype=_media_type(name))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Libri-Generation"] = str(store().generation)
    return response


def _dump_folder() -> Path:
    generations = current().generations
    number = dumps.latest(generations)
    return generations.folder(store().generation if number is None else number) / dumps.FOLDER


def _media_type(name: str) -> str:
    return "application/gzip" if name.endswith(".gz") else "text/plain"


def _or_any(accept: str | None) -> str | None:
    return f"{accept}, */*;q=0.001" if accept else None
