"""A report is read by people in their language, and by programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from libri_graph.languages import TAGS
from libri_graph.namespaces import term
from libri_graph.validation import Result, ValidationReport, Validator, paths
from libri_graph.validation.locate import Files
from libri_graph.validation.names import NamesInStore, NoNames
from libri_graph.validation.report import as_html, as_json, as_text, as_turtle
from libri_graph.validation.shapes import VIOLATION, WARNING
from libri_graph.validation.shapes_graph import ShapesGraph
from libri_graph.validation.words import PHRASES

MODEL = "https://example.org/model#"
IDS = "https://example.org/id/"
RECORDS = Path(__file__).parent / "example" / "data" / "records.ttl"
SPOILT = {
    '"Runājam kopā"@lv': '"Runājam kopā"@lv , "Runāsim kopā"@lv',
    "ex:kind ex:cafe": "ex:kind ex:tour",
    "ex:organiser id:school": "ex:organiser id:nobody",
    '"Reading aloud"@en': '"Lasām skaļi"@lv',
}
JARGON = re.compile(r"sh:|shacl|ConstraintComponent|minCount|skos:|https://example\.org/model#")


@pytest.fixture
def spoilt(tmp_path: Path) -> tuple[Store, Path]:
    """The example with four faults, in a file and in a store."""
    text = RECORDS.read_text()
    for right, wrong in SPOILT.items():
        assert right in text
        text = text.replace(right, wrong)
    file = tmp_path / "records.ttl"
    file.write_text(text)
    store = Store()
    store.load(path=str(file), format=RdfFormat.TURTLE)
    return store, file


@pytest.fixture
def written(spoilt: tuple[Store, Path], validator: Validator) -> Callable[..., str]:
    """Writes the report on the spoilt example in a form."""
    store, file = spoilt
    report = validator.validate(store)

    def write(form: Callable[..., str], language: str, **options: bool) -> str:
        return form(report, language, NamesInStore(store), Files([file]), **options)

    return write


def test_a_latvian_librarian_reads_file_line_record_field_value_and_advice(written: Callable[..., str]) -> None:
    text = written(as_text, "lv")
    line = RECORDS.read_text()[: RECORDS.read_text().index("Runājam kopā")].count("\n") + 1
    assert "records.ttl" in text
    assert "Runājam kopā  https://example.org/id/talking" in text
    assert f"{line}. rinda · Lauks: Nosaukums · Vērtība: “Runājam kopā” (lv), “Runāsim kopā” (lv)" in text
    assert "Kas jādara: Norādiet vienu nosaukumu katrā valodā." in text
    assert "Lauks: Veids · Vērtība: “Ekskursija” (lv)" in text
    assert text.rstrip().endswith("Kamēr kļūdas nav izlabotas, neko nevar publicēt.")


@pytest.mark.parametrize("form", [as_text, as_html])
@pytest.mark.parametrize("language", TAGS)
def test_no_reader_meets_jargon(form: Callable[..., str], language: str, written: Callable[..., str]) -> None:
    assert not JARGON.search(written(form, language, everything=True))


def test_errors_come_one_by_one_and_warnings_by_kind(written: Callable[..., str]) -> None:
    short, whole = written(as_text, "en"), written(as_text, "en", everything=True)
    assert "1 × Name: Add a name in English." in short
    assert "Every one of them is shown with --all." in short
    assert "What to do: Add a name in English." in whole
    assert "--all" not in whole


def test_a_summary_names_the_first_few_and_counts_the_rest(validator: Validator) -> None:
    store = Store()
    for number in range(5):
        kind, about = Quad(_node(number), term("rdf:type"), NamedNode(MODEL + "Organisation"), DefaultGraph()), ()
        store.extend([kind, *about])
    text = as_text(validator.validate(store), "en", NamesInStore(store))
    assert "5 × Name" in text
    assert text.count(IDS) == 3
    assert "and 2 more" in text


def _node(number: int) -> NamedNode:
    return NamedNode(f"{IDS}{number}")


def test_one_record_is_told_once_what_two_constraints_say() -> None:
    def said(component: str) -> Result:
        node, path = NamedNode(IDS + "x"), paths.Predicate(term("skos:note"))
        return Result(node, path, Literal("y"), VIOLATION, node, term(component), {"en": "Mend it."}, {"en": "Note"})

    report = ValidationReport.of([said("sh:MinLengthConstraintComponent"), said("sh:PatternConstraintComponent")])
    assert as_text(report, "en", NoNames()).count("Mend it.") == 1


def test_a_fault_that_nobody_explained_still_says_whom_to_ask() -> None:
    node = NamedNode(IDS + "x")
    report = ValidationReport.of([Result(node, None, None, VIOLATION, node, term("sh:NodeConstraintComponent"))])
    assert "redaktori" in as_text(report, "lv", NoNames())


@pytest.mark.parametrize("language", TAGS)
def test_a_clean_report_says_so(language: str) -> None:
    said = PHRASES["in_order"][language]
    assert said in as_text(ValidationReport(), language, NoNames())
    assert said in as_html(ValidationReport(), language, NoNames())


def test_an_unknown_language_is_answered_in_english() -> None:
    assert "Everything is in order." in as_text(ValidationReport(), "fi", NoNames())


def test_arabic_runs_from_right_to_left_and_keeps_other_scripts_apart(written: Callable[..., str]) -> None:
    page, text = written(as_html, "ar"), written(as_text, "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert '<bdi lang="en" dir="ltr">Kind</bdi>' in page
    assert f'<p class="address"><bdi dir="ltr"><a href="{IDS}talking">' in page
    assert "\u2068https://example.org/id/talking\u2069" in text


def test_a_fragment_is_a_section_of_another_page(written: Callable[..., str]) -> None:
    fragment = written(as_html, "lv", whole_page=False)
    assert fragment.startswith('<section class="validation-report" lang="lv" dir="ltr">')
    assert fragment.rstrip().endswith("</section>")


def test_a_page_escapes_what_the_data_says() -> None:
    node = NamedNode(IDS + "x")
    bad = Literal("<script>alert(1)</script>")
    result = Result(node, None, bad, VIOLATION, node, term("sh:InConstraintComponent"), {"en": "a < b & c"})
    page = as_html(ValidationReport.of([result]), "en", NoNames())
    assert "<script>" not in page
    assert "a &lt; b &amp; c" in page


def test_a_long_value_is_shown_by_its_beginning() -> None:
    node = NamedNode(IDS + "x")
    result = Result(node, None, Literal("x" * 1000), VIOLATION, node, term("sh:MaxLengthConstraintComponent"))
    assert "x" * 300 not in as_text(ValidationReport.of([result]), "en", NoNames())


def test_json_has_iris_and_words(written: Callable[..., str]) -> None:
    report = json.loads(written(as_json, "lv"))
    assert report["conforms"] is False
    assert report["counts"] == {"Violation": 4, "Warning": 2, "Info": 0}
    nobody = next(one for one in report["results"] if one["values"] == [{"id": IDS + "nobody"}])
    assert nobody["field"] == "Rīkotājs"
    assert nobody["file"].endswith("records.ttl")
    assert nobody["messages"]["en"] == "Choose an organisation that has a record."


def test_turtle_is_a_shacl_report_with_every_language(spoilt: tuple[Store, Path], validator: Validator) -> None:
    report = validator.validate(spoilt[0])
    graph = ShapesGraph(pyoxigraph.parse(as_turtle(report), format=RdfFormat.TURTLE))
    (whole,) = graph.subjects(term("rdf:type"), term("sh:ValidationReport"))
    results = graph.objects(whole, term("sh:result"))
    assert len(results) == len(report.results)
    assert not graph.flag(whole, term("sh:conforms"))
    messages = [graph.texts(node, term("sh:resultMessage")) for node in results]
    assert any({"en", "lv", "ar"} <= found.keys() for found in messages)
    read = {str(paths.read(graph, path)) for node in results for path in graph.objects(node, term("sh:resultPath"))}
    assert read == {str(result.path) for result in report.results if result.path}


def test_a_part_is_told_under_its_record() -> None:
    store = Store()
    place, part = NamedNode(IDS + "riga"), NamedNode(IDS + "riga#geometry")
    store.add(Quad(place, term("skos:prefLabel"), Literal("Rīga", language="lv"), DefaultGraph()))
    result = Result(part, None, None, WARNING, place, term("sh:NodeConstraintComponent"))
    assert f"Rīga  {place.value}" in as_text(ValidationReport.of([result]), "lv", NamesInStore(store), everything=True)


def test_every_phrase_exists_in_every_language() -> None:
    assert {phrase for phrase, said in PHRASES.items() if said.keys() != {*TAGS}} == set()


def test_every_translation_fills_in_the_same_names() -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert {
        p
        for p, said in PHRASES.items()
        if {frozenset(names(t)) for t in said.values()} != {frozenset(names(said["en"]))}
    } == set()
