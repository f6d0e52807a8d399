"""What the data sets are described by, made once for each state of the data: VoID and the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Final

from pyoxigraph import Triple

MOST: Final = 8
"""Descriptions that are kept; each counts through the whole graph."""


class Descriptions:
    """Keeps the last descriptions that were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, Sequence[Triple]] = {}

    def get(self, key: Hashable, make: Callable[[], Sequence[Triple]]) -> Sequence[Triple]:
        """Return the description called `key`; it is made by one request while others wait for it."""
        with self._lock:
            if key not in self._kept:
                if len(self._kept) >= MOST:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = make()
            return self._kept[key]
