"""Forms and languages are chosen as HTTP says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import RepresentationUnavailable
from libri_graph.languages import TAGS
from server.negotiation import OFFERED, language, media_type
from server.urls import Urls

QUALITIES = st.sampled_from(["", ";q=1", ";q=0.5", ";q=0.1", ";q=0"])
RANGES = st.sampled_from([*OFFERED, "*/*", "image/png"])
HEADERS = st.lists(st.tuples(RANGES, QUALITIES), min_size=1, max_size=5, unique_by=lambda pair: pair[0])


def quality(offered: str, header: list[tuple[str, str]]) -> float:
    """How much a client wants a form: by its own name first, then by ``*/*``. RFC 9110, section 12.5.1."""
    for name in (offered, "*/*"):
        for wanted, parameter in header:
            if wanted == name:
                return float(parameter.removeprefix(";q=") or 1)
    return 0.0


@given(HEADERS)
def test_the_form_with_the_highest_quality_is_chosen(header: list[tuple[str, str]]) -> None:
    best = max(quality(offered, header) for offered in OFFERED)
    text = ", ".join(name + parameter for name, parameter in header)
    if best == 0:
        with pytest.raises(RepresentationUnavailable):
            media_type(text)
    else:
        assert quality(media_type(text), header) == best


def test_parameters_of_a_media_type_do_not_matter() -> None:
    assert media_type('application/ld+json;profile="https://example.org/p"') == "application/ld+json"


@given(st.sampled_from(TAGS), st.text(max_size=20))
def test_the_language_asked_for_wins(tag: str, header: str) -> None:
    assert language(tag, header) == tag


def test_a_region_falls_back_to_its_language() -> None:
    assert language(None, "pl-PL, en;q=0.5") == "pl"


PARTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="/#?%"), min_size=1)


@given(st.sampled_from(["id/", "concept/", "graph/", "ontology/"]), PARTS)
def test_an_iri_comes_back_from_its_url(room: str, name: str) -> None:
    urls = Urls("https://w3id.org/libri/", "https://example.org/")
    iri = f"https://w3id.org/libri/{room}{name}"
    assert urls.iri_of(urls.path_of(iri)) == iri
