"""Every rule is kept by a server that is right, and broken by one that is wrong in just that."""

from __future__ import annotations

import pytest

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.asker import Asker, Limits
from libri_graph.conformance.rule import Broken, Level, Verdict
from libri_graph.conformance.run import RULES, SUBJECTS, Report, check
from libri_graph.conformance.site import Site
from tests.libri_graph.conformance.faults import FAULTS
from tests.libri_graph.conformance.model_site import ModelSite

UNASKED_OF_THE_MODEL = {"cors-vary"}
"""The model answers every origin alike."""
ASKED_OTHERWISE = {"redirect-https"}
"""Needs a server with a certificate; below."""
AT_ONCE = Limits(delay_seconds=0, answer_seconds=10)


def asked(model: ModelSite, *only: str) -> Report:
    return check(f"{model.root}/id/riga", only=only, gone=f"{model.root}/doc/gone", limits=AT_ONCE)


def test_a_server_that_is_right_keeps_every_rule(model: ModelSite) -> None:
    report = asked(model)
    assert {found.rule.id for found in report.outcomes if found.verdict is Verdict.broken} == set()
    assert {found.rule.id for found in report.outcomes if found.verdict is Verdict.not_asked} == UNASKED_OF_THE_MODEL
    assert (report.things, report.endpoint) == ((f"{model.root}/id/riga",), f"{model.root}/sparql")


def test_there_is_a_fault_for_every_rule() -> None:
    assert set(FAULTS) | ASKED_OTHERWISE == set(RULES)
    assert not set(FAULTS) & ASKED_OTHERWISE


@pytest.mark.parametrize("rule", FAULTS)
def test_a_server_that_is_wrong_in_it_breaks_the_rule(rule: str, model: ModelSite) -> None:
    model.fault = FAULTS[rule]
    found = next(found for found in asked(model, rule).outcomes if found.rule.id == rule)
    assert (found.verdict, bool(found.came), bool(found.asked)) == (Verdict.broken, True, True), found.came


def test_a_redirect_from_https_to_http_breaks_its_rule() -> None:
    turtle = (("Content-Type", "text/turtle"),)
    answers = {
        "https://example.org/id/riga": Answer("GET", "", 303, (("Location", "http://example.org/doc"),), b""),
        "http://example.org/doc": Answer("GET", "http://example.org/doc", 200, turtle, b""),
    }

    class Told(Asker):
        def ask(self, url: str, *_: object, **__: object) -> Answer:
            known = answers.get(url, Answer("GET", url, 404, (), b""))
            return Answer("GET", url, known.status, known.headers, known.body)

    site = Site(Told("https://example.org/", AT_ONCE, lambda _: None), "https://example.org/id/riga")
    site.__dict__["things"] = ("https://example.org/id/riga",)
    with pytest.raises(Broken, match=r"leads to http://example\.org/doc"):
        RULES["redirect-https"].probe(site)


def test_rules_have_ids_of_their_own_and_say_what_to_do() -> None:
    assert sum(len(rules) for rules in SUBJECTS.values()) == len(RULES) > 100
    for rule in RULES.values():
        assert rule.id == rule.id.lower()
        assert rule.level in Level
        assert all((rule.demand, rule.source, rule.mend)), rule
        assert rule.demand.endswith("."), rule
        assert rule.mend.endswith("."), rule
