"""What pages of other sites may ask for and read, as browsers want it said."""

from __future__ import annotations

from typing import Final

EXPOSED: Final = "Allow, Content-Language, ETag, Libri-Generation, Libri-Limit, Link, Location, Retry-After, Vary"
"""Headers of ours that a script may read, beside those that it always may."""
SHARED: Final = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", EXPOSED))
"""Fields of an answer that they may read."""
READING: Final = "GET, HEAD, OPTIONS"
ASKED: Final = "Accept, Accept-Language, Accept-Profile, Content-Type, If-Modified-Since, If-None-Match"
"""Headers that a script may send; no token, as only programs of their own write."""
A_DAY: Final = "86400"


def preflight(methods: str) -> list[tuple[str, str]]:
    """Return what an answer to OPTIONS says of an address that answers `methods`. Source: Fetch, section 3.3."""
    return [
        ("Allow", methods),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Allow-Headers", ASKED),
        ("Access-Control-Max-Age", A_DAY),
    ]
