"""A small piece of the real knowledge: a few records, and whatever they name, in the folders that they come from."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from libri_graph.ingest.folder import DESCRIPTION, read_source
from libri_graph.namespaces import BASE, IDS

CHOSEN = (
    "practice/ask-staff-and-write-faq",
    "initiative/stavanger-sprakkafe",
    "initiative/krakow-nic-bookshop-cafe",
    "event/lv-opening-2024",
    "project/libri",
)
SOURCES = ("classification", "draft-translations", "eu-authority", "geonames", "libri")


def write_small(knowledge: Path, folder: Path, chosen: Iterable[str] = CHOSEN) -> None:
    """Write a checkout with the ontology, the shapes, and of `data/` only `chosen` and what they lead to."""
    for name in ("ontology", "shapes"):
        (folder / name).symlink_to(knowledge / name)
    sources = {name: read_source(knowledge / "data" / name) for name in SOURCES}
    quads = {name: list(source.quads()) for name, source in sources.items()}
    kept = _reached([quad for found in quads.values() for quad in found], {IDS + one for one in chosen})
    for name, found in quads.items():
        target = folder / "data" / name
        target.mkdir(parents=True)
        shutil.copy(knowledge / "data" / name / DESCRIPTION, target / DESCRIPTION)
        own = _subjects(read_source(target).quads())
        triples = [quad.triple for quad in found if _whole(quad) in kept and _whole(quad) not in own]
        (target / "small.nt").write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES))


def _reached(quads: list[Quad], wanted: set[str]) -> set[str]:
    """Return what can be reached from `wanted`, and all that is not ours, such as countries."""
    links: dict[str, set[str]] = {}
    for quad in quads:
        links.setdefault(_whole(quad), set()).update(
            {quad.object.value.partition("#")[0]} if isinstance(quad.object, NamedNode) else set()
        )
    found = {iri for iri in links if not iri.startswith(BASE)}
    while wanted:
        found |= wanted
        wanted = {iri for one in wanted for iri in links.get(one, ()) if iri.startswith(IDS)} - found
    return found


def _whole(quad: Quad) -> str:
    return quad.subject.value.partition("#")[0] if isinstance(quad.subject, NamedNode) else ""


def _subjects(quads: Iterable[Quad]) -> set[str]:
    return {_whole(quad) for quad in quads}
