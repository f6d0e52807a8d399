"""What went wrong, as HTTP: one table, one body (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from libri_graph import errors
from server.outcomes import WriteFailed

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of error is told."""

    status: int
    slug: str
    title: str


KINDS: Final[dict[type[Exception], Kind]] = {
    errors.ResourceNotFound: Kind(404, "not-found", "Nothing is known of this"),
    errors.RepresentationUnavailable: Kind(406, "not-acceptable", "Not available in the form that was asked for"),
    errors.QueryInvalid: Kind(400, "query-syntax", "The query does not parse"),
    errors.ResultTooLarge: Kind(503, "result-too-large", "The answer is larger than one may be"),
    errors.QueryFailed: Kind(400, "query-failed", "The query cannot be evaluated"),
    errors.QueryRefused: Kind(403, "query-refused", "This form of query is not allowed here"),
    errors.QueryTooComplex: Kind(400, "too-deep", "The query is nested too deeply or has too many parts"),
    errors.ServiceRefused: Kind(403, "service-not-allowed", "This service may not be asked from here"),
    errors.ServiceFailed: Kind(502, "service-failed", "A service that the query asks did not answer"),
    errors.QueryTooLong: Kind(413, "too-large", "The query is longer than its limit"),
    errors.AddressTooLong: Kind(414, "address-too-long", "The address is longer than its limit"),
    errors.HeadTooLarge: Kind(431, "head-too-large", "The head of the request is larger than its limit"),
    errors.GraphRefused: Kind(400, "graph-refused", "This graph cannot be named here"),
    errors.GenerationGone: Kind(410, "generation-gone", "This state of the data is not kept"),
    errors.DumpsBeingMade: Kind(503, "being-made", "The files are being made"),
    errors.ResourceGone: Kind(410, "gone", "This was described here once and is not any more"),
    errors.TokenMissing: Kind(401, "token-missing", "This needs a token"),
    errors.WriteRefused: Kind(403, "write-refused", "This write is not allowed"),
    errors.PreconditionFailed: Kind(412, "precondition-failed", "The condition of the write does not hold"),
    errors.WriteTimeout: Kind(503, "write-timeout", "The write took longer than its limit"),
    errors.WriteMemory: Kind(503, "write-memory", "The write needed more memory than its limit"),
    errors.WriteAborted: Kind(500, "write-aborted", "The write was broken off; nothing of it is done"),
    errors.WriteLost: Kind(500, "write-lost", "It is not known whether the write was done"),
    errors.ValidationFailed: Kind(422, "rules-broken", "Records break mandatory rules"),
    WriteFailed: Kind(422, "rules-broken", "Records break mandatory rules"),
    errors.TooManyRequests: Kind(429, "too-many-requests", "Too many requests came from your address"),
    errors.StoreFull: Kind(507, "disk-full", "The disk is full"),
    errors.StoreBusy: Kind(503, "busy", "Somebody else is writing"),
    errors.StoreDamaged: Kind(503, "damaged", "The store is damaged"),
    errors.JournalDamaged: Kind(503, "damaged", "The journal is damaged"),
    errors.WorkerLost: Kind(503, "busy", "The query worker was lost"),
    errors.SyntaxInvalid: Kind(400, "syntax", "The body does not parse"),
    errors.QueryTimeout: Kind(503, "query-timeout", "The query ran longer than its limit"),
    errors.QueryMemory: Kind(503, "query-memory", "The query needed more memory than its limit"),
    errors.QueueFull: Kind(503, "busy", "All query workers are busy"),
    errors.StoreMissing: Kind(503, "not-loaded", "Nothing has been loaded yet"),
    errors.IndexMissing: Kind(503, "not-indexed", "Lists, search and map are being made"),
    errors.RequestInvalid: Kind(400, "bad-request", "The request cannot be understood"),
    errors.BodyTooLarge: Kind(413, "too-large", "The body is larger than its limit"),
    errors.MediaTypeUnsupported: Kind(415, "unsupported-media-type", "The body is of a kind that is not read here"),
    errors.MethodUnsupported: Kind(405, "method-not-allowed", "This method is not allowed here"),
}
LIMITS: Final = (
    errors.QueryTimeout,
    errors.QueryMemory,
    errors.QueryTooComplex,
    errors.QueryTooLong,
    errors.QueueFull,
    errors.TooManyRequests,
    errors.WriteTimeout,
    errors.WriteMemory,
    errors.BodyTooLarge,
)
"""What is not answered because it goes over a limit of ours."""
RETRY_SECONDS: Final = 2
UNEXPECTED: Final = Kind(500, "internal", "Something went wrong on our side")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, ready to be sent."""

    status: int
    slug: str
    title: str
    detail: str
    extra: dict[str, object] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    """Beside those of every problem."""

    def body(self) -> dict[str, object]:
        """Return the members of the problem document."""
        body: dict[str, object] = {"type": f"/problems/{self.slug}", "title": self.title, "status": self.status}
        return body | ({"detail": self.detail} if self.detail else {}) | self.extra


UNEXPECTED_PROBLEM: Final = Problem(UNEXPECTED.status, UNEXPECTED.slug, UNEXPECTED.title, "")


def problem_of(error: Exception) -> Problem:
    """Return how `error` is told. An error that is not in the table says nothing of what happened inside."""
    kind = next((KINDS[cause] for cause in type(error).__mro__ if cause in KINDS), None)
    if kind is None:
        return Problem(UNEXPECTED.status, UNEXPECTED.slug, UNEXPECTED.title, "")
    return Problem(kind.status, kind.slug, kind.title, str(error), _extra(error), tuple(_headers(error, kind)))


def _headers(error: Exception, kind: Kind) -> Iterator[tuple[str, str]]:
    if isinstance(error, LIMITS):
        yield "Libri-Limit", kind.slug
    if isinstance(error, errors.TooManyRequests):
        yield "Retry-After", str(error.wait_seconds)
    elif kind.status == 503:
        yield "Retry-After", str(RETRY_SECONDS)
    if kind.status == 401:
        yield "WWW-Authenticate", 'Bearer realm="LIBRI Graph"'
    if isinstance(error, errors.MethodUnsupported) and error.allowed:
        yield "Allow", error.allowed


def _extra(error: Exception) -> dict[str, object]:
    if isinstance(error, errors.RepresentationUnavailable):
        return {"offered": list(error.offered)}
    if isinstance(error, errors.GenerationGone):
        return {"nearest": list(error.nearest)}
    if isinstance(error, WriteFailed):
        return {"report": error.report}
    if isinstance(error, errors.SyntaxInvalid):
        found = {"line": error.line, "column": error.column, "excerpt": error.excerpt}
        return {name: value for name, value in found.items() if value}
    return {}
