"""Which form and which language a client gets, and the headers that say so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from libri_graph.errors import RepresentationUnavailable
from libri_graph.languages import DEFAULT, TAGS, base
from libri_graph.publish.rdf import MEDIA_TYPES
from server.accepted import ranges, wanted

HTML: Final = "text/html"
SUFFIXES: Final = {"html": HTML, **MEDIA_TYPES}
"""File suffix -> media type of every form of a description."""
OFFERED: Final = tuple(SUFFIXES.values())
TEXT_FORMATS: Final = ("text/", "application/n-triples", "application/trig")


def media_type(accept: str | None, offered: Sequence[str] = OFFERED) -> str:
    """Return the one of `offered` that an Accept header prefers; the first for none or ``*/*``.

    Parameters of media types are ignored but for ``q``. Equal preferences go to what is named more exactly, then to
    the earlier of `offered`.
    Raises `RepresentationUnavailable` when none is acceptable. Source: RFC 9110, section 12.5.1.

    >>> media_type("text/turtle;q=0.5, application/ld+json;profile=x")
    'application/ld+json'
    """
    if not accept:
        return offered[0]
    if accept in offered:
        return accept
    accepted = ranges(accept)
    wishes = [(*wanted(media, accepted), -place) for place, media in enumerate(offered)]
    quality, _, place = max(wishes)
    if quality == 0:
        raise RepresentationUnavailable("none of the forms that you accept is to be had", tuple(offered))
    return offered[-place]


def language(wanted: str | None, accept_language: str | None) -> str:
    """Return the language of a page: the one asked for, else the best accepted one, else English.

    >>> language(None, "de, lv;q=0.8"), language("ar", "lv"), language("xx", None)
    ('lv', 'ar', 'en')
    """
    if wanted and base(wanted) in TAGS:
        return base(wanted)
    accepted = sorted(ranges(accept_language or ""), key=lambda entry: -entry.quality)
    return next((base(entry.name) for entry in accepted if entry.quality > 0 and base(entry.name) in TAGS), DEFAULT)


def content_type(media: str) -> str:
    """Return the Content-Type of a body in UTF-8."""
    return f"{media}; charset=utf-8" if media.startswith(TEXT_FORMATS) else media


def http_date(moment: str) -> str:
    """Return a moment (``YYYY-MM-DDThh:mm:ssZ``) as HTTP writes it. Source: RFC 9110, section 5.6.7.

    >>> http_date("2026-11-24T10:00:00Z")
    'Tue, 24 Nov 2026 10:00:00 GMT'
    """
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)


def moment_of(date: str) -> datetime | None:
    """Return the moment that a date of HTTP tells; `None` for what is none. Source: RFC 9110, section 5.6.7."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def etag(body: bytes) -> str:
    """Return a strong entity tag made from the representation itself, without quotes."""
    return hashlib.sha256(body).hexdigest()[:32]
