"""JSON-LD frames: what makes our JSON out of any serialisation of a record. Source: JSON-LD 1.1 Framing."""

from __future__ import annotations

from libri_graph.publish.levels import Kind, Model


def frame(model: Model, kind: Kind) -> dict[str, object]:
    """Return the frame that gives a record of `kind` as the API gives it at level ``full``."""
    return {"@context": model.context.url, "type": kind.name, "@embed": "@once", "@omitDefault": True}
