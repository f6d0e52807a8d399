"""Requests that try to make the server fetch, or read a file. What the victim hears is checked after every probe."""

from __future__ import annotations

from urllib.parse import urlsplit

from .probe import Probe, demand, demand_writer, refused
from .target import Answer, Target

FILE = "file:///etc/passwd"
REFUSED = ("service-not-allowed",)
BILLION = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
RDF = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def service(target: Target) -> str:
    query = f"SELECT * {{ SERVICE <{target.victim}/sparql> {{ ?s ?p ?o }} }}"
    return refused(target, target.ask(query), {403}, REFUSED)


def service_by_variable(target: Target) -> str:
    query = f"SELECT * {{ VALUES ?e {{ <{target.victim}/sparql> }} SERVICE ?e {{ ?s ?p ?o }} }}"
    return no_fetch(target, target.ask(query))


def service_silent(target: Target) -> str:
    query = f"SELECT * {{ SERVICE SILENT <{target.victim}/sparql> {{ ?s ?p ?o }} }}"
    return no_fetch(target, target.ask(query))


def service_disguised(target: Target) -> str:
    """The same address in other words, and the same word in other letters."""
    port = urlsplit(target.victim).port
    hosts = ("2130706433", "0x7f.1", "0", "[::ffff:127.0.0.1]", "[::1]", "localhost", "127.1", "x@127.0.0.1")
    told = [target.ask(f"SELECT * {{ SERVICE <http://{host}:{port}/> {{ ?s ?p ?o }} }}") for host in hosts]
    words = ("\\u0053ERVICE", "#\nservice", "sErViCe #x>\n SILENT")
    told += [target.ask(f"SELECT * {{ {word} <{target.victim}/> {{ ?s ?p ?o }} }}") for word in words]
    told.append(target.ask(f"PREFIX v: <{target.victim}/> SELECT * {{ SERVICE v:x {{ ?s ?p ?o }} }}"))
    told.append(target.ask(f"BASE <{target.victim}/> SELECT * {{ SERVICE <x> {{ ?s ?p ?o }} }}"))
    for answer in told:
        no_fetch(target, answer)
    return f"{len(told)} ways: {told[-1]}"


