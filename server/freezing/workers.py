"""Several processes that render, each with the site in it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from multiprocessing import connection
from pathlib import Path
from typing import Final

from flask import Flask

from libri_graph.index.facets import KINDS
from libri_graph.index.text.document import Document
from libri_graph.settings import Settings
from server.app import create_app
from server.freezing import edition, folder, selection, words
from server.freezing.memory import OneGeneration
from server.freezing.places import Address, Layout
from server.freezing.rendering import Moved, Rendered, Renderer
from server.page_queries import Found

Companion = int | str
"""A part of what scripts read: cards of search from a document on, a list, or (empty) what is the same everywhere."""
BATCH: Final = 8
"""Addresses that a process renders before it tells what it found."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is frozen, and how."""

    settings: Settings
    public_url: str
    generation: int
    languages: tuple[str, ...]
    histories: bool
    data: Mapping[str, str]
    """Addresses that give no page -> suffix of their file."""
    root: Path
    """Where files are written."""


@dataclass(slots=True)
class Told:
    """What rendering told, without the files, which are on disk by then."""

    files: set[str] = field(default_factory=set)
    found: set[Address] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    moved: set[Moved] = field(default_factory=set)

    def add(self, other: Told) -> None:
        """Take in what another told."""
        self.files |= other.files
        self.found |= other.found
        self.linked |= other.linked
        self.moved |= other.moved


class Desk:
    """One process at work: the site, and where its files go."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.app = site(order.settings, order.public_url)
        self.layout = Layout(self.app, order.generation, order.languages, order.data, histories=order.histories)
        self._renderer = Renderer(self.app, self.layout)

    def render(self, addresses: Sequence[Address]) -> Told:
        """Write the files of `addresses`."""
        found = Rendered()
        for address in addresses:
            self._renderer.render(address, found)
        self._write(found.files)
        return Told(set(found.files), found.found, found.linked, found.moved)

    def companions(self, part: Companion) -> Told:
        """Write one part of what scripts read, in every language."""
        if isinstance(part, int):
            documents = self._documents[part : part + words.CHUNK]
            files = {
                file: body
                for language in self.order.languages
                for file, body in words.cards_in(self.app, self.layout, documents, part, language)
            }
        elif part:
            files = {
                file: body
                for language in self.order.languages
                for file, body in selection.files_of_kind(self.app, self.layout, part, language).items()
            }
        else:
            store = self.app.extensions["libri"].current.get()
            files = {**selection.files_of_all(self.app), **words.shared_files(store, self._documents)}
        self._write(files)
        return Told(set(files))

    @cached_property
    def _documents(self) -> list[Document]:
        return words.documents(self.app.extensions["libri"].current.get().raw)

    def _write(self, files: Mapping[str, bytes]) -> None:
        for file, body in files.items():
            folder.write(self.order.root, file, body)


def site(settings: Settings, public_url: str) -> Flask:
    """Return the site as it is frozen, reached at `public_url`."""
    settings = replace(settings, public_url=public_url)
    app = create_app(settings, OneGeneration(settings.data_dir), _no_queries, public_url, live=False)
    edition.set_up(app)
    return app


def _no_queries(_query: str, _generation: int | None, _client: str) -> Found:
    raise NotImplementedError  # the page that asks is another one in an edition


_desk: list[Desk] = []
"""The desk of this process, where it is one of the pool."""


@contextmanager
def pool(order: Order, processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that render; they end with the block."""
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(order,))
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _begin(order: Order) -> None:
    threading.Thread(target=end_with_parent, daemon=True).start()
    _desk.append(Desk(order))


def end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, however that came; else it would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def render(addresses: Sequence[Address]) -> Told:
    """Write the files of `addresses`, in a process of the pool."""
    return _desk[0].render(addresses)


def companions(part: Companion) -> Told:
    """Write one part of what scripts read, in a process of the pool."""
    return _desk[0].companions(part)


def parts(app: Flask) -> list[Companion]:
    """Return all parts of what scripts read."""
    found = words.documents(app.extensions["libri"].current.get().raw)
    return ["", *KINDS, *range(0, len(found), words.CHUNK)]
