"""Literals as they were written and as the store keeps them.

Oxigraph rewrites what it stores: ``"01"`` becomes ``1``, ``"1.50"`` ``1.5``, ``xsd:int`` ``xsd:integer``; what it
cannot read as its datatype it keeps as it is (``"2022-13-45"^^xsd:date``), and there the shapes see it. So everything
that looks at spelling happens here, on what the parser gave, before storing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from libri_graph.namespaces import PREFIXES, term
from libri_graph.validation.conditions import CASTABLE, STRING, has_datatype
from libri_graph.validation.paths import Predicate
from libri_graph.validation.results import Result
from libri_graph.validation.shapes import VIOLATION, WARNING, Shapes
from libri_graph.validation.shapes_graph import Term
from libri_graph.validation.words import said_in_all

LITERAL_FORM: Final = term("lsh:literal-form")
"""The source of these results: a rule about literals in general, that no single shape states."""
COMPONENT: Final = term("sh:DatatypeConstraintComponent")
EXAMPLES: Final = {
    "boolean": "true",
    "integer": "12",
    "decimal": "56.95",
    "date": "2024-05-31",
    "dateTime": "2024-05-31T09:00:00Z",
    "time": "09:00:00",
    "gYear": "2024",
    "gYearMonth": "2024-05",
}
"""How to write each datatype, for the message."""
INTEGERS: Final = frozenset(
    term(f"xsd:{name}")
    for name in (
        *("int", "long", "short", "byte", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
        *("positiveInteger", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger"),
    )
)
"""Kinds of integer that the store folds into ``xsd:integer`` when it can read them."""
SCRATCH: Final = NamedNode("urn:libri:scratch")


def rewritten(literals: Iterable[Literal]) -> dict[Literal, Literal]:
    """Return written -> stored, for those of `literals` that the store would spell differently."""
    typed = list(dict.fromkeys(value for value in literals if _is_typed(value)))
    store = Store()
    places = {NamedNode(f"{SCRATCH.value}:{number}"): value for number, value in enumerate(typed)}
    store.extend(Quad(place, SCRATCH, value) for place, value in places.items())
    kept = ((places[quad.subject], quad.object) for quad in store if isinstance(quad.subject, NamedNode))
    return {was: now for was, now in kept if isinstance(now, Literal) and now != was}


def unreadable(literals: Iterable[Literal]) -> set[Literal]:
    """Return those of `literals` that are not what their datatype says."""
    typed = {value for value in literals if _is_typed(value)}
    changed = rewritten(typed)
    found = {value for value in typed if value.datatype in INTEGERS and value not in changed}
    store = Store()
    store.extend(Quad(SCRATCH, SCRATCH, value) for value in typed)
    for datatype in CASTABLE:
        bad = f"datatype(?value) = {datatype} && !{has_datatype('?value', datatype)}"
        answer = store.query(f"SELECT ?value {{ ?s ?p ?value FILTER({bad}) }}")
        if isinstance(answer, QuerySolutions):
            found |= {row["value"] for row in answer}
    return found


def _is_typed(value: Literal) -> bool:
    return value.language is None and value.datatype != STRING and value.datatype.value.startswith(PREFIXES["xsd"])


def check(written: Iterable[Triple | Quad], shapes: Shapes) -> Iterator[Result]:
    """Yield a Warning for each literal that will be stored otherwise, a Violation for each that cannot be read.

    `shapes` give the fields their names.
    """
    places = [(triple, triple.object) for triple in written if isinstance(triple.object, Literal)]
    changed, bad = rewritten(value for _, value in places), unreadable(value for _, value in places)
    for triple, value in places:
        if value in bad:
            example = EXAMPLES.get(value.datatype.value.rpartition("#")[2], "…")
            yield _result(triple, VIOLATION, said_in_all("unreadable", example=example), shapes)
        elif value in changed:
            yield _result(triple, WARNING, said_in_all("rewritten", stored=changed[value].value), shapes)


def _result(triple: Triple | Quad, severity: NamedNode, messages: Mapping[str, str], shapes: Shapes) -> Result:
    path = Predicate(triple.predicate)
    names = shapes.names_of(path)
    return Result(triple.subject, path, triple.object, severity, LITERAL_FORM, COMPONENT, messages, names)


class Spelling:
    """How the store's literals were written."""

    def __init__(self, written: Iterable[Triple | Quad] = (), constants: Collection[Literal] = ()) -> None:
        """Remember the spelling of `written`, and of `constants`, which shapes name as focus nodes."""
        places = [(triple, triple.object) for triple in written if isinstance(triple.object, Literal)]
        changed = rewritten([*constants, *(value for _, value in places)])
        self._places: dict[tuple[object, ...], Term] = {
            (triple.subject, triple.predicate, changed[value]): value for triple, value in places if value in changed
        }
        self._constants: dict[Term, Term] = {changed[value]: value for value in constants if value in changed}

    def triple(self, stored: Triple) -> Triple:
        """Return a triple of the store as it was written."""
        value = self._places.get((stored.subject, stored.predicate, stored.object))
        return stored if value is None else Triple(stored.subject, stored.predicate, value)

    def result(self, stored: Result) -> Result:
        """Return a result with its focus node and value as they were written."""
        focus = self._constants.get(stored.focus_node, stored.focus_node)
        if stored.value == stored.focus_node:
            return replace(stored, focus_node=focus, value=focus)
        place = (stored.focus_node, stored.predicate, stored.value)
        return replace(stored, focus_node=focus, value=self._places.get(place, stored.value))
