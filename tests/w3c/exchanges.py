"""Read the tests of the two protocols, which are HTTP requests and what to expect, in the W3C's HTTP vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .manifest import MF, Manifest, Node, Source, sources

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
STATUS_CODES = "http://www.w3.org/2011/http-statusCodes#"
STATUS = {"OK": "200", "Created": "201", "NoContent": "204", "BadRequest": "400", "NotFound": "404"}


@dataclass(frozen=True)
class Expected:
    """What a response must be; None and empty demand nothing."""

    statuses: frozenset[str]
    """Codes such as `204`, or whole classes such as `2xx`."""
    boolean: bool | None = None
    format: str | None = None
    """`boolean`, `tabular` or `RDF`."""
    location: str | None = None
    """Placeholder that stands for the `Location` of this response in later requests."""
    media_type: str | None = None
    body: bytes | None = None


@dataclass(frozen=True)
class Exchange:
    """One request and the expected response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    expected: Expected


@dataclass(frozen=True)
class Conversation:
    """One test: data to load, then requests in order."""

    key: str
    suite: str
    before: tuple[Source, ...]
    exchanges: tuple[Exchange, ...]


def protocol_tests(root: Path) -> list[Conversation]:
    return list(conversations(root, "protocol/manifest.ttl", "protocol"))


def graph_store_tests(root: Path) -> list[Conversation]:
    names = [f"graph-store-protocol/manifest-{way}.ttl" for way in ("indirect", "direct")]
    return [test for name in names for test in conversations(root, name, "graph store protocol")]


def conversations(root: Path, name: str, suite: str) -> Iterator[Conversation]:
    manifest = Manifest(root, name)
    for test in manifest.entries():
        requests = manifest.items(manifest.node(test, MF + "action"), HT + "requests")
        exchanges = tuple(exchange(manifest, request) for request in requests)
        yield Conversation(manifest.key(test), suite, tuple(sources(manifest, test)), exchanges)


def exchange(manifest: Manifest, request: Node) -> Exchange:
    return Exchange(
        manifest.text(request, HT + "methodName"),
        manifest.text(request, HT + "absolutePath"),
        headers(manifest, request),
        body(manifest, request),
        expected(manifest, manifest.node(request, HT + "resp")),
    )


def headers(manifest: Manifest, message: Node) -> dict[str, str]:
    """Return the headers of a request or a response by their names in lower case."""
    return {
        manifest.text(header, HT + "fieldName").lower(): manifest.text(header, HT + "fieldValue")
        for header in manifest.items(message, HT + "headers")
    }


def body(manifest: Manifest, message: Node) -> bytes | None:
    content = manifest.node_or_none(message, HT + "body")
    if content is None:
        return None
    return manifest.text(content, CNT + "chars").encode(manifest.text(content, CNT + "characterEncoding"))


def expected(manifest: Manifest, response: Node) -> Expected:
    boolean = manifest.text_or_none(response, MF + "expectedBoolean")
    return Expected(
        frozenset(status(node.value) for node in manifest.nodes(response, MF + "expectedStatus")),
        None if boolean is None else boolean == "true",
        manifest.text_or_none(response, MF + "expectedFormat"),
        manifest.text_or_none(response, MF + "expectedLocation"),
        headers(manifest, response).get("content-type"),
        body(manifest, response),
    )


def status(iri: str) -> str:
    """Return `204` or `2xx` for the W3C's name of a status or of a class of them."""
    name = iri.removeprefix(STATUS_CODES)
    return STATUS.get(name) or name.removeprefix("StatusCode")
