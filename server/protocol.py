"""SPARQL 1.1 Protocol: every way to send a query or an update, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from libri_graph.errors import MediaTypeUnsupported, MethodUnsupported, RequestInvalid
from server.request import Request, pairs

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
QUERY_METHODS: Final = "GET, HEAD, POST, QUERY, OPTIONS"

Arguments = list[tuple[str, str]]


class Asked(NamedTuple):
    """A query request; `query` is `None` where there is none, which asks for the service description."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    form: str = ""
    seconds: float | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An update request."""

    update: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


async def read_query(request: Request) -> Asked:
    """Return what a request asks. Raises `MethodUnsupported`, `MediaTypeUnsupported` or `RequestInvalid`."""
    arguments = request.arguments()
    if request.method in ("GET", "HEAD"):
        return _asked(arguments)
    if request.method not in ("POST", "QUERY"):
        raise MethodUnsupported(f"{request.method} is not allowed here; use one of {QUERY_METHODS}", QUERY_METHODS)
    kind = _kind(request)
    if kind == FORM:
        return _asked([*arguments, *pairs(await request.body())])
    if kind == QUERY:
        return _asked([*arguments, ("query", decoded(await request.body()))])
    raise MediaTypeUnsupported(f"send the query as {QUERY} or as a form ({FORM})")


async def read_update(request: Request, most_bytes: int) -> Wanted:
    """Return what a request wants changed. Raises as `read_query`; an update comes by POST only."""
    if request.method != "POST":
        raise MethodUnsupported("an update is sent by POST", "POST, OPTIONS")
    arguments = request.arguments()
    if any(name == "update" for name, _ in arguments):
        raise RequestInvalid("an update is sent in the body, never in the address")
    kind = _kind(request)
    if kind == FORM:
        return _wanted([*arguments, *pairs(await request.body(most_bytes))])
    if kind == UPDATE:
        return _wanted([*arguments, ("update", decoded(await request.body(most_bytes)))])
    raise MediaTypeUnsupported(f"send the update as {UPDATE} or as a form ({FORM})")


def values(arguments: Iterable[tuple[str, str]], name: str) -> tuple[str, ...]:
    """Return all values of an argument, in order."""
    return tuple(value for key, value in arguments if key == name)


def decoded(body: bytes) -> str:
    """Return a body as text. Raises `RequestInvalid` when it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise RequestInvalid("the body is not valid UTF-8") from fault


def generation_of(arguments: Iterable[tuple[str, str]]) -> int | None:
    """Return the generation that ``generation=`` asks for. Raises `RequestInvalid` for one that is no number."""
    text = next(iter(values(arguments, "generation")), None)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise RequestInvalid(f"generation is a whole number, not {text!r}")
    return int(text)


def _kind(request: Request) -> str:
    media_type, _, parameters = request.header("content-type").partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise MediaTypeUnsupported(f"send the body in UTF-8, not {charset}")
    return media_type.strip().lower()


def _asked(arguments: Arguments) -> Asked:
    queries = values(arguments, "query")
    if len(arguments) == len(queries) == 1:
        return Asked(queries[0])
    if values(arguments, "update"):
        raise RequestInvalid("this address only answers questions; updates go to /sparql/update")
    if len(queries) > 1:
        raise RequestInvalid("send one query at a time")
    return Asked(
        query=queries[0] if queries else None,
        default_graphs=values(arguments, "default-graph-uri"),
        named_graphs=values(arguments, "named-graph-uri"),
        form=next(iter(values(arguments, "format")), ""),
        seconds=_seconds(next(iter(values(arguments, "timeout")), None)),
        generation=generation_of(arguments),
    )


def _wanted(arguments: Arguments) -> Wanted:
    updates = values(arguments, "update")
    if values(arguments, "query"):
        raise RequestInvalid("this address only takes updates; queries go to /sparql")
    if len(updates) != 1:
        raise RequestInvalid("send one update, as update= or as the body")
    return Wanted(updates[0], values(arguments, "using-graph-uri"), values(arguments, "using-named-graph-uri"))


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError as fault:
        raise RequestInvalid(f"timeout is a number of seconds, not {text!r}") from fault
    if not seconds > 0:
        raise RequestInvalid("timeout must be more than 0 seconds")
    return seconds
