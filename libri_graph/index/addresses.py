"""What is listed, address by address, for those who want to visit all of it."""

from __future__ import annotations

from libri_graph.index.snapshot import Snapshot


def count(snapshot: Snapshot) -> int:
    """Return how many things are listed, each once. One statement."""
    return int(snapshot.connection.execute("SELECT count(DISTINCT iri) FROM listed").fetchone()[0])


def part(snapshot: Snapshot, limit: int, offset: int) -> list[str]:
    """Return the IRIs of `limit` listed things after the first `offset`, in their order. One statement."""
    query = "SELECT DISTINCT iri FROM listed ORDER BY iri LIMIT ? OFFSET ?"
    return [str(iri) for (iri,) in snapshot.connection.execute(query, (limit, offset))]
