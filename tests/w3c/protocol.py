"""Send the requests of the protocol tests to a server and check what comes back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urljoin

import httpx

from .answers import GRAPH_TYPES, RESULTS, read_graph, read_sources
from .compare import same_graph
from .evaluation import Outcome
from .exchanges import Conversation, Exchange, Expected
from .targets import Addresses, OverHttp, Refused, first_line, new_client, read_answer

RESULT_TYPES = {media_type for media_type, _ in RESULTS.values()}
KNOWN_TYPES = {
    "boolean": RESULT_TYPES | {"text/boolean"},
    "tabular": RESULT_TYPES,
    "RDF": set(GRAPH_TYPES),
}
QUERY_PATH, STORE_PATH = "/sparql/", "/gsp"
READING = ("GET", "HEAD")


def converse(test: Conversation, target: OverHttp, root: Path) -> Outcome:
    """Run one test on a store that holds its data and nothing else; stop at the first unexpected response.

    Each request has its own connection, so that a slip in one (a body after HEAD, say) does not spoil the next.
    """
    places: dict[str, str] = {}
    try:
        target.load(read_sources(test.before, root))
        target.held = None
        for number, exchange in enumerate(test.exchanges, start=1):
            with new_client() as client:
                response = client.send(request(exchange, test, target.addresses, places))
            if fault := check(exchange.expected, response):
                said = f"; {first_line(response.text)}" if response.is_error else ""
                return Outcome(test.key, test.suite, f"request {number} ({exchange.method}): {fault}{said}")
            if exchange.expected.location:
                places[exchange.expected.location] = urljoin(str(response.url), response.headers["location"])
    except (Refused, SyntaxError, ValueError, httpx.HTTPError) as error:
        return Outcome(test.key, test.suite, str(error) or type(error).__name__)
    return Outcome(test.key, test.suite)


def request(exchange: Exchange, test: Conversation, addresses: Addresses, places: dict[str, str]) -> httpx.Request:
    """Return the request with our addresses instead of the manifest's, and with our token where it writes."""
    path = exchange.path
    for placeholder, location in places.items():
        path = path.replace(placeholder, quote(location, safe=""))
    address, writes = addressed(path, exchange, test, addresses)
    headers = {**exchange.headers, **(addresses.write_headers if writes else {})}
    return httpx.Request(exchange.method, address, headers=headers, content=exchange.body)


def addressed(path: str, exchange: Exchange, test: Conversation, addresses: Addresses) -> tuple[str, bool]:
    """Return where the request goes, and whether it writes."""
    if path.startswith(STORE_PATH):
        return addresses.graphs + path.removeprefix(STORE_PATH), exchange.method not in READING
    writes = is_update(exchange, test)
    return (addresses.update if writes else addresses.query) + path.removeprefix(QUERY_PATH), writes


def is_update(exchange: Exchange, test: Conversation) -> bool:
    """Tell which of the two endpoints is meant: the manifest has one path for both and leaves it to us."""
    if exchange.headers.get("content-type", "").startswith("application/sparql-query"):
        return False
    return test.key.partition("#")[2].startswith(("update_", "bad_update_", "bad_multiple_updates"))


def check(expected: Expected, response: httpx.Response) -> str:
    """Return what is wrong with a response, or nothing."""
    status = str(response.status_code)
    if expected.statuses and not expected.statuses & {status, f"{status[0]}xx"}:
        return f"status {status} instead of {' or '.join(sorted(expected.statuses))}"
    media_type = response.headers.get("content-type", "").partition(";")[0].strip()
    if expected.format and media_type not in KNOWN_TYPES[expected.format]:
        return f"came as {media_type or 'nothing'}, which is no format for {expected.format}"
    if expected.boolean is not None and read_answer(response) is not expected.boolean:
        return f"answered {response.text!r} instead of {expected.boolean}"
    if expected.location and "location" not in response.headers:
        return "no Location"
    if expected.media_type and media_type != expected.media_type.partition(";")[0]:
        return f"came as {media_type or 'nothing'} instead of {expected.media_type}"
    return check_body(expected, response)


def check_body(expected: Expected, response: httpx.Response) -> str:
    if expected.body is None or expected.media_type is None:
        return ""
    rdf_format = GRAPH_TYPES[expected.media_type.partition(";")[0]]
    wanted = read_graph(expected.body, rdf_format, str(response.url))
    got = read_graph(response.content, rdf_format, str(response.url))
    return "" if same_graph(wanted, got) else f"another graph: {len(got)} triples instead of {len(wanted)}"
