"""Attack a SPARQL endpoint of your own: `python -m tests.security URL`; exit 0 stood all, 1 not all, 2 could not run.

Without an address our own server is started, holding only the graph of the battery, and attacked.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack
from dataclasses import replace

from . import graph, report
from .battery import ALL, Battery, Outcome
from .canary import Canary
from .probe import Failed
from .server import CannotRun, Peer, our_server
from .target import Target, exchange

GRAPH = "https://w3id.org/libri/graph/battery"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.security", description=__doc__)
    parser.add_argument("url", nargs="?", metavar="URL", help="query endpoint; without it, our own server is started")
    parser.add_argument("--update-url", help="its update endpoint; else the query endpoint and /update")
    parser.add_argument("--graphs-url", help="its Graph Store endpoint; else /graphs beside the query endpoint")
    parser.add_argument("--token", default="", help="bearer token that may write; without it, some probes are not run")
    parser.add_argument("--graph", help=f"graph that the battery may write and removes again (default {GRAPH})")
    parser.add_argument("--seconds", type=float, default=10.0, help="the time limit of a query (default 10)")
    parser.add_argument(
        "--foreign", action="store_true", help="another server: judge what it does, not how it tells it"
    )
    parser.add_argument(
        "--serve", metavar="COMMAND", help="start the endpoint by this command, and again after a failure"
    )
    parser.add_argument(
        "--loaded", action="store_true", help="it holds the graph of the battery already (--print-graph)"
    )
    parser.add_argument("--print-graph", action="store_true", help="print that graph as Turtle, and do nothing else")
    parser.add_argument("--only", nargs="+", metavar="PROBE", help="numbers of the probes to run")
    return parser


def target_of(options: argparse.Namespace, victim: str) -> Target:
    query = options.url.rstrip("/")
    return Target(
        query=query,
        update=options.update_url or f"{query}/update",
        graphs=options.graphs_url or f"{query.rpartition('/')[0]}/graphs",
        token=options.token,
        seconds=options.seconds,
        foreign=options.foreign,
        victim=victim,
        graph=GRAPH if options.graph is None and not options.foreign else options.graph or "",
    )


def attacked(options: argparse.Namespace) -> list[Outcome]:
    """Run the battery and print each outcome as it comes. Raises `CannotRun`."""
    with ExitStack() as opened:
        canary = opened.enter_context(Canary())
        peer = opened.enter_context(Peer(options.serve, options.url)) if options.serve else None
        if options.url:
            target = target_of(options, canary.address)
        else:
            target = replace(opened.enter_context(our_server(options.seconds)).target, victim=canary.address)
        if not exchange("GET", target.query, 10, params={"query": "ASK {}"}).status:
            raise CannotRun(f"no answer from {target.query}")

        def prepare() -> None:
            if options.url and not options.loaded and (target.token or target.foreign):
                graph.load(target)

        def revive() -> None:
            assert peer is not None
            peer.restart()
            prepare()

        prepare()
        chosen = [probe for probe in ALL if not options.only or probe.number in options.only]
        outcomes = []
        for outcome in Battery(target, canary, revive if peer else None, again=not target.foreign).run(chosen):
            sys.stdout.write(report.line(outcome) + "\n")
            sys.stdout.flush()
            outcomes.append(outcome)
        if options.url and not options.loaded:
            graph.remove(target)
    return outcomes


def main() -> int:
    options = arguments().parse_args()
    if options.print_graph:
        sys.stdout.write(graph.content(options.graph or ""))
        return 0
    began = time.monotonic()
    try:
        outcomes = attacked(options)
    except (CannotRun, Failed) as error:
        sys.stderr.write(f"could not run: {error}\n")
        return 2
    sys.stdout.write(f"{report.summary(outcomes)}, in {time.monotonic() - began:.0f} seconds\n")
    return report.exit_code(outcomes)


if __name__ == "__main__":
    sys.exit(main())
