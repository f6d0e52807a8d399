"""What is in the data must stay text in every page and every format."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pyoxigraph

from .graph import BIDI, FORMULA, RECORD, SCRIPT
from .probe import NotRun, Probe, demand, demand_writer, refused
from .target import Answer, Target

SAFE = ("http://", "https://", "mailto:", "/", "#", "?")
HANDLER = re.compile(r"^on", re.IGNORECASE)
FROM_RECORD = f"SELECT ?p ?o {{ <{RECORD}> ?p ?o }} ORDER BY ?p ?o"


class Page(HTMLParser):
    """What a browser would make of a page: links, scripts and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        for name, value in found.items():
            if HANDLER.match(name):
                self.faults.append(f"handler {name}={value}")
            if name in ("href", "src", "action", "formaction") and value and not value.startswith(SAFE):
                self.faults.append(f"{tag} {name}={value}")
        if tag == "script" and "src" not in found and found.get("type") not in ("application/ld+json",):
            self.faults.append("script in the page")
        if tag in ("iframe", "object", "embed", "base"):
            self.faults.append(tag)


def pages(target: Target) -> str:
    """Every page that shows the hostile record, in two languages."""
    demand_writer(target)
    paths = ["/doc/battery/record", "/", "/initiatives", "/search?q=script", "/changes", "/doc/battery/record/history"]
    paths += ["/resource?iri=javascript%3Aalert(3)", "/resource?iri=https%3A%2F%2Fbattery.example%2Fn1"]
    paths += ["/resource?iri=" + _escaped(f"https://battery.example/{BIDI}"), "/graph/battery", "/naming?iri=x&by=y"]
    paths += ["/sparql?query=" + _escaped(FROM_RECORD), "/sparql?query=" + _escaped(f"</textarea>{SCRIPT}")]
    paths += [f"/{SCRIPT}", f"/initiatives?lang={SCRIPT}&page={SCRIPT}&country={SCRIPT}"]
    told = []
    for path in paths:
        for language in ("en", "ar"):
            answer = target.send(
                "GET", target.root + path, headers={"Accept": "text/html", "Accept-Language": language}
            )
            _demand_harmless(path, answer)
        told.append(str(answer.status))
    return " ".join(told)


def _demand_harmless(path: str, answer: Answer) -> None:
    demand(answer.status and answer.status < 500, f"{path}: {answer}")
    demand(answer.headers.get("x-content-type-options") == "nosniff", f"{path}: no nosniff")
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    policy = answer.headers.get("content-security-policy", "")
    demand("default-src 'self'" in policy and "unsafe" not in policy, f"{path}: policy {policy!r}")
    page = Page()
    page.feed(answer.text)
    demand(not page.faults, f"{path}: {page.faults[:2]}")


def foreign_pages(target: Target) -> str:
    """The same of an endpoint that shows answers as HTML."""
    answer = target.ask(FROM_RECORD, accept="text/html")
    if answer.status == 406 or not answer.headers.get("content-type", "").startswith("text/html"):
        return f"no HTML: {answer}"
    page = Page()
    page.feed(answer.text)
    demand(not page.faults, page.faults[:2])
    return str(answer)


def reflected(target: Target) -> str:
    """A script in a query that does not parse."""
    told = []
    for accept in ("application/sparql-results+json", "text/html, */*;q=0.5", "*/*"):
        answer = target.ask(f"SELECT {SCRIPT}", accept=accept)
        told.append(refused(target, answer, {400}))
        kind = answer.headers.get("content-type", "")
        nosniff = answer.headers.get("x-content-type-options") == "nosniff"
        page = Page()
        page.feed(answer.text if kind.startswith("text/html") else "")
        demand(not page.faults, page.faults[:2])
        demand(SCRIPT not in answer.text or kind.startswith("application/") or nosniff, f"reflected as {kind}")
    return ", ".join(told)


def formats(target: Target) -> str:
    """Every format gives the hostile values back exactly, inside its own quotes."""
    demand_writer(target)
    told = []
    for accept, read in (
        ("application/sparql-results+json", _from_json),
        ("application/sparql-results+xml", _from_xml),
        ("text/csv", _from_csv),
    ):
        answer = target.ask(FROM_RECORD, accept=accept)
        demand(answer.status == 200, f"{accept}: {answer}")
        found = read(answer)
        for wanted in (SCRIPT, FORMULA, BIDI, "javascript:alert(3)"):
            demand(wanted in found, f"{accept} lacks {wanted!r}")
        told.append(accept.partition("/")[2])
    turtle = target.ask(f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?s {{ <{RECORD}> }} ?s ?p ?o }}", accept="text/turtle")
    demand(turtle.status == 200 and _parses(turtle.text), f"Turtle: {turtle}")
    return ", ".join([*told, "turtle"])


def _from_json(answer: Answer) -> set[str]:
    return {value["value"] for row in json.loads(answer.body)["results"]["bindings"] for value in row.values()}


def _from_xml(answer: Answer) -> set[str]:
    return {element.text or "" for element in ElementTree.fromstring(answer.text).iter()}  # noqa: S314  # our own answer


def _from_csv(answer: Answer) -> set[str]:
    """SPARQL's CSV is for programs: it writes a value as it is. Source: SPARQL 1.1 CSV and TSV, section 3."""
    return {cell for row in csv.reader(io.StringIO(answer.text)) for cell in row}


def _parses(text: str) -> bool:
    found = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE))
    return any(str(quad.object.value) == SCRIPT for quad in found if isinstance(quad.object, pyoxigraph.Literal))


def scripted(target: Target) -> str:
    if target.foreign:
        return foreign_pages(target)
    if not target.token:
        raise NotRun("needs a token that may write")
    return pages(target)


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


PROBES = (
    Probe("31", "`<script>`, `javascript:` and quotes in the data, as pages", scripted),
    Probe("31b", "script in an erroneous query", reflected),
    Probe("s22", "quotes, bidi and formulas in JSON, XML, CSV and Turtle", formats),
)
