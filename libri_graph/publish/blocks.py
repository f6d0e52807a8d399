"""A Turtle file as a curator wrote it: what stands before the first record, and a block of text for each record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from libri_graph.namespaces import PLAIN_NAME, term
from libri_graph.publish import turtle
from libri_graph.validation import literals, turtle_text

Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal | Triple

RDF_TYPE: Final = term("rdf:type")
BARE: Final = {
    term("xsd:integer"): re.compile(r"-?[0-9]+"),
    term("xsd:decimal"): re.compile(r"-?[0-9]+\.[0-9]+"),
    term("xsd:boolean"): re.compile("true|false"),
}
"""Datatypes that Turtle writes without quotes, and the forms for which it does."""
TAIL: Final = re.compile(r"\s*(?:\n[ \t]*#[^\n]*|\s)*\Z")
"""Empty lines and comments after a record; a comment there speaks of the record that follows."""
PREFIX_LINE: Final = re.compile(r"^@prefix ([^\s:]*):[^\n]*\n", re.MULTILINE)
SPACE: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Block:
    """One record in a file."""

    subject: Node
    triples: tuple[Triple, ...]
    """In the order in which they are written, their literals as the store spells them."""
    text: str
    tail: str = SPACE


@dataclass(frozen=True, slots=True)
class TurtleFile:
    """The text of one file, taken apart."""

    head: str = ""
    prefixes: Mapping[str, str] | None = None
    blocks: tuple[Block, ...] = ()

    @classmethod
    def read(cls, text: str) -> TurtleFile:
        """Take `text` apart; a record that does not begin at the left margin stays in the block of the one before."""
        found = turtle_text.blocks(text).items()
        parts = sorted(((part, subject) for subject, some in found for part in some), key=lambda pair: pair[0].line)
        head = text[: len(text) - sum(len(part.text) for part, _ in parts)]
        prefixes = dict(parts[0][0].prefixes) if parts else {}
        blocks = [_block(subject, part.text, prefixes) for part, subject in parts]
        stored = literals.rewritten(
            triple.object for block in blocks for triple in block.triples if isinstance(triple.object, Literal)
        )
        return cls(head, prefixes, tuple(_as_stored(block, stored) for block in blocks))

    @property
    def text(self) -> str:
        """The file as it is written."""
        return self.head + "".join(block.text + block.tail for block in self.blocks)

    def ranks(self) -> dict[NamedNode, float]:
        """Return predicate -> its usual place in a record of this file, counted from 0."""
        places: dict[NamedNode, list[int]] = defaultdict(list)
        for block in self.blocks:
            for place, verb in enumerate(_verbs(block.triples)):
                places[verb].append(place)
        return {verb: sum(found) / len(found) for verb, found in places.items()}

    def rewritten(
        self, contents: Sequence[Collection[Triple]], new: Iterable[Collection[Triple]], known: Mapping[str, str]
    ) -> TurtleFile:
        """Return this file with `contents` in its blocks, one each, and with `new` records.

        A block whose triples stay keeps its text; one that gets none goes, but for a comment behind it. Elsewhere
        terms keep their order and others come where this file usually has them. New records stand A-Z if all do.
        Prefixes of `known` (prefix -> namespace) are added where they are needed.
        """
        fresh = [some for number, some in enumerate(contents) if set(some) != set(self.blocks[number].triples)]
        prefixes = self._prefixes_for([*fresh, *new], known)
        ranks = self.ranks()
        blocks = [
            written
            for block, some in zip(self.blocks, contents, strict=True)
            for written in _again(block, some, ranks, prefixes)
        ]
        in_order = [str(block.subject) for block in self.blocks] == sorted(str(block.subject) for block in self.blocks)
        for some in new:
            ordered = in_place(some, (), ranks)
            made = Block(_subject(ordered), ordered, written(ordered, prefixes))
            later = (n for n, block in enumerate(blocks) if in_order and str(block.subject) > str(made.subject))
            _insert(blocks, next(later, len(blocks)), made)
        return TurtleFile(self._head_with(prefixes), prefixes, tuple(_spaced(blocks)))

    def _prefixes_for(self, records: Iterable[Collection[Triple]], known: Mapping[str, str]) -> dict[str, str]:
        prefixes = dict(self.prefixes or {})
        for iri in (iri for some in records for triple in some for iri in _iris(triple)):
            if _short(iri, prefixes) is None and (prefix := _prefix(iri, known)) and prefix not in prefixes:
                prefixes[prefix] = known[prefix]
        return prefixes

    def _head_with(self, prefixes: Mapping[str, str]) -> str:
        if prefixes == (self.prefixes or {}):
            return self.head
        lines = {found[1]: found[0] for found in PREFIX_LINE.finditer(self.head)}
        lines = {name: f"@prefix {name}: <{namespace}> .\n" for name, namespace in prefixes.items()} | lines
        return "".join(lines[name] for name in sorted(lines)) + (PREFIX_LINE.sub("", self.head) or "\n")


def in_place(
    triples: Collection[Triple], before: Sequence[Triple], ranks: Mapping[NamedNode, float]
) -> tuple[Triple, ...]:
    """Return `triples` in the order that they had `before`, new ones at their usual place, equals A-Z."""
    present = {triple.predicate for triple in triples}
    verbs = [verb for verb in _verbs(before) if verb in present]
    for verb in sorted(present - set(verbs), key=lambda verb: (_rank(verb, ranks), verb.value)):
        later = (n for n, other in enumerate(verbs) if _rank(other, ranks) > _rank(verb, ranks))
        verbs.insert(next(later, len(verbs)), verb)
    place = {triple: number for number, triple in enumerate(before)}
    return tuple(sorted(triples, key=lambda t: (verbs.index(t.predicate), place.get(t, len(place)), str(t.object))))


def written(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> str:
    """Return the record that `triples` make, all of one subject, a line for each predicate."""
    by_verb: dict[NamedNode, list[str]] = defaultdict(list)
    for triple in triples:
        by_verb[triple.predicate].append(write(triple.object, prefixes))
    lines = [f"{'a' if v == RDF_TYPE else write(v, prefixes)} {' , '.join(some)}" for v, some in by_verb.items()]
    return f"{write(_subject(triples), prefixes)} " + " ;\n    ".join(lines) + " ."


def write(value: Value, prefixes: Mapping[str, str]) -> str:
    """Return one term in Turtle.

    >>> write(NamedNode("https://example.org/a"), {"ex": "https://example.org/"}), write(Literal(True), {})
    ('ex:a', 'true')
    """
    if isinstance(value, NamedNode):
        return _short(value.value, prefixes) or str(value)
    if not isinstance(value, Literal):
        return turtle.write(value)
    if datatype := _stated_datatype(value):
        return f"{turtle.write(Literal(value.value))}^^{write(datatype, prefixes)}"
    return value.value if value.datatype in BARE else turtle.write(value)


def _stated_datatype(value: Literal) -> NamedNode | None:
    """Return the datatype of `value` where Turtle has to write it."""
    if value.language or value.datatype == term("xsd:string"):
        return None
    bare = BARE.get(value.datatype)
    return None if bare and bare.fullmatch(value.value) else value.datatype


def _block(subject: str, text: str, prefixes: Mapping[str, str]) -> Block:
    tail = TAIL.search(text)
    end = tail.start() if tail else len(text)
    declared = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in prefixes.items())
    triples = [quad.triple for quad in pyoxigraph.parse(declared + text, format=RdfFormat.TURTLE)]
    node = BlankNode(subject.removeprefix("_:")) if subject.startswith("_:") else NamedNode(subject)
    return Block(node, tuple(triples), text[:end], text[end:])


def _as_stored(block: Block, stored: Mapping[Literal, Literal]) -> Block:
    triples = (
        Triple(t.subject, t.predicate, stored.get(t.object, t.object) if isinstance(t.object, Literal) else t.object)
        for t in block.triples
    )
    return replace(block, triples=tuple(triples))


def _again(
    block: Block, triples: Collection[Triple], ranks: Mapping[NamedNode, float], prefixes: Mapping[str, str]
) -> list[Block]:
    if set(triples) == set(block.triples):
        return [block]
    if triples:
        ordered = in_place(triples, block.triples, ranks)
        return [Block(block.subject, ordered, written(ordered, prefixes), block.tail)]
    return [Block(block.subject, (), "", block.tail.lstrip("\n"))] if "#" in block.tail else []


def _insert(blocks: list[Block], number: int, made: Block) -> None:
    """Put `made` before the block `number`, and before the comment that speaks of that one."""
    if 0 < number < len(blocks):
        made, blocks[number - 1] = replace(made, tail=blocks[number - 1].tail), replace(blocks[number - 1], tail=SPACE)
    blocks.insert(number, made)


def _spaced(blocks: Sequence[Block]) -> list[Block]:
    between = [replace(block, tail=block.tail if block.tail.strip() else SPACE) for block in blocks[:-1]]
    return [*between, *(replace(block, tail=block.tail.rstrip() + "\n") for block in blocks[-1:])]


def _verbs(triples: Iterable[Triple]) -> list[NamedNode]:
    return list(dict.fromkeys(triple.predicate for triple in triples))


def _rank(verb: NamedNode, ranks: Mapping[NamedNode, float]) -> float:
    return -1.0 if verb == RDF_TYPE else ranks.get(verb, float("inf"))


def _subject(triples: Sequence[Triple]) -> Node:
    subject = triples[0].subject
    assert isinstance(subject, NamedNode | BlankNode)  # noqa: S101  # RDF 1.2 has no other subjects either
    return subject


def _iris(triple: Triple) -> list[str]:
    """Return the IRIs that stand written out in `triple`."""
    value = triple.object
    named = _stated_datatype(value) if isinstance(value, Literal) else value
    nodes = [triple.subject, triple.predicate, named]
    return [node.value for node in nodes if isinstance(node, NamedNode) and node != RDF_TYPE]


def _prefix(iri: str, prefixes: Mapping[str, str]) -> str | None:
    fitting = [
        prefix
        for prefix, namespace in prefixes.items()
        if iri.startswith(namespace) and PLAIN_NAME.fullmatch(iri.removeprefix(namespace))
    ]
    return max(fitting, key=lambda prefix: len(prefixes[prefix]), default=None)


def _short(iri: str, prefixes: Mapping[str, str]) -> str | None:
    prefix = _prefix(iri, prefixes)
    return f"{prefix}:{iri.removeprefix(prefixes[prefix])}" if prefix is not None else None
