"""JSON Schema of records and lists, made from the model that the shapes describe. Source: JSON Schema 2020-12."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from libri_graph.publish.levels import Kind, Level, Member, Model, Shape

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
ADDRESS: Final[Schema] = {"type": "string", "format": "iri"}
COMMON: Final[dict[str, Schema]] = {
    "LanguageMap": {
        "description": "Language tag -> text. With lang= there is one, and its tag says in which language it is.",
        "type": "object",
        "additionalProperties": TEXT,
    },
    "LanguageMaps": {
        "description": "Language tag -> texts.",
        "type": "object",
        "additionalProperties": {"type": "array", "items": TEXT},
    },
    "Literal": {
        "description": "A value with its datatype, such as a year or a day.",
        "type": "object",
        "properties": {"@value": TEXT, "@type": TEXT},
        "required": ["@value"],
    },
    "Part": {
        "description": "Something that belongs to the record, such as a geometry.",
        "type": "object",
        "properties": {"id": ADDRESS, "type": {"type": "array", "items": TEXT}},
        "required": ["id"],
    },
    "Thing": {
        "description": "Something that the record names, what it is called, and where it is if it is a place.",
        "type": "object",
        "properties": {"id": ADDRESS, "label": {"$ref": "#/$defs/LanguageMap"}, "lat": TEXT, "long": TEXT},
        "required": ["id", "label"],
    },
    "Related": {
        "description": "Something like the record, and what both share.",
        "type": "object",
        "properties": {
            "id": ADDRESS,
            "type": {"type": "array", "items": TEXT},
            "label": {"$ref": "#/$defs/LanguageMap"},
            "page": ADDRESS,
            "shared": {"type": "array", "items": {"$ref": "#/$defs/Thing"}},
            "distance": {"type": "number", "description": "Kilometres."},
        },
        "required": ["id", "type", "label", "page", "shared"],
    },
    "FacetValue": {
        "type": "object",
        "properties": {
            "id": ADDRESS,
            "value": {"type": "string", "description": "What a filter of this name takes."},
            "label": {"$ref": "#/$defs/LanguageMap"},
            "count": {"type": "integer", "description": "Records with it or with something narrower."},
            "own": {"type": "integer", "description": "Records with just it."},
            "broader": {"type": "array", "items": ADDRESS},
            "chosen": {"type": "boolean"},
        },
        "required": ["value", "label", "count", "own", "broader", "chosen"],
    },
    "Facet": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "Of the filter."},
            "values": {"type": "array", "items": {"$ref": "#/$defs/FacetValue"}},
        },
        "required": ["name", "values"],
    },
}
"""What the schemas of all kinds share."""
SHAPES: Final[Mapping[Shape, Schema]] = {
    Shape.text: {"$ref": "#/$defs/LanguageMap"},
    Shape.texts: {"$ref": "#/$defs/LanguageMaps"},
    Shape.thing: {"$ref": "#/$defs/Thing"},
    Shape.address: ADDRESS,
    Shape.part: {"$ref": "#/$defs/Part"},
    Shape.literal: {"$ref": "#/$defs/Literal"},
    Shape.integer: {"type": "integer"},
    Shape.boolean: {"type": "boolean"},
    Shape.string: TEXT,
}
OF_EVERY: Final[dict[str, Schema]] = {
    "@context": ADDRESS,
    "id": ADDRESS,
    "type": {"type": "array", "items": TEXT, "minItems": 1},
}


def name_of(kind: Kind, level: Level) -> str:
    """Return the name of the type of a record at a level.

    >>> name_of(Kind("guides", "guide", "Guide", "", ()), Level.card)
    'GuideCard'
    """
    return f"{kind.name}{level.value.capitalize()}"


def record(kind: Kind, level: Level) -> Schema:
    """Return the schema of a record at a level, whose references lead to `COMMON` below ``#/$defs/``."""
    properties = {**OF_EVERY, **{member.field.key: _member(member, level) for member in kind.of(level)}}
    required = ["id", "type", *(member.field.key for member in kind.of(level) if member.required)]
    if level is Level.card:
        properties["summary"] = SHAPES[Shape.text]
    if level is not Level.full:
        properties |= {"page": ADDRESS, "label": SHAPES[Shape.text]}
        required = list(dict.fromkeys([*required, "label", "page"]))
    if level is Level.page:
        properties["similar"] = {"type": "array", "items": {"$ref": "#/$defs/Related"}}
        required.append("similar")
    return {"type": "object", "properties": properties, "required": required}


def listing(item: Schema) -> Schema:
    """Return the schema of a list of what `item` describes."""
    return {
        "type": "object",
        "properties": {
            "@context": ADDRESS,
            "items": {"type": "array", "items": item},
            "total": {"type": "integer", "minimum": 0},
            "next": {**ADDRESS, "description": "Address of the next part; absent on the last."},
            "facets": {"type": "array", "items": {"$ref": "#/$defs/Facet"}},
            "gone": {"type": "array", "items": ADDRESS, "description": "With changed-since=: what is not here now."},
        },
        "required": ["@context", "items", "total", "facets"],
    }


def document(model: Model, plural: str, level: Level, address: str) -> Schema:
    """Return the schema document of one kind at one level, to be found at `address`."""
    kind = model.kinds[plural]
    found: Schema = {"$schema": DIALECT, "$id": address, "title": name_of(kind, level)}
    return found | record(kind, level) | {"$defs": COMMON}


def _member(member: Member, level: Level) -> Schema:
    shape = ADDRESS if level is Level.full and member.shape is Shape.thing else SHAPES[member.shape]
    return {"type": "array", "items": shape} if member.many else shape
