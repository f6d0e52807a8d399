"""Words are compared without case and marks, in every script, and any text can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.index.text.analysis import bases, bases_anywhere, forms, script
from libri_graph.index.text.folding import LONGEST, fold, tokens
from libri_graph.index.text.lexicon import lexicon
from libri_graph.index.text.query import distance, words_of
from libri_graph.languages import TAGS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bibliotēka", "biblioteka"),
        ("ŁÓDŹ", "lodz"),
        ("Timișoara", "Timişoara"),
        ("Škāņu", "skanu"),
        ("Ærø", "aero"),
        ("Straße", "STRASSE"),
        ("Київ", "КИЇВ"),
        ("ґанок", "ганок"),
        ("مَقْهًى", "مقهي"),
        ("مكتبة", "مكتبه"),
        ("أوكرانيا", "اوكرانيا"),
        ("إيطاليا", "ايطاليا"),
        ("کتاب", "كتاب"),
        ("مكتـــبة", "مكتبة"),
        ("٢٠٢٢", "2022"),
        ("caf\u0065\u0301", "café"),
        ("wi\u00adfi", "wifi"),
    ],
)
def test_spellings_of_one_word_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_gives_the_same_as_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_word_stands_where_it_is_said_to_stand(text: str) -> None:
    for token in tokens(text):
        assert 0 < len(token.text) <= LONGEST
        assert not set(token.text) & set(" :|")
        assert next(tokens(text[token.start : token.end])).text == token.text


@given(st.text(), st.text(max_size=12))
def test_any_text_in_any_language_has_forms(text: str, language: str) -> None:
    assert all(":" in base for form in forms(text, language) for base in form.bases)


@given(st.text())
def test_any_question_has_few_words(text: str) -> None:
    words, _ = words_of(text * 50)
    assert len(words) <= 12
    assert all(bases_anywhere(folded) is not None for _, folded in words)


def test_an_apostrophe_parts_words_except_in_cyrillic() -> None:
    assert [token.text for token in tokens("l’atelier d'été")] == ["l", "atelier", "d", "ete"]
    assert [token.text for token in tokens("сім’я, п'ять")] == ["сімя", "пять"]


def test_the_word_lists_are_there_for_every_language() -> None:
    assert set(lexicon().languages) == set(TAGS), "run: python -m libri_graph.index.text.lexicon"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("lv", "bibliotēka bibliotēkas bibliotēkai bibliotēkā bibliotēkās bibliotēkām bibliotēku"),
        ("lv", "bēglis bēgļi bēgļiem bēgļu"),
        ("lv", "iniciatīva iniciatīvām iniciatīvu"),
        ("lv", "sarunu sarunas"),
        ("pl", "biblioteka bibliotece bibliotekach bibliotekom bibliotek"),
        ("pl", "uchodźca uchodźców uchodźcom uchodźcy"),
        ("pl", "językowa językowej językowych językowe"),
        ("ro", "bibliotecă bibliotecii biblioteci bibliotecilor biblioteca"),
        ("ro", "refugiat refugiați refugiaților refugiații"),
        ("uk", "бібліотека бібліотеки бібліотеках бібліотеками бібліотеці"),
        ("uk", "біженець біженців біженцям"),
        ("uk", "клуб клубу клубів клубах"),
        ("ar", "مكتبة المكتبة والمكتبات بالمكتبة للمكتبات"),
        ("ar", "لاجئ اللاجئين لاجئون للاجئين"),
        ("fr", "bibliothèque bibliothèques"),
        ("it", "biblioteca biblioteche"),
        ("nl", "bibliotheek bibliotheken"),
        ("en", "library libraries"),
    ],
)
def test_forms_of_one_word_meet(language: str, words: str) -> None:
    first, *others = [set(bases(fold(word), language)) for word in words.split()]
    assert all(first & other for other in others)


def test_forms_without_accents_meet_too() -> None:
    assert set(bases("bibliotekas", "lv")) & set(bases(fold("bibliotēka"), "lv"))
    assert set(bases("uchodzcow", "pl")) & set(bases(fold("uchodźca"), "pl"))


def test_a_word_is_only_looked_up_in_languages_of_its_script() -> None:
    assert {term[:2] for term in bases_anywhere("клуб")} == {"uk"}
    assert {term[:2] for term in bases_anywhere("كتب")} == {"ar"}
    assert bases_anywhere("2022") == ()
    assert script("café") == "LATIN"


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_a_distance_is_the_same_both_ways_and_nothing_between_equals(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) >= abs(len(one) - len(other))
