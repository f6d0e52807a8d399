"""A form of several parts taken apart in one pass, in a time that grows with its length whatever is in it.

The standard library reads such a form as mail, in a time that grows with the square of some headers.
Source: RFC 2046, section 5.1; RFC 7578.
"""

from __future__ import annotations

import re
from typing import Final

from libri_graph.errors import MediaTypeUnsupported, RequestInvalid

BOUNDARY: Final = re.compile(r'; *boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
MOST_PARTS: Final = 1000
MOST_HEADERS: Final = 8192
"""Bytes of the headers of one part."""
AS_THEY_ARE: Final = ("", "7bit", "8bit", "binary")
"""Encodings of a part's content that are none."""
EMPTY_LINE: Final = re.compile(rb"(?:\A|\r?\n)\r?\n")


def parts_of(body: bytes, kind: str) -> list[tuple[bytes, str]]:
    """Return the parts of a form of media type `kind`, each with its own media type.

    Raises `RequestInvalid` for a form that has no parts or no end, `MediaTypeUnsupported` for a part in another coding.
    """
    named = BOUNDARY.search(kind)
    if named is None:
        raise RequestInvalid("the form does not say what its boundary is")
    boundary = re.escape((named[1] or named[2]).encode("latin-1"))
    found: list[tuple[bytes, str]] = []
    start = -1
    for line in re.finditer(rb"(?:\A|\r?\n)--" + boundary + rb"(--)?[ \t]*(?=\r?\n|\Z)", body):
        if start >= 0:
            found.append(_part(body[start : line.start()]))
        if line[1]:
            break
        if len(found) == MOST_PARTS:
            raise RequestInvalid(f"a form may have {MOST_PARTS} parts; this one has more")
        start = line.end()
    else:
        raise RequestInvalid("the form has no end")
    if not found:
        raise RequestInvalid("the form has no parts")
    return found


def _part(text: bytes) -> tuple[bytes, str]:
    """Return content and media type of a part; `text` begins with the end of the boundary's line."""
    content = text.removeprefix(b"\r").removeprefix(b"\n")
    end = EMPTY_LINE.search(content, 0, MOST_HEADERS)
    if end is None:
        raise RequestInvalid(f"a part of the form has no empty line within {MOST_HEADERS} bytes, after its headers")
    headers = {}
    for line in content[: end.start()].decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("content-transfer-encoding", "").lower() not in AS_THEY_ARE:
        raise MediaTypeUnsupported("send each part of the form as it is, in no other coding")
    return content[end.end() :], headers.get("content-type", "text/plain")
