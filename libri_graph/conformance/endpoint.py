"""Rules about the SPARQL endpoint. Source: SPARQL 1.1 Protocol and its result formats."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.graph import FORMS, JSON_LD, RDF, RdfInvalid
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import RESULTS, Site, asking
from libri_graph.conformance.words import SD

XML: Final = "application/sparql-results+xml"
FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
ELSEWHERE: Final = "https://example.org"
WORD: Final = "Rīga ترحيب"
SELECT: Final = f'SELECT ?word WHERE {{ BIND("{WORD}" AS ?word) }}'
CONSTRUCT: Final = f'CONSTRUCT {{ <http://example.org/a> <http://example.org/b> "{WORD}" }} WHERE {{}}'
BROKEN: Final = "SELECT ?a WHERE {\n  ?a ?b\n}"
NO_CHANGE: Final = "INSERT DATA {}"
"""An update that changes nothing, in case it is carried out."""


def _get(site: Site) -> None:
    _demand_word(site.select(SELECT), "GET")


def _post_form(site: Site) -> None:
    _demand_word(_post(site, FORM, urlencode({"query": SELECT}).encode()), "POST of a form")


def _post_query(site: Site) -> None:
    _demand_word(_post(site, QUERY, SELECT.encode()), f"POST of {QUERY}")


def _query_method(site: Site) -> None:
    headers = {"Accept": RESULTS, "Content-Type": QUERY}
    _demand_word(site.asker.ask(site.endpoint, "QUERY", headers, SELECT.encode()), "QUERY")


def _boolean(site: Site) -> None:
    answer = site.select("ASK { FILTER(false) }")
    demand(_json(answer).get("boolean") is False, f"ASK came as {answer.told}")


def _xml(site: Site) -> None:
    _demand_text(site, XML)


def _csv(site: Site) -> None:
    _demand_text(site, "text/csv")


def _tsv(site: Site) -> None:
    _demand_text(site, "text/tab-separated-values")


def _charset(site: Site) -> None:
    answer = site.select(SELECT, "text/csv")
    if answer.media_type != "text/csv":
        raise NothingToAsk("there is no CSV (rule sparql-csv)")
    demand(answer.charset in ("utf-8", "utf8"), f"Content-Type: {answer.header('Content-Type')}")


def _csv_lines(site: Site) -> None:
    answer = site.select(SELECT, "text/csv")
    if answer.media_type != "text/csv":
        raise NothingToAsk("there is no CSV (rule sparql-csv)")
    demand(answer.text == f"word\r\n{WORD}\r\n", f"{answer.text!r} came")


def _graph_turtle(site: Site) -> None:
    _demand_graph(site, "text/turtle")


def _graph_json_ld(site: Site) -> None:
    _demand_graph(site, JSON_LD)


def _true_labels(site: Site) -> None:
    for media in ("*/*", RESULTS, *FORMS):
        answer = site.select(CONSTRUCT, media)
        if answer.status == 200:
            demand("sparql-results" not in answer.media_type, f"for {media} a graph came as {answer.media_type}")
            _demand_parses(site, answer)


def _weights(site: Site) -> None:
    for best, least in ((RESULTS, XML), (XML, RESULTS)):
        if site.select(SELECT, best).media_type != best:
            raise NothingToAsk(f"there is no {best}")
        answer = site.select(SELECT, f"{least};q=0.1, {best};q=0.9")
        demand(answer.media_type == best, f"{best} was preferred to {least}, and {answer.told} came")


def _accept_list(site: Site) -> None:
    answer = site.select(CONSTRUCT, RDF)
    demand(answer.status == 200 and answer.media_type in FORMS, f"for {RDF} came {answer.told}")


def _unacceptable(site: Site) -> None:
    answer = site.select(SELECT, "image/png")
    demand(answer.status == 406, f"for image/png alone came {answer.told}")


def _syntax(site: Site) -> None:
    answer = site.select(BROKEN)
    demand(answer.status == 400, f"a query with a fault came as {answer.told}")


def _syntax_place(site: Site) -> None:
    answer = site.select(BROKEN)
    if answer.status == 200:
        raise NothingToAsk("a query with a fault is not refused (rule sparql-syntax)")
    demand(bool(re.search(r"\b[123]\b", answer.text)), f"no line or column in {answer.text[:120]!r}")


def _post_type(site: Site) -> None:
    answer = _post(site, "text/plain", SELECT.encode())
    demand(400 <= answer.status < 500, f"a query as text/plain came as {answer.told}")


def _update_as_query(site: Site) -> None:
    answer = site.select(NO_CHANGE)
    said = f"{answer.told}: {answer.text[:80]}"
    demand(400 <= answer.status < 500, f"an update in the place of a query came as {said}")


def _update_closed(site: Site) -> None:
    answer = _post(site, FORM, urlencode({"update": NO_CHANGE}).encode())
    said = f"{answer.told}: {answer.text[:80]}"
    demand(400 <= answer.status < 500, f"an update (which changes nothing) from a stranger came as {said}")


def _description(site: Site) -> None:
    answers = [site.asker.get(site.endpoint, accept) for accept in ("text/turtle", RDF)]
    answer = next((answer for answer in answers if answer.media_type in FORMS), answers[0])
    demand(answer.status == 200 and answer.media_type in FORMS, f"without a query came {answer.told}")
    try:
        found = site.graph(answer)
    except RdfInvalid as fault:
        demand(False, str(fault))
    demand(any(SD in str(triple) for triple in found.triples), "it has no words of the service description")


def _head(site: Site) -> None:
    address = asking(site.endpoint, SELECT)
    answer = site.asker.ask(address, "HEAD", {"Accept": RESULTS})
    demand(answer.status == 200 and answer.media_type == RESULTS, f"HEAD came as {answer.told}")


def _varies(site: Site) -> None:
    answer = site.select(SELECT)
    demand(answer.lists("Vary", "Accept"), f"Vary: {answer.header('Vary') or 'none'}")


def _cors(site: Site) -> None:
    for query in (SELECT, BROKEN):
        answer = site.asker.get(asking(site.endpoint, query), RESULTS, Origin=ELSEWHERE)
        said = answer.header("Access-Control-Allow-Origin")
        demand(said in ("*", ELSEWHERE), f"{answer.status} with Access-Control-Allow-Origin: {said or 'none'}")


def _preflight(site: Site) -> None:
    answer = site.asker.ask(
        site.endpoint,
        "OPTIONS",
        {
            "Origin": ELSEWHERE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    said = answer.header("Access-Control-Allow-Origin")
    good = answer.status in (200, 204) and said in ("*", ELSEWHERE)
    demand(good, f"{answer.told}, Access-Control-Allow-Origin: {said or 'none'}")
    demand(answer.lists("Access-Control-Allow-Headers", "Content-Type"), "Content-Type is not among allowed headers")


def _etag(site: Site) -> None:
    answer = site.select(SELECT)
    demand(bool(answer.header("ETag")), "no ETag")


def _post(site: Site, media_type: str, body: bytes) -> Answer:
    return site.asker.ask(site.endpoint, "POST", {"Accept": RESULTS, "Content-Type": media_type}, body)


def _demand_word(answer: Answer, how: str) -> None:
    demand(answer.status == 200 and answer.media_type == RESULTS, f"{how} came as {answer.told}")
    rows = _json(answer).get("results", {}).get("bindings", [])
    came = [row.get("word", {}).get("value") for row in rows]
    demand(came == [WORD], f"{how}: {WORD!r} came as {came}")


def _demand_text(site: Site, media_type: str) -> None:
    answer = site.select(SELECT, media_type)
    demand(answer.status == 200 and answer.media_type == media_type, f"for {media_type} came {answer.told}")
    demand(WORD in answer.text, f"{WORD!r} is not in {answer.text[:120]!r}")


def _demand_graph(site: Site, media_type: str) -> None:
    answer = site.select(CONSTRUCT, media_type)
    demand(answer.status == 200 and answer.media_type == media_type, f"for {media_type} came {answer.told}")
    _demand_parses(site, answer)


def _demand_parses(site: Site, answer: Answer) -> None:
    try:
        found = [term.value for term in site.graph(answer).objects(None, "http://example.org/b")]
    except RdfInvalid as fault:
        demand(False, str(fault))
    demand(found == [WORD], f"{WORD!r} came as {found}")


def _json(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _rule(id_: str, level: Level, demanded: str, where: str, mend: str, probe: Callable[[Site], None]) -> Rule:
    return Rule(f"sparql-{id_}", level, demanded, where, mend, probe)


PROTOCOL: Final = "SPARQL 1.1 Protocol, 2.1"
FORMATS: Final = "SPARQL 1.1 Protocol, 2.1.6"
RULES: Final = (
    _rule("get", Level.must, "A query by GET is answered in JSON.", f"{PROTOCOL}.1", "Read ?query=.", _get),
    _rule("post-form", Level.must, "So is one by POST of a form.", f"{PROTOCOL}.2", f"Read {FORM}.", _post_form),
    _rule("post-query", Level.must, "So is one by POST as it is.", f"{PROTOCOL}.3", f"Read {QUERY}.", _post_query),
    _rule(
        "query-method",
        Level.may,
        "So is one by the method QUERY.",
        "The HTTP QUERY method; SPARQL 1.2 Protocol",
        "Route QUERY like POST.",
        _query_method,
    ),
    _rule("ask", Level.must, "ASK is answered by a boolean.", "SPARQL 1.1 JSON, 4", "Use its format.", _boolean),
    _rule("xml", Level.should, "Rows can be had as XML.", "SPARQL 1.1 XML", f"Offer {XML}.", _xml),
    _rule("csv", Level.should, "Rows can be had as CSV.", "SPARQL 1.1 CSV and TSV", "Offer text/csv.", _csv),
    _rule(
        "csv-lines",
        Level.should,
        "CSV is as the specification writes it, with CR LF at the end of a line.",
        "SPARQL 1.1 CSV and TSV, 3; RFC 4180",
        "End lines with CR LF.",
        _csv_lines,
    ),
    _rule("tsv", Level.may, "Rows can be had as TSV.", "SPARQL 1.1 CSV and TSV, 4", "Offer it.", _tsv),
    _rule(
        "charset",
        Level.should,
        "CSV says that it is UTF-8.",
        "SPARQL 1.1 CSV and TSV, 3",
        "Send text/csv; charset=utf-8.",
        _charset,
    ),
    _rule("turtle", Level.must, "A graph can be had as Turtle.", FORMATS, "Offer text/turtle.", _graph_turtle),
    _rule("json-ld", Level.may, "A graph can be had as JSON-LD.", FORMATS, f"Offer {JSON_LD}.", _graph_json_ld),
    _rule(
        "labels-true",
        Level.must,
        "A graph is labelled as what it is, never as rows, and parses.",
        "RFC 9110, 8.3",
        "Choose the form after you know whether the query gives rows or a graph.",
        _true_labels,
    ),
    _rule(
        "weights",
        Level.must,
        "Of two forms, the one with the higher q comes.",
        "RFC 9110, 12.5.1",
        "Parse Accept by a library that knows q-values.",
        _weights,
    ),
    _rule(
        "accept-list",
        Level.must,
        "Who accepts several forms of a graph gets one of them.",
        "RFC 9110, 12.5.1",
        "Parse Accept by a library; it is a list, with spaces and q-values.",
        _accept_list,
    ),
    _rule(
        "accept-none",
        Level.should,
        "Who accepts only what there is not is told so by 406.",
        "RFC 9110, 15.5.7",
        "Answer 406.",
        _unacceptable,
    ),
    _rule(
        "syntax",
        Level.must,
        "A query with a fault is a 400.",
        f"{PROTOCOL}.7",
        "Parse before you answer; a fault of the reader is no 500 and no 200.",
        _syntax,
    ),
    _rule(
        "syntax-place",
        Level.should,
        "It says where the fault is.",
        f"{PROTOCOL}.7",
        "Give line and column in the body.",
        _syntax_place,
    ),
    _rule(
        "post-type",
        Level.should,
        "A body of a kind that the protocol does not know is refused.",
        f"{PROTOCOL}; RFC 9110, 15.5.16",
        "Answer 415: scripts elsewhere can send text/plain without asking leave.",
        _post_type,
    ),
    _rule(
        "update-as-query",
        Level.must,
        "An update in the place of a query is refused.",
        f"{PROTOCOL}, 2.2",
        "Parse queries by the grammar of queries alone.",
        _update_as_query,
    ),
    _rule(
        "update-closed",
        Level.must,
        "A stranger's update is refused at the public endpoint, by its status.",
        "SPARQL 1.1 Protocol, 5",
        "Put updates behind a token or another address.",
        _update_closed,
    ),
    _rule(
        "description",
        Level.should,
        "Without a query, the endpoint describes itself in RDF.",
        "SPARQL 1.1 Service Description, 2",
        "Answer GET without a query by a graph with sd:Service.",
        _description,
    ),
    _rule("head", Level.should, "HEAD is answered like GET.", "RFC 9110, 9.3.2", "Route HEAD to GET.", _head),
    _rule(
        "vary",
        Level.must,
        "An answer says that it depends on Accept.",
        "RFC 9110, 12.5.5",
        "Send Vary: Accept.",
        _varies,
    ),
    _rule(
        "cors",
        Level.must,
        "A script on another site can read answers and errors.",
        "Fetch, 3.3.3",
        "Send Access-Control-Allow-Origin: * with both.",
        _cors,
    ),
    _rule(
        "preflight",
        Level.should,
        "It may send a query by POST as it is, which browsers ask leave for first.",
        "Fetch, 3.3.2",
        "Answer OPTIONS, and allow the header Content-Type.",
        _preflight,
    ),
    _rule("etag", Level.may, "An answer has an ETag.", "RFC 9110, 8.8.3", "Hash the answer.", _etag),
)
