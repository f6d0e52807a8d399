"""What a record of each kind holds at each level of the API, read from the shapes once for all who describe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from libri_graph.index.facets import COUNTRY, FACETS, KINDS
from libri_graph.index.gather import FACTS, VALUES
from libri_graph.namespaces import PREFIXES, term
from libri_graph.publish.context import IRI, MIXED, TEXT, Context, Field, ShapesIndex

VERSION: Final = 1
"""Of context, frames, schemas and types: their addresses hold it, and it changes when a key changes its meaning."""
SLUGS: Final = {plural: iri.rpartition("#")[2].lower() for plural, iri in KINDS.items()}
"""Plural in addresses -> the kind in the IRIs of its things."""
PARTS: Final = frozenset({term("gsp:hasGeometry").value})
"""Paths whose value is a part of the thing, told with it at every level that has it."""
OF_COUNTRY: Final = term("libri:country").value
OF_CARDS: Final = frozenset(
    node.value
    for node in (
        *FACTS,
        *VALUES,
        *map(
            term,
            ("skos:prefLabel", "libri:gloss", "libri:evidencedBy", "libri:draftTranslationIn", "geo:lat", "geo:long"),
        ),
    )
)
"""Paths that the index keeps for cards."""


class Level(StrEnum):
    """How much of a record is told."""

    card = "card"
    """What one needs to choose it among others; from the index alone."""
    page = "page"
    """All that it says, with the names of what it names, and what is like it."""
    full = "full"
    """Just what the graph says: the same triples as its Turtle."""


class Shape(StrEnum):
    """What a value looks like in JSON."""

    text = "text"
    """A language map."""
    texts = "texts"
    """A language map of arrays."""
    thing = "thing"
    """Something that has a name: an object where names are told, else its IRI."""
    address = "address"
    """An address in the web."""
    part = "part"
    """An object that belongs to this one."""
    literal = "literal"
    """A value with its datatype beside it."""
    integer = "integer"
    boolean = "boolean"
    string = "string"


PLAIN: Final = {term("xsd:integer").value: Shape.integer, term("xsd:boolean").value: Shape.boolean}


@dataclass(frozen=True, slots=True)
class Member:
    """One field of one kind of record."""

    field: Field
    shape: Shape
    required: bool
    """Whether a mandatory rule demands it."""

    @property
    def many(self) -> bool:
        """Whether it is an array."""
        return self.field.many and self.shape is not Shape.texts


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record."""

    plural: str
    slug: str
    name: str
    """Of its class in JSON."""
    iri: str
    members: tuple[Member, ...]
    """By key."""
    worked_out: tuple[Member, ...] = ()
    """What its cards may say beside: the countries of what it rests on, or of its publisher."""

    def of(self, level: Level) -> tuple[Member, ...]:
        """Return the fields that it may have at a level, by key."""
        if level is not Level.card:
            return self.members
        found = {member.field.key: member for member in (*self.worked_out, *self.members)}
        return tuple(found[key] for key in sorted(found) if found[key].field.path in OF_CARDS)


@dataclass(frozen=True, slots=True)
class Model:
    """All kinds of records that the API gives, and the context of their JSON."""

    context: Context
    kinds: Mapping[str, Kind]
    """By plural."""


def shape_of(field: Field) -> Shape:
    """Return what values of a field look like."""
    if field.kind == TEXT:
        return Shape.texts if field.many else Shape.text
    if field.kind == IRI:
        return Shape.part if field.path in PARTS else Shape.address if field.address else Shape.thing
    return Shape.literal if field.kind == MIXED else PLAIN.get(field.kind, Shape.string)


def from_shapes(shapes: Iterable[Quad | Triple], context: Context) -> Model:
    """Return the model that `shapes` describe, whose keys are those of `context`."""
    index = ShapesIndex(shapes)
    demanded = _demanded(index)
    kinds = {}
    for plural, iri in KINDS.items():
        paths = {index.paths[part] for part in _parts(index, iri) if part in index.paths}
        members = (
            Member(field, shape_of(field), (iri, path) in demanded)
            for path in paths
            if (field := context.fields.get(path)) is not None
        )
        ordered = tuple(sorted(members, key=lambda member: member.field.key))
        countries = context.fields.get(OF_COUNTRY) if COUNTRY in FACETS[plural] else None
        more = (Member(countries, shape_of(countries), required=False),) if countries else ()
        name = context.types.get(iri, iri.rpartition("#")[2])
        kinds[plural] = Kind(plural, SLUGS[plural], name, iri, ordered, more)
    return Model(context, kinds)


def _parts(index: ShapesIndex, iri: str) -> list[NamedNode]:
    shapes = (shape for shape in index.node_shapes if NamedNode(iri) in index.iris(shape, "sh:targetClass"))
    return [part for shape in shapes for part in index.iris(shape, "sh:property")]


def _demanded(index: ShapesIndex) -> set[tuple[str, str]]:
    """Return class and path of what every published record has: mandatory rules let nothing else through."""
    return {
        (iri, index.paths[part])
        for iri in KINDS.values()
        for part in _parts(index, iri)
        if part in index.paths
        and any(int(count) > 0 for count in index.texts(part, PREFIXES["sh"] + "minCount"))
        and not index.iris(part, "sh:severity")
    }
