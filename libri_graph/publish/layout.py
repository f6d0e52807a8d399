"""A source of the graph, written back into the files that curators edit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from libri_graph.errors import ResourceNotFound
from libri_graph.namespaces import IDS, PREFIXES, term
from libri_graph.publish.blocks import Block, Node, TurtleFile

DESCRIPTION: Final = "source.ttl"
OTHERS: Final = "others.ttl"
COUNTRY: Final = term("libri:country")
NOTATION: Final = term("skos:notation")


def write_layout(store: Store, graph: NamedNode, model: Path, target: Path) -> tuple[list[str], list[str]]:
    """Write `graph` into the folder `target`, laid out as the Turtle files below `model` are (which may be missing).

    A record that says what its file says keeps its text. Another is written anew, in its place; one that is gone is
    left out; a new one goes where records of its kind, country and language are. Files of `target` that are of no
    other concern stay as they are. Returns the names of all files, and of those that differ from `model`.
    Raises `ResourceNotFound` for a graph that is not there.
    """
    if not store.contains_named_graph(graph):
        raise ResourceNotFound(f"there is no graph {graph.value}")
    texts = {str(path.relative_to(model)): path.read_text(encoding="utf-8") for path in sorted(model.rglob("*.ttl"))}
    files = _Arrangement(store, graph, {name: TurtleFile.read(text) for name, text in texts.items()}).files()
    for name, file in files.items():
        path = target / name
        if file.blocks:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    return sorted(name for name in files if files[name].blocks), sorted(
        name for name, file in files.items() if file.text != texts.get(name)
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """One block of one file."""

    file: str
    number: int
    block: Block


class _Arrangement:
    """Which triple goes into which file."""

    def __init__(self, store: Store, graph: NamedNode, files: Mapping[str, TurtleFile]) -> None:
        self._store = store
        self._graph = graph
        self._files = files
        self._state: dict[Node, set[Triple]] = defaultdict(set)
        for quad in store.quads_for_pattern(None, None, None, graph):
            if isinstance(quad.subject, NamedNode | BlankNode):
                self._state[quad.subject].add(quad.triple)
        self._slots: dict[Node, list[_Slot]] = defaultdict(list)
        for name, file in files.items():
            for number, block in enumerate(file.blocks):
                self._slots[block.subject].append(_Slot(name, number, block))
        self._kinds = {name: Counter(self._traits(file)) for name, file in files.items()}
        self._country = cache(self._stated_country)
        self._neighbours = cache(self._counted_neighbours)

    def files(self) -> dict[str, TurtleFile]:
        """Return every file as it is to be, by name."""
        contents = {name: [set[Triple]() for _ in file.blocks] for name, file in self._files.items()}
        new: dict[str, dict[Node, set[Triple]]] = defaultdict(lambda: defaultdict(set))
        for subject, triples in self._state.items():
            rest = set(triples)
            for slot in self._slots[subject]:
                kept = rest.intersection(slot.block.triples)
                contents[slot.file][slot.number] |= kept
                rest -= kept
            for triple in rest:
                if slots := self._slots[subject]:
                    best = max(slots, key=lambda slot: _likeness(slot.block, triple))
                    contents[best.file][best.number].add(triple)
                else:
                    new[self._home(subject, triple)][subject].add(triple)
        known = dict(PREFIXES)
        for file in self._files.values():
            known |= file.prefixes or {}
        names = [*self._files, *(name for name in new if name not in self._files)]
        return {
            name: self._files.get(name, TurtleFile()).rewritten(
                contents.get(name, []), [new[name][node] for node in sorted(new[name], key=str)], known
            )
            for name in names
        }

    def _traits(self, file: TurtleFile) -> Iterable[tuple[str, str]]:
        for block in file.blocks:
            yield from ((_kind(block.subject), _language(triple)) for triple in block.triples)

    def _home(self, subject: Node, triple: Triple) -> str:
        """Return the file where a record belongs that stands in none yet."""
        if subject == self._graph:
            return DESCRIPTION
        kind = _kind(subject)
        speaking = [name for name, found in self._kinds.items() if found[kind, _language(triple)]]
        fitting = speaking or [name for name, found in self._kinds.items() if any(key[0] == kind for key in found)]
        if not fitting:
            return f"{_plural(kind)}.ttl" if kind else OTHERS
        country = self._country(_whole(subject))
        if len(fitting) == 1 or country is None:
            return fitting[0]
        near = Counter({name: self._neighbours(name, kind, country) for name in fitting}).most_common(1)[0]
        return near[0] if near[1] else self._beside(fitting, country)

    def _counted_neighbours(self, name: str, kind: str, country: NamedNode) -> int:
        subjects = (block.subject for block in self._files[name].blocks)
        return sum(_kind(subject) == kind and self._country(_whole(subject)) == country for subject in subjects)

    def _beside(self, names: Sequence[str], country: NamedNode) -> str:
        """Return the name of a new file for `country` where `names` are one folder of country codes, else the first."""
        folders = {Path(name).parent for name in names}
        codes = [q.object.value for q in self._view(country, NOTATION) if isinstance(q.object, Literal)]
        return str(folders.pop() / f"{codes[0].lower()}.ttl") if len(folders) == 1 and codes else names[0]

    def _stated_country(self, subject: Node) -> NamedNode | None:
        return next((q.object for q in self._view(subject, COUNTRY) if isinstance(q.object, NamedNode)), None)

    def _view(self, subject: Node, predicate: NamedNode) -> Iterator[Quad]:
        return self._store.quads_for_pattern(subject, predicate, None, DefaultGraph())


def _kind(node: Node) -> str:
    """Return the type in an IRI of ours: ``initiative`` for ``.../id/initiative/x``; empty for others."""
    iri = node.value if isinstance(node, NamedNode) else ""
    return iri.removeprefix(IDS).partition("/")[0] if iri.startswith(IDS) else ""


def _plural(kind: str) -> str:
    return f"{kind.removesuffix('y')}ies" if kind.endswith("y") else f"{kind}s"


def _whole(node: Node) -> Node:
    """Return the thing that `node` is a part of: its IRI before the ``#``."""
    return NamedNode(node.value.partition("#")[0]) if isinstance(node, NamedNode) else node


def _language(triple: Triple) -> str:
    return (triple.object.language or "") if isinstance(triple.object, Literal) else ""


def _likeness(block: Block, triple: Triple) -> tuple[bool, bool]:
    return (
        any(_language(other) == _language(triple) for other in block.triples),
        any(other.predicate == triple.predicate for other in block.triples),
    )
