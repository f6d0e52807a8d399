"""Which text a reader sees is decided in one place, by one rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from libri_graph.languages import LANGUAGES, TAGS, Text, best_text, direction, fallback_chain

TEXTS = st.lists(
    st.builds(Text, st.text(max_size=5), st.sampled_from(["", "und", "en", "fr", "fr-ca", "lv", "ar"])), min_size=1
)


def test_label_falls_back_to_base() -> None:
    assert best_text([Text("Riga", "en"), Text("Rīga", "fr")], ["fr-CA"]) == Text("Rīga", "fr")


def test_the_exact_tag_wins_over_its_base() -> None:
    assert best_text([Text("a", "fr"), Text("b", "fr-ca")], ["fr-CA"]) == Text("b", "fr-ca")


def test_a_text_without_language_comes_before_english() -> None:
    assert best_text([Text("Riga", "en"), Text("Rīga", "und")], ["pl"]) == Text("Rīga", "und")


def test_english_comes_before_any_other() -> None:
    assert best_text([Text("Riika", "et"), Text("Riga", "en")], ["pl"]) == Text("Riga", "en")


def test_no_text_is_none() -> None:
    assert best_text([], ["en"]) is None


@given(TEXTS, st.permutations(["fr", "lv", "en"]))
def test_the_order_of_texts_does_not_matter(texts: list[Text], languages: list[str]) -> None:
    assert best_text(texts, languages) == best_text(texts[::-1], languages)


@given(TEXTS)
def test_a_text_in_the_readers_language_is_always_preferred(texts: list[Text]) -> None:
    found = best_text(texts, fallback_chain("lv"))
    assert found is not None
    assert found.language == "lv" or all(text.language != "lv" for text in texts)


def test_every_language_of_the_product_has_one_direction() -> None:
    assert {tag for tag in TAGS if direction(tag) == "rtl"} == {"ar"}
    assert all(language.direction == direction(language.tag) for language in LANGUAGES)
