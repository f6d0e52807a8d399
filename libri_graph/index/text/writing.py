"""Keep the text index: made anew, or a copy of the last one with what has changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import tantivy

from libri_graph.index.text.analysis import indexed
from libri_graph.index.text.document import Document
from libri_graph.index.text.schema import FIELD_OF_LINK, TITLE, bases_of, digest, rank, schema, title_or_text

HEAP_BYTES: Final = 16_000_000
"""Memory in which documents wait to be written."""
LARGE_HEAP_BYTES: Final = 64_000_000
"""The same where all of them are written, so that fewer parts are to be merged."""
REWRITTEN: Final = ("meta.json", ".managed.json")
"""Files that tantivy writes anew at a commit; all others never change once they are written."""
LOCKS: Final = ".lock"
COUNTRY: Final = "libri:country"


def make(folder: Path, documents: Iterable[Document]) -> None:
    """Make an index of `documents` in `folder`, which is new or empty. It is on disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = tantivy.Index(schema(), path=str(folder), reuse=False).writer(heap_size=LARGE_HEAP_BYTES, num_threads=1)
    for document in documents:
        writer.add_document(_written(document))
    writer.commit()
    writer.wait_merging_threads()


def copy(source: Path, target: Path) -> None:
    """Make `target` an index like `source`, sharing its files; changing either leaves the other as it is."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.name in REWRITTEN:
            shutil.copy2(path, target / path.name)
        elif not path.name.endswith(LOCKS):
            os.link(path, target / path.name)


def update(folder: Path, changed: Iterable[Document], gone: Iterable[str]) -> None:
    """Bring the index in `folder` to a state with `changed` as they are now and without the IRIs `gone`."""
    _write(tantivy.Index.open(str(folder)), changed, gone)


def _write(index: tantivy.Index, changed: Iterable[Document], gone: Iterable[str]) -> None:
    writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
    for iri in gone:
        writer.delete_documents_by_term("iri", iri)
    for document in changed:
        writer.delete_documents_by_term("iri", document.iri)
        writer.add_document(_written(document))
    writer.commit()
    writer.wait_merging_threads()


def _written(document: Document) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("iri", document.iri)
    made.add_text("kind", document.kind)
    made.add_float("rank", rank(document.iri, document.kind, document.grade))
    made.add_unsigned("country", next((digest(link.iri) for link in document.links if link.property == COUNTRY), 0))
    stored = []
    for words in document.words:
        found, stems, terms = indexed(words.text, words.language)
        surfaces = " ".join(found)
        field = title_or_text(words.property)
        name = f"draft_{field}" if words.draft else field
        made.add_text(name, surfaces)
        made.add_text("word", surfaces)
        made.add_text(bases_of(name), " ".join(stems))
        if name == TITLE:
            made.add_text("name", surfaces)
        stored.append([words.property, words.language, words.text, int(words.draft), terms])
    for link in document.links:
        made.add_text(FIELD_OF_LINK[link.property], link.iri)
    links = [[link.property, link.iri] for link in document.links]
    made.add_bytes("stored", json.dumps({"words": stored, "links": links}, ensure_ascii=False).encode())
    return made
