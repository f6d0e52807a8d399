"""Queries that cost far more than they say."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from . import processes
from .graph import NAMESPACE
from .probe import NotRun, Probe, answered, demand, refused
from .target import Answer, Target, spoken

PREFIX = f"PREFIX : <{NAMESPACE}> "
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?i) }"
TIMEOUT = ("query-timeout",)
EITHER = ("query-timeout", "query-memory")
LINEAR_SECONDS = 0.05
DOUBLINGS = 38
FREED_SECONDS = 1.0
PROMISED_SECONDS = 0.25


def bomb(target: Target, query: str, kinds: tuple[str, ...] = EITHER) -> str:
    """Send a query that must be ended."""
    return refused(target, target.ask(PREFIX + query), {503}, kinds)


def product(target: Target) -> str:
    return bomb(target, PRODUCT, TIMEOUT)


def squared_paths(target: Target) -> str:
    return bomb(target, "SELECT (COUNT(*) AS ?n) { ?a :knows* ?b . ?b :knows* ?c }")


def nested_paths(target: Target) -> str:
    return bomb(target, "SELECT (COUNT(*) AS ?n) { ?a ((:knows*)*/:knows)* ?b }")


def quick(target: Target, query: str) -> str:
    """Send a query that a linear matcher answers at once; the best of three counts, as the machine has other work."""
    found = [target.ask(query) for _ in range(3)]
    best = min(found, key=lambda answer: answer.seconds)
    return answered(best, 1.0 if target.foreign else LINEAR_SECONDS)


def regex(target: Target) -> str:
    return quick(target, f'ASK {{ FILTER(REGEX("{"a" * 34}!", "^(a+)+$")) }}')


def replace(target: Target) -> str:
    return quick(target, f'SELECT (REPLACE("{"a" * 34}!", "(a|aa)+$", "b") AS ?r) {{}}')


def doublings(target: Target) -> str:
    steps = " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(DOUBLINGS))
    return bomb(target, f'SELECT (STRLEN(?s{DOUBLINGS}) AS ?n) {{ BIND("x" AS ?s0) {steps} }}')


def group_concat(target: Target) -> str:
    return bomb(target, "SELECT (GROUP_CONCAT(CONCAT(?v, ?w)) AS ?n) { ?a :value ?v . ?b :value ?w }")


def order(target: Target) -> str:
    return bomb(target, "SELECT ?v { ?a :value ?v . ?b :value ?w . ?c :value ?x } ORDER BY ?x ?w ?v LIMIT 1")


def distinct(target: Target) -> str:
    return bomb(target, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?v ?w { ?a :value ?v . ?b :value ?w } }")


def star(target: Target) -> str:
    """A thousand patterns at one subject, which no engine plans in good time."""
    patterns = " . ".join(f"?s ?p{n} ?o{n}" for n in range(1000))
    return refused(target, target.ask(f"SELECT * {{ {patterns} }} LIMIT 1"), {400, 503}, within=target.seconds)


def long_chains(target: Target) -> str:
    """Left-deep trees without a single bracket."""
    told = [target.ask(f"ASK {{ FILTER(1{link * 100_000}) }}") for link in ("+1", "||true", "/2")]
    told.append(target.ask("ASK { {} " + "UNION {} " * 50_000 + "}"))
    for answer in told:
        refused(target, answer, {400, 503}, within=target.seconds + 1)
    return ", ".join(map(str, told))


def gone(target: Target) -> str:
    """A client sends a bomb and goes; a second later nothing must burn for it."""
    pids = processes.listeners(target.place[1])
    if not pids:
        raise NotRun("needs a server on this machine")
    request = f"GET {target.path}?query={_encoded(PRODUCT)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    spoken(target.place, request.encode(), 1.0)
    time.sleep(FREED_SECONDS)
    before = processes.cpu_seconds(pids)
    time.sleep(1)
    used = processes.cpu_seconds(pids) - before
    demand(used < 0.3, f"{used:.1f} s of processor time in the second after")
    return f"{used:.2f} s of processor time in the second after"


def others_under_bombs(target: Target) -> str:
    """While eight bombs run, another client asks and reads a page; p99 counts, of each."""
    visits = {"ASK {}": target.query + "?query=ASK%20%7B%7D"}
    if not target.foreign:
        visits["page"] = target.root + "/"
    for url in visits.values():  # the first page is made ready only when somebody asks for one
        target.send("GET", url, within=30)
    times: dict[str, list[float]] = {name: [] for name in visits}
    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(target.ask, PRODUCT) for _ in range(8)]
        time.sleep(0.5)
        while sum(not bomb.done() for bomb in running) > 1 and len(times["ASK {}"]) < 200:
            for name, url in visits.items():
                answer = target.send("GET", url, within=30)
                demand(answer.status == 200, f"{name}: {answer}")
                times[name].append(answer.seconds)
        bombs = [bomb.result() for bomb in running]
    told = []
    for name, found in times.items():
        worst = sorted(found)[int(len(found) * 0.99)] if found else 99.0
        told.append(f"{name} p99 {worst * 1000:.0f} ms of {len(found)}")
        demand(worst < PROMISED_SECONDS, ", ".join(told))
    for answer in bombs:
        _ended(target, answer)
    return ", ".join(told)


def _ended(target: Target, found: Answer) -> None:
    demand(found.status in ((503, 429) if not target.foreign else range(200, 600)) and not found.fault, found)


def _encoded(query: str) -> str:
    return "".join(character if character.isalnum() else f"%{ord(character):02X}" for character in query)


PROBES = (
    Probe("01", "three-way product with a filter", product),
    Probe("02", "`:knows*` squared, 2,000 nodes, 20,000 edges", squared_paths),
    Probe("03", "nested `((p*)*/p)*`", nested_paths),
    Probe("04", "REGEX `^(a+)+$` on 34 a", regex),
    Probe("04b", "REPLACE `(a|aa)+$`", replace),
    Probe("05", "38 doublings of CONCAT", doublings),
    Probe("06", "GROUP_CONCAT over 15,000^2", group_concat),
    Probe("07", "ORDER BY over 15,000^3", order),
    Probe("08", "DISTINCT over 15,000^2", distinct),
    Probe("09", "the client of a bomb disconnects", gone),
    Probe("09b", "ASK {} and a page of another client while eight bombs run", others_under_bombs),
    Probe("s01", "star of 1,000 patterns", star),
    Probe("s02", "100,000 operators and 50,000 UNIONs in a chain", long_chains),
)
