"""The 25 competency questions: each finds what it must on a small graph, and what there is in the real data.

Beside this file, `questions/` holds for each question a small graph with decoys (`cq01.ttl`, or `.trig` where it takes
several sources) and what must come out of it: rows in order (`.tsv`), or the triples that are built (`.nt`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store
from rdflib import Dataset

from libri_graph.ingest import folder
from libri_graph.languages import TAGS
from libri_graph.namespaces import CONCEPTS, GRAPHS, IDS, PREFIXES, term
from libri_graph.store import view
from libri_graph.store.binding import ROW, bind

NAMES = [f"cq{number:02d}" for number in range(1, 26)]
WAITING = {"cq02", "cq09", "cq11", "cq19"}
QUESTIONS = Path(__file__).parents[2] / "ontology" / "questions"
CASES = Path(__file__).parent / "questions"
EXAMPLE = NamedNode(GRAPHS + "example")
FORM = re.compile(r"^(SELECT|CONSTRUCT)\b", re.MULTILINE)

GUIDES = """SELECT (COUNT(DISTINCT ?guide) AS ?all) (COUNT(DISTINCT ?whole) AS ?ready) WHERE {
  ?guide a libri:Guide
  OPTIONAL { ?guide schema:url ?page ; dcterms:license ?licence BIND(?guide AS ?whole) }
}"""

Answer = list[tuple[str, ...]]


def text(name: str) -> str:
    return (QUESTIONS / f"{name}.rq").read_text(encoding="utf-8")


def written(node: object) -> str:
    """A term as N-Triples, and nothing for an unbound variable."""
    return "" if node is None else str(node)


def answer(results: QuerySolutions | pyoxigraph.QueryTriples) -> Answer:
    """Rows in order, or triples sorted."""
    if isinstance(results, QuerySolutions):
        return [tuple(written(value) for value in solution) for solution in results]
    return sorted((str(triple.subject), str(triple.predicate), str(triple.object)) for triple in results)


@pytest.fixture(scope="module")
def real(knowledge: Path) -> Store:
    """Everything that the checkout knows, with the view as default graph."""
    store = Store()
    for source in folder.read_knowledge(knowledge):
        store.extend(source.quads())
    view.rebuild(store)
    return store


def small(name: str) -> Iterator[Quad]:
    """The small graph of a question, in the default graph and in that of its source."""
    (path,) = [found for found in (CASES / f"{name}.ttl", CASES / f"{name}.trig") if found.exists()]
    for quad in pyoxigraph.parse(path=path):
        named = quad.graph_name if isinstance(quad.graph_name, NamedNode) else EXAMPLE
        yield Quad(quad.subject, quad.predicate, quad.object, named)
        yield Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())


def expected(name: str) -> Answer:
    rows = CASES / f"{name}.tsv"
    if rows.exists():
        found = pyoxigraph.parse_query_results(path=rows, format=QueryResultsFormat.TSV)
        assert isinstance(found, QuerySolutions)
        return answer(found)
    return sorted(
        (str(q.subject), str(q.predicate), str(q.object)) for q in pyoxigraph.parse(path=CASES / f"{name}.nt")
    )


def described(real: Store, name: str, about: str) -> list[NamedNode | Literal]:
    question = NamedNode(f"{IDS}question/{name}")
    return [quad.object for quad in real.quads_for_pattern(question, term(about), None, DefaultGraph())]


def test_each_of_25_questions_is_one_query_with_one_small_graph() -> None:
    assert sorted(path.stem for path in QUESTIONS.glob("*.rq")) == NAMES
    assert sorted(path.stem for path in CASES.iterdir() if path.suffix in {".ttl", ".trig"}) == NAMES
    assert sorted(path.stem for path in CASES.iterdir() if path.suffix in {".tsv", ".nt"}) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_question_says_in_nine_languages_what_it_asks_and_for_whom(real: Store, name: str) -> None:
    titles = {title.language: title.value for title in described(real, name, "dcterms:title")}
    assert sorted(titles) == sorted(TAGS)
    assert text(name).splitlines()[0] == f"# {titles['en']}"
    (audience,) = described(real, name, "dcterms:audience")
    assert audience.value.startswith(CONCEPTS + "user-groups/")
    assert described(real, name, "libri:queryFile") == [Literal(f"{name}.rq")]


@pytest.mark.parametrize("name", sorted(WAITING))
def test_a_question_that_waits_says_in_nine_languages_for_what(real: Store, name: str) -> None:
    assert sorted({note.language for note in described(real, name, "skos:note")}) == sorted(TAGS)


@pytest.mark.parametrize("name", NAMES)
def test_a_list_is_ordered_and_uses_nothing_beyond_sparql_1_1(name: str) -> None:
    query = text(name)
    assert FORM.search(query)
    if "\nSELECT" in query:
        assert "\nORDER BY" in query
    assert "geof:" not in query
    assert "SERVICE" not in query
    assert not re.search(r"^\s*(BASE|FROM)\b", query, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_on_the_small_graph_is_the_expected_one(name: str) -> None:
    store = Store()
    store.extend(small(name))
    found = answer(store.query(text(name)))
    assert found
    assert found == expected(name)


@pytest.mark.filterwarnings("ignore:Dataset[.]:DeprecationWarning")  # rdflib warns of its own use of it
@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_the_same_answer(name: str) -> None:
    dataset = Dataset()
    for quad in small(name):
        source = quad.graph_name
        graph = dataset.graph(source.value) if isinstance(source, NamedNode) else dataset.default_graph
        graph.parse(data=f"{quad.triple} .", format="nt")
    found = Counter(tuple(as_written(value) for value in row) for row in dataset.query(text(name)))
    assert found == Counter(expected(name))


def as_written(node: rdflib.term.Node | None) -> str:
    """What `written` says of the same term."""
    if isinstance(node, rdflib.Literal):
        language = node.language
        datatype = None if language or node.datatype is None else NamedNode(str(node.datatype))
        return str(Literal(str(node), language=language, datatype=datatype))
    return "" if node is None else f"<{node}>"


@pytest.mark.parametrize("name", NAMES)
def test_no_row_comes_twice_from_the_real_data(real: Store, name: str) -> None:
    found = answer(real.query(text(name)))
    assert [row for row, times in Counter(found).items() if times > 1] == []


def test_the_questions_that_wait_are_those_that_the_data_cannot_answer(real: Store) -> None:
    waits = NamedNode(CONCEPTS + "answerability/waits-for-data")
    marked = {name for name in NAMES if waits in described(real, name, "libri:answerability")}
    empty = {name for name in NAMES if not answer(real.query(text(name)))}
    partly = {"cq02"} if few_guides_can_be_downloaded(real) else set()
    assert marked == empty | partly == WAITING


def few_guides_can_be_downloaded(real: Store) -> bool:
    """Whether most guides lack an address or a licence."""
    (row,) = real.query(GUIDES, prefixes=PREFIXES)
    return 2 * int(row["ready"].value) < int(row["all"].value)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_takes_other_values_in_at_most_one_marked_row(name: str) -> None:
    rows = ROW.findall(text(name))
    assert len(rows) == text(name).count("# bind") <= 1
    assert "?lang" not in text(name) or "?lang" in rows[0][1]


def test_a_reader_of_any_language_gets_each_practice_once(real: Store) -> None:
    counts = set()
    for language in (*TAGS, "de"):
        practices = [row[0] for row in answer(real.query(widespread(language)))]
        assert len(set(practices)) == len(practices)
        counts.add(len(practices))
    assert len(counts) == 1


def test_a_name_is_in_the_language_of_the_reader_else_in_english_else_in_any() -> None:
    store = Store()
    store.extend(small("cq17"))
    assert name_of_the_practice(store, "it") == Literal("Caffè linguistico", language="it")
    assert name_of_the_practice(store, "lv") == Literal("Café", language="en")
    english = Quad(NamedNode("https://example.org/wide"), term("skos:prefLabel"), Literal("Café", language="en"))
    store.remove(english)
    assert name_of_the_practice(store, "lv") == Literal("Caffè linguistico", language="it")


def widespread(language: str) -> str:
    return bind(text("cq17"), {"more": 3, "lang": language})


def name_of_the_practice(store: Store, language: str) -> object:
    (row,) = store.query(widespread(language))
    return row["name"]
