"""The graph that the battery asks about: people who know one another in circles, and many items."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .probe import Failed
from .target import Target

NAMESPACE = "https://battery.example/"
PEOPLE, FRIENDS, ITEMS = 2_000, 10, 15_000
SEED = 7
RECORD = "https://w3id.org/libri/id/battery/record"
"""A record of ours with everything in it that a page must not believe."""
SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
BIDI = "\u202egnp.exe"
HOSTILE = f"""
<{RECORD}> a <https://schema.org/Thing> ;
  <http://www.w3.org/2004/02/skos/core#prefLabel> "{SCRIPT}"@en , "{BIDI}"@fr ;
  <https://schema.org/description> "\\"'><img src=x onerror=alert(1)>"@en ;
  <https://schema.org/url> <javascript:alert(1)> , <data:text/html,alert(1)> , <JaVaScRiPt:alert(2)> ;
  <https://schema.org/sameAs> <javascript:alert(3)> ;
  <https://schema.org/alternateName> "{FORMULA}" , "</textarea><script>alert(4)</script>" ;
  <https://schema.org/about> <https://battery.example/'onmouseover='alert(5)> , <https://battery.example/{BIDI}> .
<javascript:alert(3)> <http://www.w3.org/2004/02/skos/core#prefLabel> "{SCRIPT}"@en ;
  <http://purl.org/dc/terms/source> <javascript:alert(6)> .
"""


def triples(graph: str) -> Iterator[str]:
    """Yield the triples as lines of Turtle, the same each time."""
    chosen = random.Random(SEED)  # noqa: S311  # no secret
    if graph:
        yield f"<{graph}> <https://w3id.org/libri/ontology#entersView> true ."
    for person in range(PEOPLE):
        for friend in chosen.sample(range(PEOPLE), FRIENDS):
            yield f"<{NAMESPACE}n{person}> <{NAMESPACE}knows> <{NAMESPACE}n{friend}> ."
    for item in range(ITEMS):
        yield f'<{NAMESPACE}i{item}> <{NAMESPACE}value> "value {item}" .'


def content(graph: str) -> str:
    """Return all of it as Turtle."""
    return "\n".join([*triples(graph), HOSTILE])


def load(target: Target) -> None:
    """Put the graph into the server. Raises `Failed` where it does not take it."""
    body = content(target.graph)
    headers = {"Content-Type": "text/turtle", **target.authorization}
    answer = target.send("PUT", target.graph_address, content=body.encode(), headers=headers, within=60)
    if answer.status in (400, 404, 405) and target.foreign:  # it has no Graph Store Protocol
        insert = {"update": f"INSERT DATA {{ {body} }}"}
        answer = target.send("POST", target.update, data=insert, within=120)
    if answer.status not in (200, 201, 204):
        raise Failed(f"the graph of the battery was not taken: {answer} {answer.text[:300]}")


def remove(target: Target) -> None:
    """Take the graph out of the server again."""
    if target.token:
        target.send("DELETE", target.graph_address, headers=target.authorization)
