"""What is found, in which order, and why; whatever is asked and however the index came to be."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from libri_graph.errors import IndexMissing
from libri_graph.index.text import writing
from libri_graph.index.text.document import Document, Words
from libri_graph.index.text.found import Found, How
from libri_graph.index.text.index import MOST_HITS, TextIndex

DOCUMENTS_FROM = "https://example.org/"


def iris(found: Found) -> list[str]:
    return [hit.iri.removeprefix(DOCUMENTS_FROM) for hit in found.hits]


@pytest.mark.parametrize(
    "words", ["language café", "Sarunu klubi", "kawiarenkach językowych", "مقهى لغوي", "jezykowa kawiarenka", "convers"]
)
def test_a_concept_is_found_in_any_language_with_all_that_names_it(index: TextIndex, words: str) -> None:
    found = iris(index.search(words, ("en",)))
    assert "concept/cafe" in found[:2]
    assert {"initiative/riga", "initiative/oslo"} <= set(found)


def test_what_names_a_narrower_concept_is_found_by_the_broader_one(index: TextIndex) -> None:
    assert {"concept/support", "initiative/riga"} <= set(iris(index.search("language support", ("en",))))


def test_a_place_is_found_in_another_script(index: TextIndex) -> None:
    assert iris(index.search("Рига", ("uk",)))[0] == "place/riga"
    assert "initiative/riga" in iris(index.search("Рига", ("uk",)))


def test_all_the_words_count_more_than_some(index: TextIndex) -> None:
    assert iris(index.search("sarunu klubs Latvija", ("lv",)))[0] == "initiative/riga"


@pytest.mark.parametrize(
    ("words", "how"),
    [("bēgļiem", How.word), ("BEGLIEM", How.word), ("bēgļi", How.form), ("uchodzcy", How.form), ("bēgļie", How.form)],
)
def test_a_reason_says_how_near_the_words_are(index: TextIndex, words: str, how: How) -> None:
    found = index.search(words, ("lv",))
    assert iris(found) == ["guide/refugees"]
    assert found.hits[0].reasons[0].how == how


def test_the_beginning_of_a_word_finds_it(index: TextIndex) -> None:
    found = index.search("everyb", ("en",))
    assert iris(found) == ["initiative/riga"]
    (reason,) = found.hits[0].reasons
    assert (reason.how, reason.property, reason.language) == (How.prefix, "dcterms:description", "en")
    assert [reason.text[start:end] for start, end in reason.marks] == ["everybody"]


def test_a_mistake_is_forgiven_and_said(index: TextIndex) -> None:
    found = index.search("bibloteki", ("pl",))
    assert "guide/refugees" in iris(found)
    assert found.corrected == (("bibloteki", "biblioteki"),)
    assert all(reason.how == How.typo for hit in found.hits for reason in hit.reasons)


def test_a_reason_names_the_concept_in_the_reader_s_language(index: TextIndex) -> None:
    riga = next(hit for hit in index.search("sarunu klubs", ("pl", "en")).hits if hit.iri.endswith("initiative/riga"))
    (reason,) = riga.reasons
    assert reason.words == ("sarunu", "klubs")
    assert (reason.property, reason.text, reason.language) == ("libri:serviceType", "kawiarenka językowa", "pl")
    assert reason.iri.endswith("concept/cafe")


def test_a_reason_marks_the_words_in_the_text_of_its_language(index: TextIndex) -> None:
    (reason,) = index.search("uchodźcom biblioteka", ("pl",)).hits[0].reasons
    assert (reason.text, reason.language, reason.iri) == ("Biblioteki dla uchodźców", "pl", "")
    assert [reason.text[start:end] for start, end in reason.marks] == ["Biblioteki", "uchodźców"]


def test_a_draft_counts_less_and_says_so(tmp_path: Path) -> None:
    title = Words("skos:prefLabel", "lv", "Pasaku stunda")
    written, drafted = (
        Document(DOCUMENTS_FROM + name, "Initiative", (replace(title, draft=draft),))
        for name, draft in (("written", False), ("drafted", True))
    )
    hits = TextIndex.make(tmp_path / "drafts", [drafted, written]).search("pasakas", ("lv",)).hits
    assert [(hit.iri, hit.reasons[0].draft) for hit in hits] == [(written.iri, False), (drafted.iri, True)]


def test_a_hidden_name_is_never_shown(index: TextIndex) -> None:
    found = index.search("مقهى لغوي", ("ar",))
    assert all(suggestion.text != "مقهى لغوي" for suggestion in index.suggest("مقهى", ("ar",)))
    texts = [reason.text for hit in found.hits for reason in hit.reasons if hit.iri.endswith("initiative/riga")]
    assert texts == ["conversation group"]


def test_only_the_kinds_that_are_asked_for_are_found(index: TextIndex) -> None:
    assert iris(index.search("sarunu klubs", ("lv",), kinds=["Initiative"])) != []
    assert {hit.kind for hit in index.search("sarunu klubs", ("lv",), kinds=["Initiative"]).hits} == {"Initiative"}
    assert index.search("sarunu klubs", ("lv",), kinds=["nonsense"]).hits == ()


def test_words_that_nothing_holds_are_told_and_do_not_hide_the_others(index: TextIndex) -> None:
    found = index.search("sarunu klubs qqqqqqqq", ("lv",))
    assert found.unknown == ("qqqqqqqq",)
    assert iris(found)[0] == "concept/cafe"


def test_a_part_of_the_hits_is_the_same_part(index: TextIndex) -> None:
    whole = iris(index.search("sarunu klubs", ("lv",)))
    assert iris(index.search("sarunu klubs", ("lv",), limit=2, offset=1)) == whole[1:3]
    assert iris(index.search("sarunu klubs", ("lv",), limit=5, offset=MOST_HITS)) == []


def test_suggestions_begin_as_the_reader_types(index: TextIndex) -> None:
    assert [found.text for found in index.suggest("sar", ("lv",))] == ["sarunu klubs", "Sarunu klubs Oslo"]
    assert next(found.text for found in index.suggest("language ca", ("en",))) == "language café"
    assert index.suggest("s", ("lv",)) == ()
    assert index.suggest("", ("lv",)) == ()


@given(st.text(max_size=400), st.sampled_from(["en", "lv", "ar"]))
@settings(deadline=None, max_examples=150)
@example('kind:Initiative OR *:* "unclosed', "en")
@example("a" * 5000, "en")
@example("\ud800", "en")
@example("كتاب " * 200, "ar")
@example("~ ^ * ? \\ / : ( ) [ ] { }", "en")
def test_no_question_fails(index: TextIndex, words: str, language: str) -> None:
    found = index.search(words, (language,))
    assert len(found.hits) <= found.total
    assert all(hit.reasons for hit in found.hits)
    index.suggest(words, (language,))


def test_a_long_question_is_cut_and_says_so(index: TextIndex) -> None:
    assert index.search("library " * 100, ("en",)).cut
    assert index.search(" ".join(f"word{number}" for number in range(40)), ("en",)).cut
    assert not index.search("library", ("en",)).cut


def test_there_is_no_index_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        TextIndex.open(tmp_path)


def _random_documents(chance: random.Random, number: int) -> list[Document]:
    text = "biblioteka language café klubs refugee bēgļi women dzieci Riga книга كتاب helping"
    vocabulary = text.split()
    return [
        Document(
            f"https://example.org/thing/{n}",
            chance.choice(["Initiative", "Guide", "skos:Concept"]),
            tuple(
                Words(name, language, " ".join(chance.choices(vocabulary, k=4)), draft=name == "libri:gloss")
                for name in ("skos:prefLabel", "libri:gloss", "dcterms:description")
                for language in chance.sample(["en", "lv", "pl", "uk", "ar"], 2)
            ),
            grade=chance.choice(["a", "b", ""]),
        )
        for n in range(number)
    ]


def test_an_index_that_followed_changes_answers_like_one_made_anew(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # any numbers will do
    documents = {document.iri: document for document in _random_documents(chance, 60)}
    followed = TextIndex.make(tmp_path / "0", documents.values())
    for step in range(1, 6):
        changed = [replace(d, words=d.words[:2]) for d in chance.sample(list(documents.values()), 5)]
        gone = chance.sample(sorted(documents), 4)
        new = [replace(d, iri=f"{d.iri}-{step}") for d in _random_documents(chance, 3)]
        documents |= {document.iri: document for document in [*changed, *new]}
        for iri in gone:
            del documents[iri]
        followed = followed.update(tmp_path / str(step), [d for d in [*changed, *new] if d.iri not in gone], gone)
    made = TextIndex.make(tmp_path / "anew", documents.values())
    assert followed.size == made.size == len(documents)
    for words in ("language café", "bibliotekas", "refugee wom", "кнги", "helpin klubs", "كتاب", "riga", "dziecko"):
        assert _answer(followed, words) == _answer(made, words), words


def _answer(index: TextIndex, words: str) -> object:
    found = index.search(words, ("lv", "en"), limit=MOST_HITS)
    hits = [(hit.iri, round(hit.score, 4), hit.reasons) for hit in found.hits]
    return hits, found.total, found.unknown, found.corrected


def test_a_copy_leaves_what_it_was_made_of_as_it_is(tmp_path: Path, index: TextIndex) -> None:
    document = Document(
        "https://example.org/initiative/new", "Initiative", (Words("skos:prefLabel", "en", "Zeppelin"),)
    )
    changed = index.update(tmp_path / "copy", [document])
    assert iris(changed.search("zeppelin", ("en",))) == ["initiative/new"]
    assert iris(index.search("zeppelin", ("en",))) == []
    assert iris(TextIndex.open(tmp_path / "copy").search("zeppelin", ("en",))) == ["initiative/new"]
    writing.update(tmp_path / "copy", [], ["https://example.org/initiative/new"])
    assert iris(changed.search("zeppelin", ("en",))) == ["initiative/new"], "a reader keeps what it opened"
