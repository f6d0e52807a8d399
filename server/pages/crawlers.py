"""What machines that visit every site look for: where they may go, what there is, and whom to tell of a hole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from xml.sax.saxutils import quoteattr

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.http import quote_etag

from libri_graph.errors import ResourceNotFound
from libri_graph.index import addresses
from libri_graph.index.facets import KINDS
from libri_graph.languages import TAGS
from server import negotiation
from server.responses import canonical, reading, urls

pages = Blueprint("crawlers", __name__)
CLOSED: Final = ("/sparql", "/graphs", "/search", "/suggest", "/api/", "/metrics", "/*?*generation=", "/*?*page=")
"""Where crawlers would only ask what they get elsewhere."""
OPEN: Final = ("/", "/map", "/needs", "/ontology", "/shapes", "/catalog", "/dumps/", "/changes")
STATEMENTS: Final = ("/privacy", "/accessibility")
PART: Final = 2000
"""Records in one part of the site map; with all languages, under 4 MB. Source: sitemaps.org allows 50,000 and 50 MB."""
VALID: Final = timedelta(days=180)
SPACES: Final = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'  # their names
)


@pages.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Tell crawlers where not to go. Source: RFC 9309."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    return _plain("\n".join([*lines, "", f"Sitemap: {urls().absolute('/sitemap.xml')}", ""]))


@pages.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Tell whom to write to about a hole, for half a year from today."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return security_until(today + VALID)


def security_until(expires: datetime) -> ResponseReturnValue:
    """Tell whom to write to about a hole. Source: RFC 9116; it must say until when it holds."""
    contact = current_app.extensions["libri"].settings.contact
    if not contact:
        raise ResourceNotFound("whoever runs this server has named nobody to write to (LIBRI_CONTACT)")
    return _plain(
        f"Contact: {contact}\nExpires: {expires.isoformat().replace('+00:00', 'Z')}\n"
        f"Preferred-Languages: en\nCanonical: {urls().absolute('/.well-known/security.txt')}\n"
    )


@pages.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List the parts of the site map: our own pages first, then the records, so many in each."""
    parts = 1 + -(-addresses.count(reading()) // PART)
    places = (f"<sitemap><loc>{urls().absolute(f'/sitemap-{number}.xml')}</loc></sitemap>" for number in range(parts))
    return _xml("sitemapindex", places)


@pages.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> ResponseReturnValue:
    """List some pages, each with its address in every language."""
    if number == 0:
        return _xml("urlset", map(_entry, (*OPEN, *(f"/{kind}" for kind in KINDS), *STATEMENTS)))
    found = addresses.part(reading(), PART, (number - 1) * PART)
    if not found:
        raise ResourceNotFound("the site map has fewer parts")
    return _xml("urlset", (_entry(urls().path_of(iri)) for iri in found))


def _entry(path: str) -> str:
    """Return a page in a site map; the address without a language leaves the choice to the reader's browser."""
    languages = [(tag, canonical(path, tag)) for tag in TAGS]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(address)}/>'
        for tag, address in [*languages, ("x-default", urls().absolute(path))]
    )
    return f"<url><loc>{quoteattr(urls().absolute(path))[1:-1]}</loc>{links}</url>"


def _xml(root: str, entries: Iterable[str]) -> Response:
    body = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {SPACES}>", *entries, f"</{root}>", ""])
    return _answer(body, "application/xml; charset=utf-8")


def _plain(text: str) -> Response:
    return _answer(text, "text/plain; charset=utf-8")


def _answer(text: str, content_type: str) -> Response:
    response = Response(text, content_type=content_type)
    response.headers["Cache-Control"] = "max-age=3600"
    response.headers["ETag"] = quote_etag(negotiation.etag(response.get_data()))
    response.make_conditional(request)
    return response
