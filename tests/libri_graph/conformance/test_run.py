"""A run is polite, ends, and tells all of it to people and programs."""

from __future__ import annotations

import json
import time
from html.parser import HTMLParser

import pytest

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.asker import USER_AGENT, Asker, Limits
from libri_graph.conformance.link_header import LinkInvalid, links
from libri_graph.conformance.report import as_html, as_json, as_text
from libri_graph.conformance.rule import Broken, Level, NothingToAsk, Verdict
from libri_graph.conformance.run import check
from libri_graph.conformance.sitemap import SitemapInvalid, read
from libri_graph.errors import RequestInvalid, SourceUnavailable
from tests.libri_graph.conformance.model_site import Fault, ModelSite, Request, Response
from tests.w3c.server import free_port

AT_ONCE = Limits(delay_seconds=0, answer_seconds=10)


def test_no_more_is_asked_than_allowed_and_what_was_not_asked_says_so(model: ModelSite) -> None:
    report = check(model.root, limits=Limits(requests=12, delay_seconds=0))
    assert report.requests <= 12
    assert any("12 requests" in found.came for found in report.outcomes if found.verdict is Verdict.not_asked)


def test_a_run_ends_in_time(model: ModelSite) -> None:
    report = check(model.root, limits=Limits(delay_seconds=0.3, run_seconds=1.5))
    assert any("seconds of this run are over" in found.came for found in report.outcomes)


def test_requests_keep_their_distance_and_say_who_asks(model: ModelSite) -> None:
    seen: list[Request] = []
    model.fault = Fault(before=seen.append)
    asker = Asker(model.root, Limits(delay_seconds=0.1), lambda _: None)
    began = time.monotonic()
    for number in range(3):
        asker.ask(f"{model.root}/{number}")
    assert time.monotonic() - began >= 0.2
    assert {request.headers["user-agent"] for request in seen} == {USER_AGENT}


def test_the_same_is_asked_once(model: ModelSite) -> None:
    asker = Asker(model.root, AT_ONCE, lambda _: None)
    assert asker.ask(f"{model.root}/id/riga") is asker.ask(f"{model.root}/id/riga")
    assert asker.sent == 1


def test_a_long_body_is_read_to_its_limit(model: ModelSite) -> None:
    asker = Asker(model.root, Limits(delay_seconds=0, most_bytes=1000), lambda _: None)
    answer = asker.ask(f"{model.root}/doc/riga.nt")
    assert (len(answer.body), answer.cut) == (1000, True)


def test_a_private_address_that_nobody_named_is_not_asked(model: ModelSite) -> None:
    asker = Asker("https://example.org/", AT_ONCE, lambda _: None)
    with pytest.raises(Broken, match="not a public address"):
        asker.ask(model.root)


def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SourceUnavailable):
        check(f"http://127.0.0.1:{free_port()}/", limits=AT_ONCE)


def test_a_rule_that_there_is_not_is_an_error(model: ModelSite) -> None:
    with pytest.raises(RequestInvalid, match="no rule etagg"):
        check(model.root, only=["etagg"], limits=AT_ONCE)


def test_a_thing_is_found_from_the_home_page_void_and_endpoint(model: ModelSite) -> None:
    for path in ("", "/", "/.well-known/void", "/sparql", "/doc/riga"):
        report = check(model.root + path, only=["rdf-some"], limits=AT_ONCE)
        assert f"{model.root}/id/riga" in report.things, path


def test_a_thing_is_found_in_the_site_map_alone(model: ModelSite) -> None:
    def nothing_else(request: Request, response: Response) -> None:
        if request.path in ("/", "/sparql", "/.well-known/void"):
            response.status, response.body = 404, b""

    model.fault = Fault(after=nothing_else)
    assert check(f"{model.root}/", only=["rdf-some"], limits=AT_ONCE).things == (f"{model.root}/id/riga",)


def test_findings_are_told_with_what_was_asked_what_came_and_how_to_mend(model: ModelSite) -> None:
    model.fault = Fault(after=lambda _, response: response.headers.pop("ETag", None))
    report = check(f"{model.root}/id/riga", only=["etag", "head"], limits=AT_ONCE)
    text = as_text(report)
    assert "SHOULD etag: An answer has an ETag." in text
    assert all(
        word in text for word in ("asked:   GET ", "came:    no ETag", "to mend: Send a tag", "source:  RFC 9110")
    )
    assert "kept head-status" not in text
    assert "kept head-status" in as_text(report, everything=True)
    document = json.loads(as_json(report))
    assert (document["format"], document["conforms"], document["url"]) == (1, False, report.url)
    found = next(found for found in document["outcomes"] if found["rule"] == "etag")
    assert (found["level"], found["verdict"], found["came"]) == ("should", "broken", "no ETag")
    assert report.broken(Level.should)
    assert not report.conforms


def test_a_broken_may_is_told_and_is_no_finding(model: ModelSite) -> None:
    model.fault = Fault(after=lambda _, response: response.headers.pop("Last-Modified", None))
    report = check(f"{model.root}/id/riga", only=["last-modified"], limits=AT_ONCE)
    assert "MAY last-modified" in as_text(report)
    assert report.conforms


def test_what_a_server_says_is_no_markup_in_the_report(model: ModelSite) -> None:
    def shout(_: Request, response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "<script>alert(1)</script>"

    model.fault = Fault(after=shout)
    page = as_html(check(f"{model.root}/id/riga", only=["cors"], limits=AT_ONCE))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    HTMLParser().feed(page)


@pytest.mark.parametrize("text", ["</a; rel=x", "a; rel=x", "</a>", '</a>; rel="x" </b>; rel=y'])
def test_a_link_header_with_a_fault_is_told(text: str) -> None:
    with pytest.raises(LinkInvalid):
        links(Answer("GET", "http://example.org/", 200, (("Link", text),), b""))


@pytest.mark.timeout(10)
def test_a_long_link_header_is_read_in_time() -> None:
    text = ", ".join(['</a>; rel="x"'] * 2000) + ";" * 5000
    with pytest.raises(LinkInvalid):
        links(Answer("GET", "http://example.org/", 200, (("Link", text),), b""))


def test_a_site_map_that_declares_entities_is_not_read() -> None:
    body = b'<!DOCTYPE urlset [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>'
    with pytest.raises(SitemapInvalid, match="entities"):
        read(Answer("GET", "http://example.org/", 200, (), body))


def test_the_end_of_a_run_is_nothing_to_ask(model: ModelSite) -> None:
    asker = Asker(model.root, Limits(requests=0), lambda _: None)
    with pytest.raises(NothingToAsk):
        asker.ask(model.root)
