"""Our server keeps to the W3C's SPARQL 1.1 suites, and the comparison that says so is sound."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tests.w3c.answers import Table, Term, read_csv, read_expected, read_results
from tests.w3c.compare import XSD, same_answer, same_graph, same_graphs
from tests.w3c.description import TYPE, schema_fault, sd
from tests.w3c.evaluation import Outcome, is_ordered
from tests.w3c.exchanges import Expected, graph_store_tests, protocol_tests
from tests.w3c.manifest import core_cases
from tests.w3c.protocol import check
from tests.w3c.report import Report, read_causes
from tests.w3c.server import our_server
from tests.w3c.stub import Stubs
from tests.w3c.suites import CORE, in_process, on_server
from tests.w3c.targets import OverHttp

FLOOR = {"protocol": 34, "graph store protocol": 13, "service description": 3, "service": 7}
CORE_FLOOR, CORE_TOTAL = 480, 498
EXAMPLE = NamedNode("http://example.org/p")
TABLE = b"""<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head>
<results><result><binding name="x"><literal datatype="http://www.w3.org/2001/XMLSchema#int">+5</literal></binding>
</result></results></sparql>"""


@pytest.fixture(scope="module")
def suites(shared: Path) -> Path:
    return shared / "w3c" / "sparql11"


def number(lexical: str, datatype: str) -> Literal:
    return Literal(lexical, datatype=NamedNode(XSD + datatype))


def column(*terms: Term | None) -> Table:
    return Table(("x",), tuple((term,) for term in terms))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_our_server_passes_what_it_promises(suites: Path) -> None:
    with Stubs() as stubs, our_server(stubs.allowed()) as started, OverHttp(started, ours=True) as target:
        report = Report(on_server(target, stubs, suites), in_process(stubs, suites))
    passed, total = report.count(*CORE)
    assert total == CORE_TOTAL
    assert report.exit_code == 0, report.text("server")
    assert passed >= CORE_FLOOR, report.text("server")
    assert {suite: report.count(suite) for suite in FLOOR} == {suite: (all_, all_) for suite, all_ in FLOOR.items()}


def test_every_failure_in_process_has_a_cause_and_every_cause_a_failure(suites: Path) -> None:
    with Stubs() as stubs:
        report = Report(in_process(stubs, suites))
    assert report.count(*CORE) == (CORE_FLOOR, CORE_TOTAL)
    assert {failure.key for failure in report.failures} == read_causes().keys()


def test_manifests_hold_as_many_tests_as_the_w3c_published(suites: Path) -> None:
    cases = core_cases(suites)
    assert len({case.key for case in cases}) == len(cases) == CORE_TOTAL + FLOOR["service"]
    assert len(protocol_tests(suites)) == FLOOR["protocol"]
    assert len(graph_store_tests(suites)) == FLOOR["graph store protocol"]


def test_every_expected_result_equals_itself_and_no_other(suites: Path) -> None:
    results = {case.result for case in core_cases(suites) if case.result}
    assert results
    for path in results:
        first, second = (read_expected(path, suites) for _ in range(2))
        assert same_answer(first, second), path
        assert not same_answer(first, Table(("other",), ())), path


def test_requests_carry_the_bytes_the_manifest_asks_for(suites: Path) -> None:
    bodies = {test.key: test.exchanges[0].body for test in protocol_tests(suites)}
    assert bodies["protocol#query_post_direct"] == b"ASK {}"
    assert bodies["protocol#bad_query_non_utf8"] == "ASK {}".encode("UTF-16")


def test_numbers_are_compared_by_value_within_a_datatype() -> None:
    assert same_answer(column(number("2.50", "decimal")), column(number("2.5", "decimal")))
    assert same_answer(column(number("1.0E6", "double")), column(number("1000000", "double")))
    assert not same_answer(column(number("1", "integer")), column(number("1", "decimal")))
    assert not same_answer(column(number("0", "boolean")), column(number("false", "boolean")))


def test_numbers_that_are_none_are_compared_as_written() -> None:
    assert not same_answer(column(number("many", "integer")), column(number("1", "integer")))


def test_blank_nodes_are_compared_by_shape_across_rows() -> None:
    a, b, c = (BlankNode() for _ in range(3))
    assert same_answer(column(a, a, b), column(c, b, c))
    assert not same_answer(column(a, a, b), column(a, b, c))


def test_rows_are_a_multiset_unless_ordered() -> None:
    one, two = Literal("1"), Literal("2")
    assert same_answer(column(one, two), column(two, one))
    assert not same_answer(column(one, two), column(two, one), ordered=True)
    assert not same_answer(column(one, one, two), column(one, two, two))


def test_reduced_may_drop_repetitions_only() -> None:
    one, two = Literal("1"), Literal("2")
    assert same_answer(column(one, one, two), column(one, two), lax=True)
    assert not same_answer(column(one, one, two), column(one, one), lax=True)
    assert not same_answer(column(one, two), column(one, two, two), lax=True)


def test_an_unbound_variable_is_not_a_missing_one() -> None:
    assert not same_answer(Table(("x", "y"), ((Literal("1"), None),)), column(Literal("1")))
    assert not same_answer(column(None), column(Literal("")))


def test_columns_may_come_in_any_order() -> None:
    a, b = Literal("a"), Literal("b")
    assert same_answer(Table(("x", "y"), ((a, b),)), Table(("y", "x"), ((b, a),)))


def test_answers_of_different_forms_differ() -> None:
    assert not same_answer(True, column())
    assert not same_answer([], column())
    assert not same_answer(True, False)


def test_graphs_are_isomorphic_or_not() -> None:
    a, b, c = (BlankNode() for _ in range(3))
    assert same_graph([Triple(a, EXAMPLE, b)], [Triple(b, EXAMPLE, a)])
    assert not same_graph([Triple(a, EXAMPLE, b)], [Triple(c, EXAMPLE, c)])


def test_an_empty_graph_is_as_good_as_none() -> None:
    triple = Triple(EXAMPLE, EXAMPLE, EXAMPLE)
    assert same_graphs({None: [triple], "urn:a": []}, {None: [triple]})
    assert not same_graphs({None: [triple]}, {"urn:a": [triple]})


def test_results_are_read_as_written() -> None:
    assert read_results(TABLE, "srx") == column(number("+5", "int"))


def test_csv_is_compared_by_spelling() -> None:
    read = read_csv("x,y\r\n_:a,1.0\r\n,\r\n")
    assert read.variables == ("x", "y")
    assert read.rows[1] == (None, None)
    assert same_answer(read, read_csv("y,x\r\n1.0,_:b\r\n,\r\n"))
    assert not same_answer(read, read_csv("x,y\r\n_:a,1\r\n,\r\n"))


def test_only_the_outermost_order_counts() -> None:
    assert is_ordered("SELECT * { ?s ?p ?o } ORDER BY ?s")
    assert not is_ordered("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s } }")


def test_a_response_is_held_to_status_and_media_type() -> None:
    expected = Expected(frozenset({"2xx"}), boolean=True, format="boolean")
    json = {"content-type": "application/sparql-results+json"}
    request = httpx.Request("GET", "http://127.0.0.1/sparql")
    yes = httpx.Response(200, headers=json, content=b'{"head":{},"boolean":true}', request=request)
    no = httpx.Response(200, headers=json, content=b'{"head":{},"boolean":false}', request=request)
    assert check(expected, yes) == ""
    assert "answered" in check(expected, no)
    assert "status 500" in check(expected, httpx.Response(500, request=request))
    assert "text/html" in check(expected, httpx.Response(200, html="<p>", request=request))


def test_a_run_fails_on_what_is_unexplained_or_below_pyoxigraph() -> None:
    failed, fine = Outcome("a#1", "service", "wrong"), Outcome("a#1", "service")
    assert Report([fine], causes={}).exit_code == 0
    assert Report([failed], causes={}).exit_code == 1
    assert Report([failed], causes={"a#1": "known"}).exit_code == 0
    assert Report([failed], [fine], causes={"a#1": "known"}).exit_code == 1


def test_a_service_description_is_held_to_the_vocabulary() -> None:
    service = Triple(BlankNode("s"), TYPE, sd("Service"))
    assert schema_fault([service, Triple(BlankNode("s"), sd("supportedLanguage"), sd("SPARQL11Query"))]) == ""
    assert "nothing" in schema_fault([Triple(EXAMPLE, sd("endpoint"), EXAMPLE)])
    assert "no property" in schema_fault([service, Triple(BlankNode("s"), sd("language"), EXAMPLE)])
    assert "no sd:Language" in schema_fault([service, Triple(BlankNode("s"), sd("supportedLanguage"), sd("Nonsense"))])
    assert "literal" in schema_fault([service, Triple(BlankNode("s"), sd("feature"), Literal("fast"))])
