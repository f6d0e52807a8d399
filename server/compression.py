"""gzip, for answers and for what is sent to us."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache
from typing import Final

from libri_graph.errors import BodyTooLarge, MediaTypeUnsupported, RequestInvalid

SMALLEST: Final = 1400
"""Bytes; a shorter answer fits one packet anyway."""
LEVEL: Final = 5
GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
COMPRESSIBLE: Final = ("text/", "application/")


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether a client takes gzip. Source: RFC 9110, section 12.5.3.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("gzip;q=0"), accepts_gzip("")
    (True, False, False)
    """
    for entry in accept_encoding.lower().split(","):
        coding, _, quality = entry.strip().partition(";")
        if coding.strip() in ("gzip", "x-gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed(body: bytes) -> bytes:
    """Return `body` in gzip; nothing where that is not worth it."""
    if len(body) < SMALLEST:
        return b""
    found = gzip.compress(body, LEVEL, mtime=0)
    return found if len(found) < len(body) else b""


class Packer:
    """Packs an answer piece by piece."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)

    def pack(self, piece: bytes) -> bytes:
        """Return what can be sent already."""
        return self._packer.compress(piece)

    def finish(self) -> bytes:
        """Return the rest."""
        return self._packer.flush()


def unpacked(body: bytes, coding: str, most_bytes: int) -> bytes:
    """Return a body as it was before `coding` (a Content-Encoding header).

    Raises `BodyTooLarge` as soon as it grows beyond `most_bytes`, `RequestInvalid` when it is damaged, or when
    there is more than one member, of which not one may be lost.
    """
    if coding.strip().lower() in ("", "identity"):
        return body
    if coding.strip().lower() not in ("gzip", "x-gzip"):
        raise MediaTypeUnsupported("send the body plain or in gzip")
    unpacker = zlib.decompressobj(GZIP_WINDOW)
    try:
        found = unpacker.decompress(body, most_bytes + 1)
    except zlib.error as fault:
        raise RequestInvalid(f"the body is no gzip: {fault}") from fault
    if len(found) > most_bytes:
        raise BodyTooLarge(f"a body may have {most_bytes} bytes unpacked; this one has more")
    if not unpacker.eof:
        raise RequestInvalid("the gzip is not whole")
    if unpacker.unused_data:
        raise RequestInvalid("something stands behind the end of the gzip; send all of the body as one member")
    return found
