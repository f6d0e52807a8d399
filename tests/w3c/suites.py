"""Run the suites in order: all of them on a server, those that need no HTTP also in this process."""

from __future__ import annotations

from pathlib import Path

from . import description
from .evaluation import Outcome, run
from .exchanges import graph_store_tests, protocol_tests
from .manifest import Case, core_cases
from .protocol import converse
from .stub import Rewriting, Stubs
from .targets import InProcess, OverHttp, Target

CORE = (
    "query evaluation",
    "query syntax",
    "result formats",
    "update evaluation",
    "update syntax",
    "federation syntax",
)
SUITES = (*CORE, "service", "protocol", "graph store protocol", description.SUITE)


def on_server(target: OverHttp, stubs: Stubs, root: Path) -> list[Outcome]:
    """Run everything on a server; a foreign one has no allow-list, so it is told the stubs' addresses."""
    services = target if target.ours else Rewriting(target, stubs)
    outcomes = evaluated(core_cases(root), target, services, stubs, root)
    conversations = (*protocol_tests(root), *graph_store_tests(root))
    outcomes += [converse(test, target, root) for test in conversations]
    return outcomes + description.outcomes(target)


def in_process(stubs: Stubs, root: Path) -> list[Outcome]:
    """Run what pyoxigraph can be asked without a server."""
    target = InProcess()
    return evaluated(core_cases(root), target, Rewriting(target, stubs), stubs, root)


def evaluated(cases: list[Case], target: Target, services: Target, stubs: Stubs, root: Path) -> list[Outcome]:
    outcomes = []
    for case in cases:
        if case.suite == "service":
            stubs.hold(case.services, root)
        outcomes.append(run(case, services if case.suite == "service" else target, root))
    return outcomes
