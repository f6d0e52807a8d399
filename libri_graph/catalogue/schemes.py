"""The concepts of a scheme as the tree that they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import name_of, read, text_of
from libri_graph.languages import Text, best_text
from libri_graph.model.reading import ReadText, Thing
from libri_graph.namespaces import term
from libri_graph.store.protocol import Store

DEFINITION = term("skos:definition")


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept, and those that are part of it."""

    thing: Thing
    definition: ReadText | None
    narrower: tuple[Branch, ...]


def tree(store: Store, scheme: str, languages: Sequence[str]) -> tuple[Branch, ...]:
    """Return the concepts of `scheme` that are part of no other, each with those below it; by name. One query.

    A concept that is part of several stands below each; one that is part of itself, over any steps, below none.
    """
    labels: dict[str, list[Text]] = defaultdict(list)
    definitions: dict[str, list[Text]] = defaultdict(list)
    above: dict[str, set[str]] = defaultdict(set)
    for row in store.select("record/scheme_concepts", scheme=NamedNode(scheme)):
        concept, text = row["concept"], row["text"]
        if isinstance(concept, NamedNode) and isinstance(text, Literal):
            (definitions if row["predicate"] == DEFINITION else labels)[concept.value].append(text_of(text))
            broader = row.get("broader")
            above[concept.value] |= {broader.value} if isinstance(broader, NamedNode) else set()

    def branch(iri: str, path: tuple[str, ...]) -> Branch:
        below = [other for other, broader in above.items() if iri in broader and other not in (*path, iri)]
        definition = best_text(definitions[iri], languages)
        return Branch(
            Thing(iri, name_of(iri, set(labels[iri]), languages)),
            read(definition, languages) if definition else None,
            _by_name(branch(other, (*path, iri)) for other in below),
        )

    return _by_name(branch(iri, ()) for iri, broader in above.items() if not broader & above.keys())


def _by_name(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    return tuple(sorted(branches, key=lambda found: found.thing.label.text.casefold()))
