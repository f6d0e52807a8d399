"""What only RDF 1.2 has a word for is not kept: most readers of what we give away have none."""

from __future__ import annotations

from pyoxigraph import Literal, Quad, Triple

from libri_graph.errors import SyntaxInvalid


def demand_rdf_1_1(quad: Quad, place: str = "") -> None:
    """Raise `SyntaxInvalid` for a triple that is spoken of and for a text with a direction.

    Source: RDF 1.2 Concepts, sections 3.1 and 3.4.
    """
    value = quad.object
    if isinstance(value, Triple) or (isinstance(value, Literal) and value.direction):
        raise SyntaxInvalid(
            f"{value} is RDF 1.2, which is not kept here: let a resource of its own stand for a triple that is"
            " spoken of, and leave out the direction of a text",
            place=place,
        )
