"""Search without a server: words of everything in all languages, in small files by their first two letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flask import Flask
from pyoxigraph import NamedNode, Store

from libri_graph.catalogue.labels import labels_of
from libri_graph.index.text.document import Document
from libri_graph.index.text.folding import tokens
from libri_graph.index.text.gather import Gatherer
from libri_graph.index.text.schema import LINK_WEIGHTS, LINKS, NAMES
from libri_graph.store.embedded import EmbeddedStore
from server.freezing import selection
from server.freezing.places import PAGE, Layout
from server.pages.search import KINDS

SHORTEST: Final = 2
CHUNK: Final = 40
"""Cards in one file."""
NAME, PASSAGE = 10, 3
"""What a word in a name and in a passage weighs; one of a thing that is named by it weighs by its link."""
OF_LINK: Final = {predicate: LINK_WEIGHTS.get(field, 0.5) for field, found in LINKS.items() for predicate in found}


def documents(store: Store) -> list[Document]:
    """Return everything that can be found, in the order in which the files number it."""
    return sorted(Gatherer(store).everything(), key=lambda document: document.iri)


def shared_files(store: EmbeddedStore, found: list[Document]) -> dict[str, bytes]:
    """Return the words of `found`, and of which kind each is."""
    kind_of = {kind: number for number, kinds in enumerate(KINDS.values()) for kind in kinds}
    about = {"kinds": list(KINDS), "of": [kind_of.get(document.kind, -1) for document in found], "chunk": CHUNK}
    shards = _shards(store, found)
    files = {"search/documents.json": selection.packed({**about, "shards": sorted(shards)})}
    for shard, words in shards.items():
        files[f"search/words/{shard}.json"] = selection.packed(words)
    return files


def cards_in(
    app: Flask, layout: Layout, found: Sequence[Document], start: int, language: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the cards of the documents from number `start` on in one language, as one file."""
    cards = selection.cards_of(app, layout, [document.iri for document in found], f"search/{PAGE}", language)
    yield selection.in_language(f"search/cards/{start // CHUNK}.json", language), selection.packed(cards)


def shard_of(word: str) -> str:
    """Return the name of the file that a folded word is in: its first two letters, as numbers.

    >>> shard_of("sarunu"), shard_of("мова")
    ('73-61', '43c-43e')
    """
    return "-".join(f"{ord(letter):x}" for letter in word[:SHORTEST])


def _shards(store: EmbeddedStore, found: list[Document]) -> dict[str, dict[str, list[int]]]:
    """Return shard -> word -> documents and weights, one after the other."""
    weights: dict[str, dict[int, int]] = defaultdict(dict)
    names = _names_of_linked(store, found)
    for number, document in enumerate(found):
        for word, weight in _weighed(document, names):
            weights[word][number] = max(weight, weights[word].get(number, 0))
    shards: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for word, numbers in weights.items():
        shards[shard_of(word)][word] = [value for pair in sorted(numbers.items()) for value in pair]
    return shards


def _weighed(document: Document, names: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    for words in document.words:
        weight = NAME if words.property in NAMES else PASSAGE
        yield from ((word, weight) for word in _words([words.text]))
    for link in document.links:
        weight = round(NAME * OF_LINK[link.property] * 0.8)
        yield from ((word, weight) for word in _words(names.get(link.iri, ())))


def _words(texts: Iterable[str]) -> set[str]:
    return {token.text for text in texts for token in tokens(text) if len(token.text) >= SHORTEST}


def _names_of_linked(store: EmbeddedStore, found: list[Document]) -> dict[str, tuple[str, ...]]:
    """Return what linked things are called, in all languages and by all their names."""
    iris = sorted({link.iri for document in found for link in document.links})
    labels = labels_of(store, [NamedNode(iri) for iri in iris])
    names = {iri: tuple(text.text for text in labels.get(iri, ())) for iri in iris}
    for document in found:
        if document.iri in names:
            own = tuple(words.text for words in document.words if words.property in NAMES)
            names[document.iri] = (*names[document.iri], *own)
    return names
