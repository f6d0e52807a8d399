"""Whether XML is whole: to the engine, RDF/XML that was cut off is a whole one."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from libri_graph.errors import SyntaxInvalid

MOST_SHOWN: Final = 200
"""Characters of the line at fault."""


def demand_whole(content: bytes, place: str = "") -> None:
    """Raise `SyntaxInvalid` with the place of the fault unless `content` is well-formed XML."""
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError as fault:
        lines = content.decode("utf-8", errors="replace").split("\n")
        excerpt = lines[fault.lineno - 1].rstrip("\r")[:MOST_SHOWN] if fault.lineno <= len(lines) else ""
        message = expat.ErrorString(fault.code)
        raise SyntaxInvalid(
            message, place=place, line=fault.lineno, column=fault.offset + 1, excerpt=excerpt
        ) from fault
