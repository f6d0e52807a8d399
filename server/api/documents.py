"""What describes the API: its page, OpenAPI, JSON Schema, TypeScript types and frames, all from the shapes."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from libri_graph.errors import ResourceNotFound
from libri_graph.languages import DEFAULT
from libri_graph.publish import frames, json_schema, typescript
from libri_graph.publish.levels import VERSION, Kind, Level
from libri_graph.publish.portal import written
from server.api import answers, openapi
from server.api.answers import JSON
from server.profiles import JSON_LD
from server.responses import page, urls

pages = Blueprint("api_documents", __name__)

TYPES: Final = f"/api/types/{VERSION}.d.ts"
OPENAPI: Final = "/api/openapi.json"


@pages.get("/api")
def readable() -> ResponseReturnValue:
    """Show the API to a person, who can try each call; programs get its description."""
    wanted = answers.form(None, {}, ("text/html", JSON, "application/vnd.oai.openapi+json"))
    if wanted != "text/html":
        return answers.send(written(_described()), JSON, "/api", choosing=("Accept",))
    found = openapi.document(answers.model(), urls().public_url)
    calls = [(path, entry["get"]) for path, entry in found["paths"].items() if "{" not in path]
    records = [path for path in found["paths"] if "{" in path]
    return page("api.html", "/api", calls=calls, records=records, types=TYPES, levels=list(Level))


@pages.get(OPENAPI)
def described() -> ResponseReturnValue:
    """Describe the API to programs."""
    return answers.send_json(_described(), JSON, OPENAPI)


@pages.get(TYPES)
def types() -> ResponseReturnValue:
    """Give the types of everything for TypeScript."""
    return answers.send_lasting(typescript.declarations(answers.model()), "text/plain")


@pages.get(f"/api/schema/<slug>/<any({', '.join(Level)}):level>/{VERSION}.json")
def schema(slug: str, level: str) -> ResponseReturnValue:
    """Give the JSON Schema of a kind of record at a level."""
    found = json_schema.document(answers.model(), _kind(slug).plural, Level(level), urls().absolute(request.path))
    return answers.send_lasting(json.dumps(found, ensure_ascii=False, indent=1), "application/schema+json")


@pages.get(f"/frame/<slug>/{VERSION}.jsonld")
def frame(slug: str) -> ResponseReturnValue:
    """Give the frame that makes our JSON out of any RDF about a record of a kind."""
    found = frames.frame(answers.model(), _kind(slug))
    return answers.send_lasting(json.dumps(found, ensure_ascii=False, indent=1), JSON_LD)


def _described() -> openapi.Object:
    """Return the description for programs, in English whoever asks."""
    with force_locale(DEFAULT):
        return openapi.document(answers.model(), urls().public_url)


def _kind(slug: str) -> Kind:
    kinds = answers.model().kinds.values()
    found = next((kind for kind in kinds if kind.slug == slug), None)
    if found is None:
        raise ResourceNotFound(f"there are {', '.join(kind.slug for kind in kinds)}, not {slug}")
    return found
