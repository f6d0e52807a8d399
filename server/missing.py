"""What to offer a reader at an address that leads nowhere: words to search for, and the lists that are nearest."""

from __future__ import annotations

import re
from typing import Final

LISTS: Final = ("initiatives", "practices", "guides", "organisations")
"""Those that are offered whatever the address says, in this order."""
NEAREST: Final = {
    "initiative": "initiatives",
    "practice": "practices",
    "guide": "guides",
    "strategy": "strategies",
    "strategies": "strategies",
    "organisation": "organisations",
    "organization": "organisations",
    "event": "events",
    "events": "events",
    "place": "places",
    "platform": "platforms",
    "contradiction": "contradictions",
    "claim": "contradictions",
}
"""Word in an address -> the list that its reader may have been after."""
MOST_WORDS: Final = 6
PLAIN: Final = frozenset({"doc", "id", "graph", "resource", "naming", "history", "html", "index", "htm"})
"""Parts of addresses that say nothing of what was looked for."""
WORD: Final = re.compile(r"[^\W\d_]{2,}")


def words_of(path: str) -> str:
    """Return words out of the last telling part of an address, to be looked for instead.

    >>> words_of("/doc/initiative/sarunu-klubs-rezekne-2"), words_of("/doc/initiative/"), words_of("/123")
    ('sarunu klubs rezekne', 'initiative', '')
    """
    for part in reversed(path.strip("/").split("/")):
        words = [word for word in WORD.findall(part) if word.casefold() not in PLAIN]
        if words:
            return " ".join(words[:MOST_WORDS])
    return ""


def lists_near(path: str) -> tuple[str, ...]:
    """Return the names of lists to offer, the one that the address names first.

    >>> lists_near("/doc/event/opening")[0], lists_near("/nothing")[0]
    ('events', 'initiatives')
    """
    parts = [part.casefold() for part in path.strip("/").split("/")]
    named = [name for part in parts if (name := NEAREST.get(part) or (part if part in LISTS else ""))]
    return tuple(dict.fromkeys([*named, *LISTS]))
