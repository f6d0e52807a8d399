"""Writes by those who may not, and writes that would hang the writer."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from .bombs import PRODUCT
from .probe import Probe, demand, demand_writer, refused
from .target import Target

FORGED = "<https://battery.example/forged>"
INSERT = f"INSERT DATA {{ {FORGED} <https://battery.example/p> 1 }}"
GONE = f"ASK {{ {{ {FORGED} ?p ?o }} UNION {{ GRAPH ?g {{ {FORGED} ?p ?o }} }} }}"
GUESS = "libri_00000000_" + "A" * 43
SEED = 11
CYCLE_NODES, CYCLE_TRIPLES = 3_000, 60_000
WRITE_SECONDS = 30.0


def stranger(target: Target) -> str:
    """A cross-site form, a plain update, a Graph Store write: none with a token."""
    form = {"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
    told = [
        target.send("POST", target.update, content=f"update={INSERT}", headers=form),
        target.send("POST", target.update, content=INSERT, headers={"Content-Type": "application/sparql-update"}),
        target.send("PUT", target.graph_address, content="", headers={"Content-Type": "text/turtle"}),
        target.send("DELETE", target.graph_address),
        target.send("POST", target.graphs, content="", headers={"Content-Type": "text/turtle"}),
    ]
    if target.foreign:
        _nothing_written(target)
        demand(all(answer.status >= 400 for answer in told), ", ".join(map(str, told)))
        return ", ".join(map(str, told))
    for answer in told:
        refused(target, answer, {401}, ("token-missing",))
        demand("www-authenticate" in answer.headers, "401 without a challenge")
    _nothing_written(target)
    return ", ".join(map(str, told))


def foreign_page(target: Target) -> str:
    """A page of another site with the token of a reader, or with a cookie."""
    demand_writer(target)
    headers = {"Origin": "https://evil.example", "Cookie": "session=1", **target.authorization}
    update = {"Content-Type": "application/sparql-update"}
    answer = target.send("POST", target.update, content=INSERT, headers={**headers, **update})
    _nothing_written(target)
    return refused(target, answer, {401, 403})


def preflight(target: Target) -> str:
    told = []
    for url, method in ((target.update, "POST"), (target.graphs, "PUT"), (target.graphs + "/x", "DELETE")):
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": method}
        answer = target.send("OPTIONS", url, headers={**asked, "Access-Control-Request-Headers": "authorization"})
        demand("access-control-allow-origin" not in answer.headers, f"{url} lets other sites write")
        told.append(str(answer.status))
    answer = target.send("POST", target.update, content=INSERT, headers={"Origin": "https://evil.example"})
    demand("access-control-allow-origin" not in answer.headers, "an update may be read by other sites")
    return " ".join(told)


def odd_graphs(target: Target) -> str:
    """Graph names that are no graph of ours, for strangers and for those who may write."""
    told = []
    for name in ("file:///../../x", "urn:x", "https://evil.example/g", "javascript:alert(1)", "../../x", "a b", ""):
        url = str(httpx.URL(target.graphs, params={"graph": name}))
        headers, body = {"Content-Type": "text/turtle"}, "<x:a> <x:b> 1 ."
        refused(target, target.send("PUT", url, headers=headers, content=body), {400, 401})
        if target.token:
            answer = target.send("PUT", url, headers={**headers, **target.authorization}, content=body)
            told.append(refused(target, answer, {400, 403}))
    return ", ".join(told)


def guessing(target: Target) -> str:
    """Tokens tried out: after some the client must wait."""
    found = []
    for _ in range(30):
        headers = {"Authorization": f"Bearer {GUESS}", "Content-Type": "application/sparql-update"}
        answer = target.send("POST", target.update, content=INSERT, headers=headers)
        found.append(answer)
        if answer.status == 429:
            demand("retry-after" in answer.headers, "429 without Retry-After")
            return f"{answer} after {len(found)}"
    demand(False, f"{len(found)} guesses: {found[-1]}")
    return ""


def poison(target: Target) -> str:
    """Blank nodes in circles, all alike, which canonical naming takes exponential time for."""
    demand_writer(target)
    chosen = random.Random(SEED)  # noqa: S311  # no secret
    ends = (chosen.sample(range(CYCLE_NODES), 2) for _ in range(CYCLE_TRIPLES))
    body = "\n".join(f"_:b{left} <x:p> _:b{right} ." for left, right in ends)
    clique = "\n".join(f"_:c{left} <x:q> _:c{right} ." for left in range(60) for right in range(60) if left != right)
    address, headers = target.aside("poison"), {"Content-Type": "text/turtle", **target.authorization}
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        sent = threads.submit(
            target.send, "PUT", address, content=f"{body}\n{clique}".encode(), headers=headers, within=120
        )
        while not sent.done():
            asked = target.send("GET", target.query, params={"query": "ASK {}"})
            demand(asked.status == 200 and asked.seconds < 1, f"meanwhile ASK {{}}: {asked}")
            time.sleep(0.05)
        answer = sent.result()
    demand(answer.status in (200, 201, 204, 400, 413, 503) and not answer.fault, answer)
    demand(time.monotonic() - began < WRITE_SECONDS, answer)
    target.send("DELETE", address, headers=target.authorization)
    return str(answer)


def costly_update(target: Target) -> str:
    """An update whose WHERE never ends must not stop the writer for others for ever; its limit is a setting."""
    demand_writer(target)
    bomb = f"INSERT {{ GRAPH <{target.beside}-update> {{ <x:a> <x:b> ?n }} }} WHERE {{ {PRODUCT} }}"
    headers = {"Content-Type": "application/sparql-update", **target.authorization}
    answer = target.send("POST", target.update, content=bomb, headers=headers, within=120)
    return refused(target, answer, {503}, ("write-timeout",), within=70)


def _nothing_written(target: Target) -> None:
    there = target.ask(GONE)
    demand('"boolean":false' in there.text.replace(" ", ""), "it was written")


PROBES = (
    Probe("25", "writes without a token, as a cross-site form too", stranger),
    Probe("25b", "write by a page of another site", foreign_page),
    Probe("26", "CORS preflight on what writes", preflight),
    Probe("27", "Graph Store PUT under odd names", odd_graphs),
    Probe("s19", "circles of blank nodes", poison),
    Probe("s20", "update whose WHERE does not end", costly_update),
    Probe("s21", "tokens tried out", guessing, ours=True),
)
