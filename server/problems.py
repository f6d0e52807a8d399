"""What went wrong, as HTTP: one table, one body (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from libri_graph import errors

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
    errors.QueryRefused: Kind(403, "query-refused", "This form of query is not allowed here"),
    errors.QueryTooComplex: Kind(400, "too-deep", "The query is nested too deeply or is too long"),
    errors.QueryTimeout: Kind(503, "query-timeout", "The query ran longer than its limit"),
    errors.QueryMemory: Kind(503, "query-memory", "The query needed more memory than its limit"),
    errors.QueueFull: Kind(503, "busy", "All query workers are busy"),
    errors.StoreMissing: Kind(503, "not-loaded", "Nothing has been loaded yet"),
    errors.RequestInvalid: Kind(400, "bad-request", "The request cannot be understood"),
    errors.BodyTooLarge: Kind(413, "too-large", "The body is larger than its limit"),
    errors.MediaTypeUnsupported: Kind(415, "unsupported-media-type", "The body is of a kind that is not read here"),
    errors.MethodUnsupported: Kind(405, "method-not-allowed", "This method is not allowed here"),
}
UNEXPECTED: Final = Kind(500, "internal", "Something went wrong on our side")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, ready to be sent."""

    status: int
    slug: str
    title: str
    detail: str
    extra: dict[str, object] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """Return the members of the problem document."""
        body: dict[str, object] = {"type": f"/problems/{self.slug}", "title": self.title, "status": self.status}
        return body | ({"detail": self.detail} if self.detail else {}) | self.extra


def problem_of(error: Exception) -> Problem:
    """Return how `error` is told. An error that is not in the table says nothing of what happened inside."""
    kind = next((KINDS[cause] for cause in type(error).__mro__ if cause in KINDS), None)
    if kind is None:
        return Problem(UNEXPECTED.status, UNEXPECTED.slug, UNEXPECTED.title, "")
    return Problem(kind.status, kind.slug, kind.title, str(error), _extra(error))


def _extra(error: Exception) -> dict[str, object]:
    if isinstance(error, errors.RepresentationUnavailable):
        return {"offered": list(error.offered)}
    if isinstance(error, errors.SyntaxInvalid):
        found = {"line": error.line, "column": error.column, "excerpt": error.excerpt}
        return {name: value for name, value in found.items() if value}
    return {}
