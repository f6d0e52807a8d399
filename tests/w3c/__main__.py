"""Run the W3C's SPARQL 1.1 suites: `python -m tests.w3c`; exit 0 as expected, 1 worse, 2 could not run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import httpx

from .report import Report
from .server import CHECKOUT, CannotRun, our_server
from .stub import Stubs
from .suites import in_process, on_server
from .targets import Addresses, OverHttp

SUITES = CHECKOUT.parent / "shared" / "w3c" / "sparql11"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.w3c", description=__doc__)
    parser.add_argument("--suites", type=Path, default=SUITES, help="folder of the suites")
    parser.add_argument("--against", metavar="URL", help="query endpoint of a running server, instead of starting ours")
    parser.add_argument("--update", metavar="URL", help="its update endpoint; else the query endpoint and /update")
    parser.add_argument("--graphs", metavar="URL", help="its Graph Store endpoint; else /graphs beside the endpoint")
    parser.add_argument("--token", help="bearer token for its writes")
    parser.add_argument("--in-process", action="store_true", help="compare with pyoxigraph in process, test by test")
    parser.add_argument("--no-server", action="store_true", help="run on pyoxigraph in process only")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the outcomes there too")
    return parser


def addresses(options: argparse.Namespace) -> Addresses:
    query = options.against.rstrip("/")
    update = options.update or f"{query}/update"
    graphs = options.graphs or f"{query.rpartition('/')[0]}/graphs"
    return Addresses(query, update, graphs.rstrip("/"), options.token)


def expect_answer(target: OverHttp) -> None:
    """Raise when nobody listens: that is no failure of a test."""
    try:
        target.client.get(target.addresses.query)
    except httpx.HTTPError as error:
        raise CannotRun(f"no answer from {target.addresses.query}: {error}") from error


def reported(options: argparse.Namespace) -> Report:
    with Stubs() as stubs:
        inside = in_process(stubs, options.suites) if options.in_process or options.no_server else []
        if options.no_server:
            return Report(inside)
        if options.against:
            with OverHttp(addresses(options)) as target:
                expect_answer(target)
                return Report(on_server(target, stubs, options.suites), inside)
        with our_server(stubs.allowed()) as started, OverHttp(started, ours=True) as target:
            return Report(on_server(target, stubs, options.suites), inside)


def main() -> int:
    options = arguments().parse_args()
    try:
        if not (options.suites / "manifest-all.ttl").is_file():
            raise CannotRun(f"no test suites in {options.suites}")
        report = reported(options)
    except CannotRun as error:
        sys.stderr.write(f"could not run: {error}\n")
        return 2
    name = "in process" if options.no_server else "server"
    sys.stdout.write(report.text(name) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report.facts(), indent=1) + "\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
