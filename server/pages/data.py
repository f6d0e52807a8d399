"""What is here and how to take it home: VoID, the JSON-LD context, dumps."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, make_response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from libri_graph.catalogue import questions
from libri_graph.errors import RequestInvalid, ResourceNotFound
from libri_graph.knowledge import knowledge_dir
from libri_graph.publish import counts, dumps, rdf, sheets, void
from libri_graph.publish.counts import Counts
from libri_graph.publish.describe import describe
from libri_graph.publish.packing import Dump
from server import negotiation, signposts
from server.responses import (
    CONTEXT_PATH,
    asked_generation,
    context,
    current,
    finish,
    forms_of,
    last_change,
    page,
    read_generation,
    store,
    urls,
)
from server.signposts import Link

pages = Blueprint("data", __name__)
NUMBER: Final = re.compile(r"-g([0-9]{1,15})(?:-[a-z-]+)?(?:\.[a-z]+){1,2}$")
"""The generation in the name of a dump."""
LINKSETS: Final = (signposts.LINKSET, signposts.LINKSET_TEXT, "application/json")


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
    triples = _described(described_folder())
    body = rdf.serialize(triples, media_type, root=NamedNode(urls().base_iri + "dataset"), context=context())
    response = make_response(body)
    response.content_type = negotiation.content_type(media_type)
    return finish(response, path="/void", by_accept=suffix is None)


def _described(folder: Path) -> Sequence[Triple]:
    libri, number = current_app.extensions["libri"], store().generation
    names = tuple(dump.name for dump in dumps.read_index(folder) if dump.graph != "tables")
    endpoint = urls().absolute("/sparql") if libri.live else ""
    addresses = void.Addresses(urls().base_iri, urls().public_url, names, endpoint)

    def make() -> Sequence[Triple]:
        asked = questions.all_of(store(), ("en",), knowledge_dir() / "ontology" / "questions")
        examples = [void.Example(each.iri, each.title.text, each.title.language, each.text) for each in asked]
        return void.describe(counted_in(folder).void, addresses, examples)

    found: Sequence[Triple] = libri.descriptions.get(("void", number, names, last_change(None)), make)
    return found


def described_folder() -> Path:
    """Return the folder of the dumps that this request means, and let it read the generation that they are of.

    So sizes and files are of one state, and nothing is counted while a visitor waits. Raises `DumpsBeingMade`.
    """
    folder = dump_folder()
    if folder.parent.is_dir() and not folder.is_dir():
        folder = current().dump_maker.demand(int(folder.parent.name))
    if folder.is_dir():
        read_generation(int(folder.parent.name))
    return folder


def counted_in(folder: Path) -> Counts:
    """Return what was counted when the dumps in `folder` were made; it is counted now where nobody made any."""
    base = urls().base_iri
    return counts.read(folder, base) or counts.count(store(), base)


@pages.get("/linkset")
def linkset() -> ResponseReturnValue:
    """Give the typed links of the record that ``?iri=`` names, and of each of its forms, as one link set."""
    iri = request.args.get("iri", "")
    try:
        triples = describe(store(), NamedNode(iri))
    except ValueError as fault:
        raise RequestInvalid("say of what with ?iri=, an address (IRI)") from fault
    if not triples:
        raise ResourceNotFound(f"nothing is known of {iri}")
    path, forms = urls().path_of(iri), forms_of(urls().path_of(iri))
    links = [link for link in signposts.of_record(store(), urls(), iri, triples, forms) if link.relation != "linkset"]
    found = signposts.linkset(urls(), [(path, links), *signposts.of_forms(iri, path, forms)])
    media_type = negotiation.media_type(request.headers.get("Accept"), LINKSETS)
    is_text = media_type == signposts.LINKSET_TEXT
    response = Response(signposts.linkset_text(found) if is_text else json.dumps(found, indent=1))
    response.content_type = signposts.LINKSET if media_type == "application/json" else media_type
    return finish(response, path=path, by_accept=True, about=iri)


@pages.get(CONTEXT_PATH)
def json_ld_context() -> ResponseReturnValue:
    """Return the JSON-LD context, made from the shapes."""
    response = Response(json.dumps(context().document(), ensure_ascii=False, indent=1))
    response.content_type = "application/ld+json"
    return finish(response, path=CONTEXT_PATH)


@pages.get("/dumps/")
def dump_list() -> ResponseReturnValue:
    """List the files to take home: the last that were made, or those of the generation that is asked for."""
    folder = dump_folder()
    found = dumps.read_index(folder)
    items = [Link(f"/dumps/{dump.name}", "item", _media_type(dump.name)) for dump in found]
    return _of_generation(page("dumps.html", "/dumps/", links=items, dumps=_by_content(found)), folder)


@pages.get("/dumps/<name>")
def dump(name: str) -> ResponseReturnValue:
    """Return one file. The generation in its name, or else the one that is asked for, is the one that it is of."""
    named = NUMBER.search(name)
    folder = current().dump_maker.demand(int(named[1])) if named else dump_folder()
    if not (folder / name).is_file():
        raise ResourceNotFound(f"there is no dump {name}; /dumps/ lists what there is")
    tag = next((dump.sha256 for dump in dumps.read_index(folder) if dump.name == name), True)
    response = send_from_directory(folder.resolve(), name, mimetype=_media_type(name), etag=tag)
    if name.endswith(".csv"):
        stem = name.partition(f"-g{folder.parent.name}")[0] + f"-g{folder.parent.name}"
        response.headers.add("Link", Link(f"{stem}-{sheets.DESCRIBED}", "describedby", sheets.METADATA).header())
    response.headers.add("Link", Link("/dumps/", "collection").header())
    return _of_generation(response, folder)


def _by_content(found: Sequence[Dump]) -> dict[str, list[Dump]]:
    """Return the files of each body of data, in their order."""
    bodies: dict[str, list[Dump]] = {}
    for dump in found:
        bodies.setdefault(dump.graph, []).append(dump)
    return bodies


def dump_folder() -> Path:
    """Return the folder of the dumps that this request means: the last, or those of the generation it asks for."""
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
    kinds = {".gz": "application/gzip", ".csv": sheets.CSV, ".json": sheets.METADATA}
    return kinds.get(Path(name).suffix, "text/plain")


def _or_any(accept: str | None) -> str | None:
    return f"{accept}, */*;q=0.001" if accept else None
