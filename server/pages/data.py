"""What is here and how to take it home: VoID, the JSON-LD context, dumps."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, make_response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode

from libri_graph.errors import ResourceNotFound
from libri_graph.publish import dumps, rdf, void
from server import negotiation
from server.responses import CONTEXT_PATH, asked_generation, context, current, finish, page, store, urls

pages = Blueprint("data", __name__)
NUMBER: Final = re.compile(r"-g([0-9]{1,15})(?:-view)?\.n[qt]\.gz$")
"""The generation in the name of a dump."""


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
    """List the files to take home: the last that were made, or those of the generation that is asked for."""
    folder = _dump_folder()
    return _of_generation(page("dumps.html", "/dumps/", dumps=dumps.read_index(folder)), folder)


@pages.get("/dumps/<name>")
def dump(name: str) -> ResponseReturnValue:
    """Return one file. The generation in its name, or else the one that is asked for, is the one that it is of."""
    named = NUMBER.search(name)
    folder = current().dump_maker.demand(int(named[1])) if named else _dump_folder()
    if not (folder / name).is_file():
        raise ResourceNotFound(f"there is no dump {name}; /dumps/ lists what there is")
    tag = next((dump.sha256 for dump in dumps.read_index(folder) if dump.name == name), True)
    response = send_from_directory(folder.resolve(), name, mimetype=_media_type(name), etag=tag)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _of_generation(response, folder)


def _dump_folder() -> Path:
    asked = asked_generation()
    if asked is not None:
        return current().dump_maker.demand(asked)
    number = dumps.latest(current().generations)
    return current().generations.folder(store().generation if number is None else number) / dumps.FOLDER


def _of_generation(response: Response, folder: Path) -> Response:
    """Say of which generation the files in `folder` are."""
    response.headers["Libri-Generation"] = folder.parent.name
    return response


def _media_type(name: str) -> str:
    return "application/gzip" if name.endswith(".gz") else "text/plain"


def _or_any(accept: str | None) -> str | None:
    return f"{accept}, */*;q=0.001" if accept else None
