"""How a worker and its owner talk: frames of a kind, a length and so many bytes."""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import BinaryIO, Final

HEADER: Final = struct.Struct(">BI")


class Frame(IntEnum):
    """What a frame holds."""

    REQUEST = 1
    """JSON: what to run."""
    START = 2
    """JSON: the kind of answer; bytes follow."""
    CHUNK = 3
    """Bytes of the answer."""
    END = 4
    """Nothing more."""
    FAULT = 5
    """JSON: what went wrong."""


def write(stream: BinaryIO, kind: Frame, content: bytes = b"") -> None:
    """Write one frame and flush it."""
    stream.write(HEADER.pack(kind, len(content)) + content)
    stream.flush()


def write_json(stream: BinaryIO, kind: Frame, content: object) -> None:
    """Write one frame of JSON."""
    write(stream, kind, json.dumps(content).encode())


def read(stream: BinaryIO) -> tuple[Frame, bytes] | None:
    """Return the next frame, or `None` at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, length = HEADER.unpack(header)
    return Frame(kind), stream.read(length)
