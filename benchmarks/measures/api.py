"""The API: answers that are kept ready, beside a bare point lookup of peers; unchanged ones; and lists never asked."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from benchmarks.contestants import Contestant, Ours
from benchmarks.measures.lookups import timed
from benchmarks.processes import Running
from benchmarks.questions import lookups
from benchmarks.wire import Connection, request

CARDS: Final = 50
ASKS: Final = {"Accept": "application/ld+json", "Accept-Encoding": "gzip"}
"""As front ends ask."""
LIST: Final = f"/api/initiatives?limit={CARDS}"
YEARS: Final = range(1000, 1990)
"""Before any initiative, so that each list is of everything, and each address another."""


def measure(contestant: Contestant, server: Running) -> Iterator[tuple[str, float]]:
    """Yield p50, p99 and processor time of each, in milliseconds; of peers, what a point lookup takes them."""
    with Connection(server.port) as client:
        if not isinstance(contestant, Ours):
            for name in ("api.page", "api.list"):
                yield from timed(name, client, server, lookups(contestant.query_path, contestant.data.initiatives))
            return
        first = json.loads(client.good(request("GET", LIST, {"Accept": "application/ld+json"}), keep=True).body)
        page = f"/api/initiatives/{urlsplit(first['items'][0]['id']).path.rpartition('/')[2]}"
        yield from timed("api.page", client, server, itertools.repeat(request("GET", page, ASKS)))
        yield from timed("api.list", client, server, itertools.repeat(request("GET", LIST, ASKS)))
        tag = client.good(request("GET", LIST, ASKS)).header("etag")
        again = request("GET", LIST, {**ASKS, "If-None-Match": tag})
        yield from timed("api.unchanged", client, server, itertools.repeat(again))
        yield from _fresh(client, server)


def _fresh(client: Connection, server: Running) -> Iterator[tuple[str, float]]:
    """Yield the figures of lists that were never asked, plain, as packing is another matter."""
    paths = (f"{LIST}&from={year}" for year in YEARS)
    yield from timed("api.fresh", client, server, (request("GET", path, {"Accept": "*/*"}) for path in paths))
