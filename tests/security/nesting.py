"""Texts that are nested so deeply, or hold so much, that a parser falls over."""

from __future__ import annotations

from .probe import Probe, demand, demand_writer, refused
from .target import Target

DEEP = ("too-deep",)
TURTLE, XML, JSON_LD, TRIPLES = "text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"


def braces(target: Target) -> str:
    return refused(target, target.ask("ASK {" + "{" * 20_000 + "}" * 20_000 + "}"), {400}, DEEP, 2)


def brackets(target: Target) -> str:
    return refused(target, target.ask("ASK { FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }"), {400}, DEEP, 2)


def negations(target: Target) -> str:
    return refused(target, target.ask("ASK { FILTER(" + "!" * 100_000 + "true) }"), {400}, DEEP, 2)


def optionals(target: Target) -> str:
    text = "ASK { " + "OPTIONAL { ?a ?b ?c " * 1000 + "}" * 1000 + " }"
    return refused(target, target.ask(text), {400}, DEEP, 2)


def values(target: Target) -> str:
    rows = " ".join(f"(<x:{number}>)" for number in range(500_000))
    more = " ".join(f"(<y:{number}>)" for number in range(1_000))
    query = f"SELECT * {{ VALUES (?a) {{ {rows} }} VALUES (?b) {{ {more} }} }}"
    return refused(target, target.ask(query), {413, 503}, within=5)


def many_values(target: Target) -> str:
    """As many rows as fit into a query of less than a mebibyte."""
    rows = " ".join(f"({number})" for number in range(100_000))
    return refused(target, target.ask(f"SELECT * {{ VALUES (?a) {{ {rows} }} }}"), {400, 413}, within=5)


def deep_bodies(target: Target) -> str:
    """Nested lists, blank nodes, elements, objects and triple terms: each must be told, or taken whole, in time."""
    demand_writer(target)
    told = []
    for media_type, body in _deep(20_000):
        headers = {"Content-Type": media_type, **target.authorization}
        answer = target.send("PUT", target.aside("deep"), content=body.encode(), headers=headers)
        demand(answer.status and not answer.fault, f"{media_type}: {answer}")
        demand(answer.status in (200, 201, 204) or 400 <= answer.status < 500, f"{media_type}: {answer}")
        demand(answer.seconds < 10, f"{media_type}: {answer}")
        told.append(f"{media_type.partition('/')[2]} {answer}")
    target.send("DELETE", target.aside("deep"), headers=target.authorization)
    return ", ".join(told)


def _deep(depth: int) -> list[tuple[str, str]]:
    element = '<r:Description xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/"><x:p>'
    root = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    return [
        (TURTLE, "<x:a> <x:b> " + "(" * depth + ")" * depth + " ."),
        (TURTLE, "<x:a> <x:b> " + "[ <x:b> " * depth + "1" + " ]" * depth + " ."),
        (TRIPLES, "<x:a> <x:b> " + "<<( <x:a> <x:b> " * depth + "<x:c>" + " )>>" * depth + " ."),
        (XML, root + element * depth + "</x:p></r:Description>" * depth + "</r:RDF>"),
        (JSON_LD, '{"http://x/p":' * depth + "1" + "}" * depth),
        (JSON_LD, "[" * depth + "]" * depth),
    ]


PROBES = (
    Probe("10", "20,000 nested `{`", braces),
    Probe("11", "50,000 `(`", brackets),
    Probe("11b", "100,000 `!`", negations),
    Probe("13", "VALUES 500,000 x 1,000", values),
    Probe("s03", "VALUES of 100,000 rows in less than a mebibyte", many_values),
    Probe("s04", "1,000 nested OPTIONALs", optionals),
    Probe("s05", "RDF bodies nested 20,000 deep", deep_bodies),
)
