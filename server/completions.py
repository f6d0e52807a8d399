"""What the editor of the query page offers, made once for a generation and a language."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from libri_graph.catalogue.completion import Vocabulary, gather
from libri_graph.languages import fallback_chain
from libri_graph.store.protocol import Store


class Completions:
    """Keeps the vocabulary of the last generation that somebody asked for."""

    def __init__(self, questions: Path) -> None:
        self._questions = questions
        self._lock = threading.Lock()
        self._known: tuple[int, Vocabulary] | None = None
        self._bodies: dict[str, bytes] = {}

    def body(self, store: Store, language: str) -> bytes:
        """Return what can be offered to a reader of `language`, as JSON. Counts once for each generation."""
        with self._lock:
            if self._known is None or self._known[0] != store.generation:
                self._known = (store.generation, gather(store, self._questions))
                self._bodies = {}
            if language not in self._bodies:
                told = self._known[1].told(fallback_chain(language))
                self._bodies[language] = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            return self._bodies[language]