def from_address(target: Target) -> str:
    told = [
        target.ask(f"ASK FROM <{target.victim}/x.ttl> {{ ?s ?p ?o }}"),
        target.ask(f"CONSTRUCT FROM <{target.victim}/x.ttl> WHERE {{ ?s ?p ?o }}", accept="text/turtle"),
        target.ask(f"SELECT * FROM NAMED <{target.victim}/x.ttl> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),  # noqa: S608  # SPARQL
    ]
    return empty(told)


def from_file(target: Target) -> str:
    return empty([target.ask(f"CONSTRUCT FROM <{FILE}> WHERE {{ ?s ?p ?o }}", accept="text/turtle")])


def graph_argument(target: Target) -> str:
    query = "SELECT * { ?s ?p ?o }"
    told = [
        target.ask(f'define get:soft "replace" {query}'),
        target.ask(query, **{"default-graph-uri": f"{target.victim}/x.ttl"}),
        target.ask(query, **{"default-graph-uri": FILE}),
        target.ask(query, **{"named-graph-uri": f"{target.victim}/x.ttl"}),
    ]
    return empty(told)


def load_address(target: Target) -> str:
    return _load(target, f"LOAD <{target.victim}/x.ttl>")


def load_file(target: Target) -> str:
    return _load(target, f"LOAD <{FILE}>")


def _load(target: Target, update: str) -> str:
    stranger = target.send("POST", target.update, data={"update": update})
    refused(target, stranger, {401}, ("token-missing",))
    if not target.token:
        return str(stranger)
    known = target.send("POST", target.update, data={"update": update}, headers=target.authorization)
    return refused(target, known, {403}, ("query-refused",))


def entities(target: Target) -> str:
    """External entities and an external document type: file and address."""
    told = [
        write_xml(target, f'<!DOCTYPE r [<!ENTITY x SYSTEM "{FILE}">]>'),
        write_xml(target, f'<!DOCTYPE r [<!ENTITY x SYSTEM "{target.victim}/x">]>'),
        write_xml(target, f'<!DOCTYPE r SYSTEM "{target.victim}/x.dtd">'),
        write_xml(target, f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{target.victim}/x.dtd"> %p;]>'),
        write_xml(target, '<!DOCTYPE r [<!ENTITY x "y">]>', "utf-16"),
    ]
    return ", ".join(refused(target, answer, {400}, within=2) for answer in told)


def laughs(target: Target) -> str:
    tried = [write_xml(target, f'<!DOCTYPE r [<!ENTITY e0 "ha">{BILLION}]>', entity="e11") for _ in range(3)]
    best = min(tried, key=lambda answer: answer.seconds)
    return refused(target, best, {400}, within=1 if target.foreign else 0.1)


def write_xml(target: Target, prologue: str, coding: str = "utf-8", entity: str = "x") -> Answer:
    demand_writer(target)
    body = f'<?xml version="1.0" encoding="{coding}"?>{prologue}<r:RDF {RDF} xmlns:x="http://x/">'
    body += f'<r:Description r:about="http://x/s"><x:p>&{entity};</x:p></r:Description></r:RDF>'
    headers = {"Content-Type": "application/rdf+xml", **target.authorization}
    return target.send("PUT", target.aside("xml"), content=body.encode(coding), headers=headers)


def context(target: Target) -> str:
    demand_writer(target)
    told = []
    for named in (f'"{target.victim}/c.jsonld"', f'["{FILE}"]', f'{{"@import": "{target.victim}/c.jsonld"}}'):
        body = f'{{"@context": {named}, "@id": "http://x/s", "name": "y"}}'
        headers = {"Content-Type": "application/ld+json", **target.authorization}
        told.append(target.send("PUT", target.aside("json"), content=body, headers=headers))
    return ", ".join(refused(target, answer, {400}) for answer in told)


def functions(target: Target) -> str:
    calls = (
        'bif:file_to_string("/etc/passwd")',
        f'bif:http_get("{target.victim}/")',
        'bif:sys_stat("st_dbms_ver")',
        "<http://jena.apache.org/ARQ/function#now>()",
        '<java:java.lang.Runtime.exec>("id")',
    )
    told = [target.ask(f"SELECT ({call} AS ?x) {{}}") for call in calls]
    for answer in told:
        demand("root:" not in answer.text, "the file was read")
    if target.foreign:
        for answer in told:
            demand("root:" not in answer.text and not answer.fault, answer)
        return ", ".join(map(str, told))
    return ", ".join(refused(target, answer, {400}) for answer in told)


def no_fetch(target: Target, answer: Answer) -> str:
    """Return what came where a SERVICE is not carried out."""
    if target.foreign:  # whether it fetched, the victim tells
        demand(answer.status and not answer.fault, answer)
        demand("secret" not in answer.text, "the victim's answer came back")
        return str(answer)
    return refused(target, answer, {400, 403})


def empty(told: list[Answer]) -> str:
    """Return what came where nothing of another place is in it."""
    for answer in told:
        demand(answer.status in (200, 400, 403) and not answer.fault, answer)
        demand("root:" not in answer.text and "secret" not in answer.text, "the content came back")
    return ", ".join(map(str, told))


PROBES = (
    Probe("16", "SERVICE to a local listener", service),
    Probe("17", "SERVICE ?var bound by VALUES", service_by_variable),
    Probe("18", "SERVICE SILENT", service_silent),
    Probe("19", "FROM <http://victim/x.ttl>", from_address),
    Probe("20", "FROM <file:///etc/passwd>", from_file),
    Probe("20b", "`define get:soft`, default-graph-uri", graph_argument),
    Probe("21", "LOAD <http>", load_address),
    Probe("22", "LOAD <file>", load_file),
    Probe("28", "external entities in RDF/XML", entities),
    Probe("28b", "billion laughs", laughs),
    Probe("29", "JSON-LD with a remote `@context`", context),
    Probe("38", "functions that read, fetch and tell", functions),
    Probe("s11", "SERVICE by decimal, mapped and short addresses, in escapes and comments", service_disguised),
)
