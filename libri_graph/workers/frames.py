"""How a worker and its owner talk over a socket: frames of a kind, a length and so many bytes."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final

import msgspec

HEADER: Final = struct.Struct(">BI")


class Frame(IntEnum):
    """What a frame holds."""

    REQUEST = 1
    """JSON: what to run."""
    WHOLE = 2
    """JSON of the kind of answer, a line end, and all of its bytes."""
    START = 3
    """JSON: the kind of answer; bytes follow."""
    CHUNK = 4
    """Bytes of the answer."""
    END = 5
    """Nothing more."""
    FAULT = 6
    """JSON: what went wrong."""


def packed(kind: Frame, content: bytes = b"") -> bytes:
    """Return one frame."""
    return HEADER.pack(kind, len(content)) + content


_encoded = msgspec.json.Encoder().encode


def packed_json(kind: Frame, content: object) -> bytes:
    """Return one frame of JSON."""
    return packed(kind, _encoded(content))


read_json = msgspec.json.decode
"""Returns what a frame of JSON holds."""
