"""The JSON-LD context, made from the shapes: one path, one kind of value, one key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from libri_graph.namespaces import PREFIXES, compact, term

JSON_KEY: Final = term("lsh:jsonKey")
PATTERN: Final = term("sh:pattern")
TYPE: Final = {"@id": "@type", "@container": "@set"}
TEXT: Final = "@language"
IRI: Final = "@id"
MIXED: Final = ""
HYDRA_NEXT: Final = "http://www.w3.org/ns/hydra/core#next"
WORDS: Final[dict[str, object]] = {
    "items": {"@id": "schema:itemListElement", "@container": "@list"},
    "total": "schema:numberOfItems",
    "next": {"@id": HYDRA_NEXT, "@type": IRI},
    "page": {"@id": "foaf:page", "@type": IRI},
    "summary": {"@id": "dcterms:abstract", "@container": TEXT},
    "facets": None,
    "gone": None,
    "similar": None,
    "shared": None,
    "distance": None,
}
"""Keys of the API that no rule describes; what is worked out for a reader is no linked data."""
NATIVE: Final = frozenset({term("xsd:integer").value, term("xsd:boolean").value})
"""Datatypes that JSON has itself."""
LANG_STRING: Final = term("rdf:langString").value
STRING: Final = term("xsd:string").value


@dataclass(frozen=True, slots=True)
class Field:
    """One key of our JSON: which path it stands for and what its values look like."""

    key: str
    path: str
    kind: str
    """``@language`` (a language map), ``@id`` (addresses), a datatype IRI, or empty for value objects."""
    many: bool
    """Whether the value is always an array; for a language map, whether each language has an array."""
    address: bool = False
    """Whether it leads out into the web, as its pattern says, rather than to a thing that we can name."""

    def definition(self) -> dict[str, object]:
        """Return the term definition of this field. Source: JSON-LD 1.1, section 4.1 and 9.15.1."""
        entry: dict[str, object] = {"@id": compact(self.path)}
        if self.kind == TEXT:
            return entry | {"@container": [TEXT, "@set"] if self.many else TEXT}
        if self.many:
            entry["@container"] = "@set"
        if self.kind == IRI:
            return entry | {"@type": IRI}
        if self.kind and self.kind not in NATIVE and self.kind != STRING:
            return entry | {"@type": compact(self.kind)}
        return entry


@dataclass(frozen=True, slots=True)
class Context:
    """All keys and type names, and the address where the context document is found."""

    url: str
    fields: Mapping[str, Field]
    """By path IRI."""
    types: Mapping[str, str]
    """Class IRI -> its name in JSON."""

    def document(self) -> dict[str, object]:
        """Return the context document that is served at `url`."""
        names: dict[str, object] = {"@version": 1.1, "id": "@id", "type": TYPE, "xsd": PREFIXES["xsd"]}
        names |= dict(sorted(PREFIXES.items()))
        names |= {name: compact(iri) for iri, name in sorted(self.types.items(), key=lambda item: item[1])}
        names |= WORDS
        names |= {field.key: field.definition() for field in sorted(self.fields.values(), key=lambda field: field.key)}
        return {"@context": names}


def from_shapes(shapes: Iterable[Quad | Triple], url: str) -> Context:
    """Return the context that `shapes` describe, to be served at `url`.

    A key is what ``lsh:jsonKey`` says on a property shape. It is an array unless every node shape that
    uses the path allows one value at most. A path without a key keeps its prefixed name.
    """
    index = ShapesIndex(shapes)
    types = {
        node.value: _local(node.value) for shape in index.node_shapes for node in index.iris(shape, "sh:targetClass")
    }
    keys = {path: key for shape, path in index.paths.items() for key in index.texts(shape, JSON_KEY.value)}
    return Context(url, {path: index.field(path, key) for path, key in sorted(keys.items())}, types)


def _local(iri: str) -> str:
    return compact(iri).rsplit(":", 1)[-1]


class ShapesIndex:
    """The shapes graph, by subject and predicate."""

    def __init__(self, shapes: Iterable[Quad | Triple]) -> None:
        self._values: dict[tuple[object, str], list[object]] = defaultdict(list)
        for triple in shapes:
            self._values[triple.subject, triple.predicate.value].append(triple.object)
        self.paths = {
            shape: path.value
            for (shape, predicate), values in self._values.items()
            if predicate == term("sh:path").value
            for path in values
            if isinstance(path, NamedNode)
        }
        self.node_shapes = [s for s, predicate in self._values if predicate == term("sh:targetClass").value]
        self._by_path: dict[str, list[object]] = defaultdict(list)
        for shape, path in self.paths.items():
            self._by_path[path].append(shape)

    def texts(self, shape: object, predicate: str) -> list[str]:
        """Return the lexical forms that a shape has for a predicate IRI."""
        return [value.value for value in self._values[shape, predicate] if isinstance(value, Literal)]

    def iris(self, shape: object, name: str) -> list[NamedNode]:
        """Return the IRIs that a shape has for a prefixed predicate."""
        return [value for value in self._values[shape, term(name).value] if isinstance(value, NamedNode)]

    def field(self, path: str, key: str) -> Field:
        """Return what all shapes together say of the values of a path."""
        shapes = self._by_path[path]
        kinds = set(self._kinds(shapes))
        unique = any("true" in self.texts(shape, term("sh:uniqueLang").value) for shape in shapes)
        kind = next(iter(kinds)) if len(kinds) == 1 else MIXED
        address = any(self.texts(shape, PATTERN.value) for shape in shapes) and kind == IRI
        many = not (unique or self._single(path))
        return Field(key, path, TEXT if kind == LANG_STRING else kind, many, address)

    def _kinds(self, shapes: Iterable[object]) -> Iterator[str]:
        for shape in shapes:
            nested = [part for member in self._values[shape, term("sh:or").value] for part in self._members(member)]
            for part in (shape, *nested):
                yield from (datatype.value for datatype in self.iris(part, "sh:datatype"))
            if self.iris(shape, "sh:class") or any(n == term("sh:IRI") for n in self.iris(shape, "sh:nodeKind")):
                yield IRI

    def _single(self, path: str) -> bool:
        users = [
            [part for part in self._values[s, term("sh:property").value] if self.paths.get(part) == path]
            for s in self.node_shapes
        ]
        return all(
            any("1" in self.texts(part, term("sh:maxCount").value) for part in parts) for parts in users if parts
        )

    def _members(self, head: object) -> Iterator[object]:
        while (first := self._values.get((head, term("rdf:first").value))) is not None:
            yield first[0]
            head = self._values[head, term("rdf:rest").value][0]
