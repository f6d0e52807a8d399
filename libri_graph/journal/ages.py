"""How old what we know is, read out of the journal."""

from __future__ import annotations

from libri_graph.journal.journal import Journal


def last_change(journal: Journal, iri: str, until: int) -> str:
    """Return when the description of `iri` last changed, up to event `until`; empty where nobody ever wrote of it.

    A graph that was replaced as a whole may have changed it too. Three look-ups in an index; without the ``+``
    SQLite would walk the whole table from its end for the second.
    """
    query = """SELECT max(found.time) FROM (
        SELECT max(sequence) AS last FROM event WHERE entity = ? AND sequence <= ?
        UNION SELECT max(+sequence) FROM event WHERE entity > ? AND entity < ? AND sequence <= ?
        UNION SELECT max(sequence) FROM event WHERE entity = '' AND sequence <= ?
    ) JOIN event AS found ON found.sequence = last"""
    rows = journal.rows(query, (iri, until, f"{iri}#", f"{iri}$", until, until))
    return "".join(str(time) for (time,) in rows if time)
