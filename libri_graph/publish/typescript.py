"""TypeScript types of records and lists, made from the same model as their JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from libri_graph.index.filters import FROM, NEAR, TO, WITHIN, parameters_of
from libri_graph.publish.json_schema import name_of
from libri_graph.publish.levels import Kind, Level, Member, Model, Shape

HEAD: Final = """// Types of the LIBRI Graph API, made from its shapes.
// An array is always an array; a key never changes its kind.

/** Language tag -> text. With lang= there is one, and its tag says in which language it is. */
export type LanguageMap = Readonly<Record<string, string>>;
/** Language tag -> texts. */
export type LanguageMaps = Readonly<Record<string, readonly string[]>>;
/** A value with its datatype, such as a year or a day. */
export interface Literal { readonly "@value": string; readonly "@type"?: string }
/** Something that belongs to the record, such as a geometry. */
export interface Part { readonly id: string; readonly type?: readonly string[] }
/** Something that the record names; a place says where it is. */
export interface Thing {
  readonly id: string; readonly label: LanguageMap; readonly lat?: string; readonly long?: string;
}
/** Something like the record, and what both share. */
export interface Related {
  readonly id: string; readonly type: readonly string[]; readonly label: LanguageMap; readonly page: string;
  readonly shared: readonly Thing[];
  /** Kilometres. */
  readonly distance?: number;
}
/** One value of a facet; `value` is what the filter of that name takes. */
export interface FacetValue {
  readonly id?: string; readonly value: string; readonly label: LanguageMap;
  readonly count: number; readonly own: number; readonly broader: readonly string[]; readonly chosen: boolean;
}
export interface Facet { readonly name: string; readonly values: readonly FacetValue[] }
export interface List<Item> {
  readonly "@context": string; readonly items: readonly Item[]; readonly total: number;
  /** Address of the next part; absent on the last. */
  readonly next?: string;
  readonly facets: readonly Facet[];
  /** With changed-since: what is not here now. */
  readonly gone?: readonly string[];
}
"""
TYPES: Final[Mapping[Shape, str]] = {
    Shape.text: "LanguageMap",
    Shape.texts: "LanguageMaps",
    Shape.thing: "Thing",
    Shape.address: "string",
    Shape.part: "Part",
    Shape.literal: "Literal",
    Shape.integer: "number",
    Shape.boolean: "boolean",
    Shape.string: "string",
}
SINGLE: Final = frozenset({FROM, TO, NEAR, WITHIN})
"""Filters that are given once."""


def declarations(model: Model) -> str:
    """Return the types of every kind at every level."""
    parts = [HEAD]
    for kind in model.kinds.values():
        parts += ["\n".join(_record(kind, level)) for level in Level]
        parts.append("\n".join(_filters(kind)))
    parts.append("\n".join(_table(model)))
    return "\n".join(parts)


def _record(kind: Kind, level: Level) -> Iterator[str]:
    yield f"export interface {name_of(kind, level)} {{"
    yield '  readonly "@context"?: string;'
    yield "  readonly id: string;"
    yield "  readonly type: readonly string[];"
    named = level is not Level.full
    if named:
        yield "  readonly label: LanguageMap;"
        yield "  readonly page: string;"
    for member in kind.of(level):
        if not (named and member.field.key == "label"):
            mark = "" if member.required else "?"
            yield f"  readonly {member.field.key}{mark}: {_type(member, level)};"
    if level is Level.card:
        yield "  readonly summary?: LanguageMap;"
    if level is Level.page:
        yield "  readonly similar: readonly Related[];"
    yield "}"


def _filters(kind: Kind) -> Iterator[str]:
    yield f"export interface {kind.name}Filters {{"
    for name in parameters_of(kind.plural):
        yield f"  readonly {name}?: {'string' if name in SINGLE else 'string | readonly string[]'};"
    yield "}"


def _table(model: Model) -> Iterator[str]:
    yield "/** What stands at which address: plural -> level -> record. */"
    yield "export interface Kinds {"
    for kind in model.kinds.values():
        levels = "; ".join(f"{level.value}: {name_of(kind, level)}" for level in Level)
        yield f"  {kind.plural}: {{ {levels}; filters: {kind.name}Filters }};"
    yield "}"
    yield ""


def _type(member: Member, level: Level) -> str:
    name = "string" if level is Level.full and member.shape is Shape.thing else TYPES[member.shape]
    return f"readonly {name}[]" if member.many else name
