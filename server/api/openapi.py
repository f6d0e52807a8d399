"""The description of the API in OpenAPI 3.1, made from the same filters and shapes that answer.

What a person reads of it on the page of the API, calls and parameters, is in the language of the request under way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import gettext

from libri_graph.index.filters import FROM, NEAR, TO, WITHIN, parameters_of
from libri_graph.index.lists import MOST, ORDERS
from libri_graph.index.text.index import MOST_HITS
from libri_graph.languages import TAGS
from libri_graph.publish import json_schema
from libri_graph.publish.json_schema import COMMON, name_of
from libri_graph.publish.levels import Kind, Level, Model
from server.api import lists
from server.api.answers import JSON, LICENCE
from server.pages import search
from server.problems import MEDIA_TYPE as PROBLEM
from server.profiles import JSON_LD, PROFILES

Object = dict[str, Any]

WHAT: Final = """Records of libraries that welcome newcomers, as JSON-LD that is pleasant to use as plain JSON.
A field is always an array or never. Texts are language maps. Answers have an ETag: ask again with If-None-Match."""
YEAR: Final = {"type": "string", "pattern": "^(\\d{4})?$"}
TITLES: Final[Mapping[str, str]] = {"contradictions": "Where sources disagree"}
"""What lists are called that are not called like their address."""
EXAMPLES: Final[Mapping[str, str]] = {
    "country": "LVA",
    "service": "language-cafe",
    FROM: "2015",
    TO: "2024",
    NEAR: "56.95,24.11",
    WITHIN: "100",
    "limit": "5",
    "q": "language café",
}
"""What the page offers to try."""
TEXT: Final[Object] = {"type": "string"}


def document(model: Model, server: str) -> Object:
    """Return the description of the API that stands at `server`."""
    paths: Object = {}
    for kind in model.kinds.values():
        paths[f"/api/{kind.plural}"] = {"get": _list(kind)}
        paths[f"/api/{kind.plural}/{{slug}}"] = {"get": _record(kind)}
    paths["/api/search"] = {"get": _search()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "LIBRI Graph",
            "version": "1",
            "description": WHAT,
            "license": {"name": "CC BY 4.0 (data)", "url": LICENCE},
        },
        "servers": [{"url": server.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": _schemas(model)},
    }


def _schemas(model: Model) -> Object:
    found: Object = dict(COMMON)
    for kind in model.kinds.values():
        for level in Level:
            found[name_of(kind, level)] = json_schema.record(kind, level)
    found["Problem"] = {
        "description": "What went wrong. Source: RFC 9457.",
        "type": "object",
        "properties": {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT},
        "required": ["type", "title", "status"],
    }
    moved: Object = json.loads(json.dumps(found).replace("#/$defs/", "#/components/schemas/"))
    return moved


def _list(kind: Kind) -> Object:
    item = _of_levels(kind)
    listed = json.loads(json.dumps(json_schema.listing(item)).replace("#/$defs/", "#/components/schemas/"))
    either: Object = {"anyOf": [listed, {"type": "object", "required": ["@type", "itemListElement"]}]}
    content = {media: {"schema": either} for media in (JSON_LD, JSON)}  # ours, or the profile of schema.org
    content |= {lists.GEO_JSON: {"schema": {"type": "object"}}, lists.CSV: {"schema": TEXT}}
    return {
        "operationId": f"list_{kind.plural}",
        "summary": gettext("%(kinds)s: cards with facets", kinds=_title(kind)),
        "parameters": [*_filters(kind), *_of_lists()],
        "responses": {**_good(content), **_problems("400", "406", "503")},
    }


def _record(kind: Kind) -> Object:
    content = {media: {"schema": _of_levels(kind)} for media in (JSON_LD, JSON)}
    slug = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {
        "operationId": f"get_{kind.slug}",
        "summary": f"One of the {kind.plural}",
        "parameters": [slug, _view(Level.page), _lang(), _profile()],
        "responses": {
            **_good(content),
            "308": {"description": "It was merged into another."},
            **_problems("400", "404", "406", "410", "503"),
        },
    }


def _search() -> Object:
    answer = {"type": "object", "required": ["items", "total"], "properties": {"items": {"type": "array"}}}
    numbers = {"type": "integer", "minimum": 0, "maximum": MOST_HITS}
    return {
        "operationId": "search",
        "summary": gettext("What words of any language find, the best first, and why"),
        "parameters": [
            _argument("q", gettext("Words."), TEXT),
            _argument("limit", gettext("At most so many."), numbers),
            _argument("kind", gettext("Only of this kind."), {"type": "string", "enum": list(search.KINDS)}),
            _lang(),
        ],
        "responses": {**_good({JSON_LD: {"schema": answer}}), **_problems("400", "406", "503")},
    }


def _of_levels(kind: Kind) -> Object:
    """Return the schema of a record at any level, and of its schema.org profile."""
    named = [{"$ref": f"#/components/schemas/{name_of(kind, level)}"} for level in Level]
    return {"anyOf": [*named, {"type": "object", "required": ["@type"]}]}


def _filters(kind: Kind) -> Iterator[Object]:
    known = _filters_of_all()
    for name in parameters_of(kind.plural):
        if name in known:
            yield _argument(name, *known[name])
        else:
            schema = {"type": "array", "items": TEXT, "maxItems": 20}
            what = gettext("Values of the facet `%(name)s`; several widen the list.", name=name)
            yield _argument(name, what, schema)


def _filters_of_all() -> Mapping[str, tuple[str, Object]]:
    """Return the filters that are no facet: what each takes, and its schema."""
    place = gettext("A place such as `riga-lv`, or latitude and longitude such as `56.95,24.11`.")
    return {
        FROM: (gettext("Not before this year."), YEAR),
        TO: (gettext("Not after this year; not before `from`."), YEAR),
        NEAR: (place, {"type": "string"}),
        WITHIN: (gettext("Kilometres from `near`."), {"type": "integer", "minimum": 1, "maximum": 2000}),
    }


def _of_lists() -> list[Object]:
    return [
        _view(Level.card),
        _lang(),
        _argument("sort", gettext("The order; `near` where the list is near something."), {"enum": [*ORDERS, "near"]}),
        _argument("limit", gettext("So many at a time; with `view=page` or `full` at most 50."), _number(MOST)),
        _argument("cursor", gettext("Where to go on: follow `next` rather than make one."), TEXT),
        _argument(lists.SINCE, gettext("Only what changed since a `Libri-Generation`, a day or a time (UTC)."), TEXT),
        _profile(),
    ]


def _number(most: int) -> Object:
    return {"type": "integer", "minimum": 0, "maximum": most}


def _view(usual: Level) -> Object:
    schema = {"type": "string", "enum": list(Level), "default": usual.value}
    return _argument("view", gettext("How much is told."), schema)


def _lang() -> Object:
    what = gettext(
        "One text of each, in this language if there is one; its tag says which it is. Without it, all languages."
    )
    return _argument("lang", what, {"type": "string", "enum": list(TAGS)})


def _profile() -> Object:
    schema = {"type": "string", "enum": list(PROFILES)}
    return _argument("profile", gettext("Our words, or those of schema.org."), schema)


def _title(kind: Kind) -> str:
    return str(gettext(TITLES.get(kind.plural, kind.plural.capitalize())))


def _argument(name: str, what: str, schema: Object) -> Object:
    found: Object = {"name": name, "in": "query", "description": what, "schema": schema}
    return found | ({"example": EXAMPLES[name]} if name in EXAMPLES and "enum" not in schema else {})


def _good(content: Object) -> Object:
    headers = {
        "ETag": {"schema": TEXT, "description": "Of this very representation."},
        "Libri-Generation": {"schema": TEXT, "description": "The state of the data."},
    }
    return {
        "200": {"description": "Here it is.", "headers": headers, "content": content},
        "304": {"description": "You have it."},
    }


def _problems(*statuses: str) -> Object:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "A problem.", "content": content} for status in statuses}
