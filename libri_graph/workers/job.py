"""One query to run, and what is told of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from libri_graph.errors import LibriError, QueryFailed, QueryInvalid, QueryMemory, StoreDamaged
from libri_graph.workers.frames import Frame, packed_json, read_json

RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "text/turtle"


class Job(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One query to run. The text has passed `precheck.checked`."""

    store: str
    """Where the store lies."""
    query: str
    """Empty where the store is only to be opened."""
    seconds: float
    results: str = RESULTS
    """Media type for SELECT and ASK."""
    triples: str = TRIPLES
    """Media type for CONSTRUCT and DESCRIBE."""
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    base: str = ""
    """What relative IRIs of the query are relative to."""
    federated: bool = False
    """Whether it asks other services, through our gateway."""
    client: str = ""
    """Who asks; nobody has more than a share of the heavy lane."""

    def message(self) -> bytes:
        """Return the request frame."""
        return packed_json(Frame.REQUEST, self)

    @classmethod
    def read(cls, content: bytes | memoryview) -> Job:
        """Return the job of a request frame."""
        return _read(content)


_read = msgspec.json.Decoder(Job).decode


def fault(content: bytes) -> LibriError:
    """Return what a worker's fault frame says, as an error."""
    found = read_json(content)
    message = str(found["message"])
    if found["cause"] == "memory":
        return QueryMemory("the query needed more memory than its limit and was ended")
    if found["cause"] == "store":
        return StoreDamaged(f"the generation cannot be opened: {message}")
    if found["cause"] == "syntax":
        return QueryInvalid(message, line=found["line"], column=found["column"], excerpt=found["excerpt"])
    return QueryFailed(message)
