"""Every way in which the library can fail, one class for one cause; `server.problems` gives each its status."""

from __future__ import annotations


class LibriError(Exception):
    """Anything that LIBRI Graph reports rather than crashes on."""


class SettingInvalid(LibriError):
    """An environment variable or option has no usable value, or a name nobody knows."""


class ResourceNotFound(LibriError):
    """No description of this IRI is in the graph."""


class RepresentationUnavailable(LibriError):
    """The resource exists, but not in a form that the client accepts."""

    def __init__(self, message: str, offered: tuple[str, ...]) -> None:
        super().__init__(message)
        self.offered = offered
        """Media types that can be had instead."""


class SyntaxInvalid(LibriError):
    """A file or body that cannot be parsed; says where."""

    def __init__(
        self, message: str, *, place: str = "", line: int | None = None, column: int | None = None, excerpt: str = ""
    ) -> None:
        super().__init__(message)
        self.place = place
        """File path or other name of what was being read."""
        self.line = line
        """First line at fault, counted from 1."""
        self.column = column
        """First column at fault, counted from 1."""
        self.excerpt = excerpt
        """The offending line itself."""


class QueryInvalid(SyntaxInvalid):
    """SPARQL text that does not parse."""


class ResultTooLarge(LibriError):
    """An answer that has more bytes than one may have; found out while it is being sent, so the transfer breaks off."""


class QueryFailed(LibriError):
    """A query that parses and cannot be evaluated, such as one that calls a function that nobody knows."""


class QueryRefused(LibriError):
    """A form of query that is not allowed here: LOAD, SERVICE or FROM outside the store."""


class QueryTooComplex(LibriError):
    """A query that is nested too deeply, or has too many parts, to be evaluated safely."""


class QueryTooLong(LibriError):
    """A query with more characters than are read."""


class QueryTimeout(LibriError):
    """A query ran longer than its limit and was ended."""


class QueryMemory(LibriError):
    """A query needed more memory than its limit and was ended."""


class WorkerLost(LibriError):
    """A worker process ended by itself."""


class CallerGone(LibriError):
    """Whoever asked is not there any more."""


class QueueFull(LibriError):
    """All query workers are busy and the queue has no more room."""


class BindingInvalid(LibriError):
    """The parameters given to one of our own queries are not the ones it marks."""


class StoreMissing(LibriError):
    """There is no generation to open: nothing has been loaded yet."""


class StoreBusy(LibriError):
    """Another process holds the writer's lock."""


class StoreFull(LibriError):
    """The disk has no room left, so nothing was written."""


class IndexMissing(StoreMissing):
    """The side index of lists, map and cards is not made yet, or is being made anew."""


class StoreDamaged(LibriError):
    """A generation does not hold what was written."""


class JournalDamaged(LibriError):
    """The journal or one of its payloads does not hold what was written."""


class BackupInvalid(LibriError):
    """A backup that is not whole, or a place that none can be written to or restored into."""


class GenerationGone(LibriError):
    """A state of the data that is not kept, or not there yet."""

    def __init__(self, number: int, nearest: tuple[int, ...]) -> None:
        names = " and ".join(map(str, nearest)) or "none"
        super().__init__(f"generation {number} is not kept; the nearest that are: {names}")
        self.nearest = nearest
        """Numbers of the nearest generations before and after it that are kept."""


class ResourceGone(LibriError):
    """Something that was described here once and is not any more."""


class DumpsBeingMade(LibriError):
    """The files to take home of a generation, which are being written because somebody asked for them."""


class AddressTaken(LibriError):
    """Nobody can listen where the server is told to."""


class AddressTooLong(LibriError):
    """A request for an address with more bytes than are read."""


class HeadTooLarge(LibriError):
    """A request with more in its head than is read."""


class GraphRefused(LibriError):
    """A graph IRI that cannot be written here."""


class WriteRefused(LibriError):
    """A write that this token, or this store, does not allow."""


class TokenMissing(LibriError):
    """A write without a token, or with one that nobody made."""


class TooManyRequests(LibriError):
    """One client asked for more than its share."""

    def __init__(self, message: str, *, wait_seconds: int = 2) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
        """After which it may ask again."""


class PreconditionFailed(LibriError):
    """A write under a condition that does not hold, so nothing was done."""


class WriteTimeout(LibriError):
    """A write took longer than its limit and was ended; nothing of it was done."""


class WriteMemory(LibriError):
    """A write needed more memory than its limit and was ended; nothing of it was done."""


class WriteAborted(LibriError):
    """The process that carried out a write ended at it; nothing of it was done."""


class WriteLost(LibriError):
    """The process that carried out a write ended while it went to disk, so it is not known whether it was done."""


class ServiceFailed(LibriError):
    """A service that a query asks did not answer; says which."""


class ServiceRefused(LibriError):
    """A SERVICE that is not on the list of those that may be asked."""


class SourceInvalid(LibriError):
    """A source folder lacks its description or describes itself wrongly."""


class ShapeInvalid(LibriError):
    """A shape that SHACL does not allow, or whose query we refuse to run."""


class ValidationFailed(LibriError):
    """Records break mandatory rules, so nothing was published."""


class SourceUnavailable(LibriError):
    """A remote source or endpoint did not answer."""


class FetchRefused(LibriError):
    """An address that nothing is fetched from: not public, or not of the web."""


class RequestInvalid(LibriError):
    """A request that lacks something or contradicts itself."""


class FilterInvalid(RequestInvalid):
    """A list is narrowed down by something that nobody knows; says what to write instead."""


class BodyTooLarge(LibriError):
    """A request body over its limit."""


class MediaTypeUnsupported(LibriError):
    """A request body of a kind that is not read here."""


class MethodUnsupported(LibriError):
    """A method that the address does not answer to."""

    def __init__(self, message: str, allowed: str = "") -> None:
        super().__init__(message)
        self.allowed = allowed
        """The methods that it does answer to, with commas between."""


class EditionRefused(LibriError):
    """A folder that holds something else than a static edition, so that none is written over it."""


class DataChanged(LibriError):
    """Another generation was published while one was being written out, so the result would be of both."""
