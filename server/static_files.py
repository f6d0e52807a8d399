"""The files that pages are made of: styles, fonts, scripts, outlines; packed once, kept in memory."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from libri_graph.errors import MethodUnsupported, ResourceNotFound
from server import negotiation
from server.compression import accepts_gzip, packed
from server.reply import Reply, head_of
from server.request import Request

PATH: Final = "/static/"
HASHED: Final = re.compile(r"-[A-Z0-9]{8}\.js$")
"""Ends the name of a file that holds other bytes only under another name."""
PACKED_ALREADY: Final = ("font/", "image/png")
TYPES: Final = {".woff2": "font/woff2", ".mjs": "text/javascript", ".map": "application/json"}


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    changed: int
    """When it was last changed on disk, in nanoseconds."""
    media_type: str
    tag: str
    body: bytes
    packed: bytes
    """In gzip; empty where that is not worth it."""


class StaticFiles:
    """Answers `/static/...` out of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known: dict[Path, File] = {}

    async def respond(self, request: Request, reply: Reply) -> None:
        """Send a file. Raises `ResourceNotFound` or `MethodUnsupported`."""
        if request.method not in ("GET", "HEAD"):
            raise MethodUnsupported("files are only read", "GET, HEAD")
        file = self._file(request.path)
        zipped = bool(file.packed) and accepts_gzip(request.header("accept-encoding"))
        tag = f'"{file.tag}-gzip"' if zipped else f'"{file.tag}"'
        headers = [
            ("ETag", tag),
            ("Cache-Control", f"public, max-age={31536000 if HASHED.search(request.path) else 3600}"),
            *([("Vary", "Accept-Encoding")] if file.packed else []),
        ]
        if tag in request.header("if-none-match"):
            await reply.answer(304, head_of(headers))
            return
        headers += [("Content-Type", negotiation.content_type(file.media_type))]
        headers += [("Content-Encoding", "gzip")] if zipped else []
        await reply.answer(200, head_of(headers), file.packed if zipped else file.body)

    def _file(self, address: str) -> File:
        path = (self._folder / address.removeprefix(PATH)).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise ResourceNotFound("there is no such file")
        changed = path.stat().st_mtime_ns
        known = self._known.get(path)
        if known is None or known.changed != changed:
            known = _read(path, changed)
            self._known[path] = known
        return known


def _read(path: Path, changed: int) -> File:
    body = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    zipped = b"" if media_type.startswith(PACKED_ALREADY) else packed(body)
    return File(changed, media_type, negotiation.etag(body), body, zipped)
