"""A list as features on a map. Source: RFC 7946."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from libri_graph.languages import Text, best_text
from libri_graph.model.listing import PreparedCard


def features(
    cards: Sequence[PreparedCard],
    spots: Mapping[str, Sequence[tuple[float, float]]],
    page_of: Callable[[str], str],
    languages: Sequence[str],
) -> list[dict[str, object]]:
    """Return cards as GeoJSON features, at all places where each is, named in one language."""
    return [_feature(card, spots.get(card.iri, ()), page_of, languages) for card in cards]


def _feature(
    card: PreparedCard,
    spots: Sequence[tuple[float, float]],
    page_of: Callable[[str], str],
    languages: Sequence[str],
) -> dict[str, object]:
    best = best_text((Text(text.text, text.language) for text in card.labels), languages)
    points = [[longitude, latitude] for latitude, longitude in spots]
    where: dict[str, object] | None = None
    if points:
        where = (
            {"type": "Point", "coordinates": points[0]}
            if len(points) == 1
            else {"type": "MultiPoint", "coordinates": points}
        )
    about = {"id": card.iri, "label": best.text if best else "", "language": best.language if best else ""}
    return {
        "type": "Feature",
        "id": card.iri,
        "geometry": where,
        "properties": {**about, "kinds": [kind.rpartition(":")[2] for kind in card.kinds], "page": page_of(card.iri)},
    }
