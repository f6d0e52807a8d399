"""Every format carries the same graph, and the same graph gives the same bytes."""

from __future__ import annotations

import random

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple

from libri_graph.publish import rdf
from libri_graph.publish.context import Context

READ_BY_OXIGRAPH = [media_type for media_type in rdf.MEDIA_TYPES.values() if media_type != "application/ld+json"]


@pytest.mark.parametrize("media_type", READ_BY_OXIGRAPH)
def test_a_format_reads_back_as_the_same_triples(
    media_type: str, place: list[Triple], root: NamedNode, context: Context
) -> None:
    body = rdf.serialize(place, media_type, root=root, context=context)
    read = {quad.triple for quad in pyoxigraph.parse(body, format=RdfFormat.from_media_type(media_type))}
    assert read == set(place)


@pytest.mark.parametrize("media_type", rdf.MEDIA_TYPES.values())
def test_the_same_triples_give_the_same_bytes(
    media_type: str, place: list[Triple], root: NamedNode, context: Context
) -> None:
    shuffled = random.Random(1).sample(place, len(place))  # noqa: S311  # any order will do
    first = rdf.serialize(place, media_type, root=root, context=context)
    assert rdf.serialize(shuffled, media_type, root=root, context=context) == first
