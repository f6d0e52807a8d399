"""Forms and languages are chosen as HTTP says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import RepresentationUnavailable
from libri_graph.languages import TAGS
from server.negotiation import OFFERED, language, media_type
from server.urls import Urls

QUALITIES = st.sampled_from(["", ";q=1", ";q=1.000", "; Q=0.5", ";q=0.1", ";q=0", ";q=0.0"])
PARAMETERS = st.sampled_from(["", ";charset=utf-8", ';profile="https://example.org/a,b;q=0.9"', ";version=1.1"])
RANGES = st.sampled_from([*OFFERED, "text/*", "application/*", "*/*", "image/png", "TEXT/Turtle", "image/*"])
HEADERS = st.lists(
    st.tuples(RANGES, PARAMETERS, QUALITIES), min_size=1, max_size=6, unique_by=lambda entry: entry[0].lower()
)
OFFERS = st.lists(st.sampled_from(OFFERED), min_size=1, unique=True)


def quality(offered: str, header: list[tuple[str, str, str]]) -> tuple[float, int]:
    """How much a client wants a form, and how exactly it says so: by name, by kind, by ``*/*``.

    Source: RFC 9110, section 12.5.1.
    """
    for exactness, name in ((2, offered), (1, offered.split("/")[0] + "/*"), (0, "*/*")):
        for wanted, _, text in header:
            if wanted.lower() == name:
                return float(text.lower().replace(" ", "").removeprefix(";q=") or 1), exactness
    return 0.0, 0


@given(HEADERS, OFFERS, st.sampled_from([",", ", ", " ,\t"]))
def test_the_form_that_the_header_likes_best_is_chosen(
    header: list[tuple[str, str, str]], offered: list[str], comma: str
) -> None:
    text = comma.join("".join(entry) for entry in header)
    wishes = {form: quality(form, header) for form in offered}
    best = max(wishes.values(), key=lambda wish: (wish[0] > 0, wish))
    if best[0] == 0:
        with pytest.raises(RepresentationUnavailable) as refused:
            media_type(text, offered)
        assert refused.value.offered == tuple(offered)
    else:
        assert media_type(text, offered) == next(form for form in offered if wishes[form] == best)


@given(st.text(max_size=60))
def test_no_header_breaks_the_choice(header: str) -> None:
    try:
        assert media_type(header) in OFFERED
    except RepresentationUnavailable:
        assert header


def test_a_header_as_long_as_it_likes_is_read_in_no_time() -> None:
    with pytest.raises(RepresentationUnavailable):
        media_type('a/b;x="' + '","' * 100_000)


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
