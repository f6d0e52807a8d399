"""Site maps, as crawlers read them. Source: sitemaps.org, protocol 0.9."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin
from xml.parsers import expat

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.rule import Broken

if TYPE_CHECKING:
    from libri_graph.conformance.site import Site

MOST_UNPACKED: Final = 50 << 20
SPREAD: Final = 4


class SitemapInvalid(ValueError):
    """A site map that is not one; says why."""


def find(site: Site) -> Answer | None:
    """Return the site map that robots.txt names, else the one at the usual address; `None` where there is none."""
    named = [line.partition(":")[2].strip() for line in robots(site) if line.lower().startswith("sitemap:")]
    for address in [*(site.here(name) or name for name in named), urljoin(site.root, "sitemap.xml")]:
        try:
            answer = site.asker.get(address)
        except Broken:
            continue
        if answer.status == 200:
            return answer
    return None


def robots(site: Site) -> list[str]:
    """Return the lines of robots.txt; none where there is none."""
    try:
        answer = site.asker.get(urljoin(site.root, "robots.txt"))
    except Broken:
        return []
    return answer.text.splitlines() if answer.status == 200 and answer.media_type == "text/plain" else []


def locations(site: Site) -> list[str]:
    """Return a few addresses from all over the site map, also through an index of several."""
    answer = find(site)
    try:
        found = read(answer) if answer else ("", [])
        if found[0] == "sitemapindex" and found[1]:
            found = read(site.asker.get(site.here(found[1][0]) or found[1][0]))
    except (SitemapInvalid, Broken):
        return []
    places = found[1]
    return [places[number * (len(places) - 1) // SPREAD] for number in range(SPREAD + 1)] if places else []


def read(answer: Answer) -> tuple[str, Sequence[str]]:
    """Return the name of the root element and every location. Raises `SitemapInvalid`; reads no foreign entity."""
    reader = _Reader()
    try:
        reader.parse(_unpacked(answer))
    except (expat.ExpatError, zlib.error, OSError, EOFError) as fault:
        raise SitemapInvalid(f"not XML: {fault}") from fault
    if reader.root not in ("urlset", "sitemapindex"):
        raise SitemapInvalid(f"its root is {reader.root!r}")
    return reader.root, [place.strip() for place in reader.places]


def _unpacked(answer: Answer) -> bytes:
    if not answer.body.startswith(b"\x1f\x8b"):
        return answer.body
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(answer.body, MOST_UNPACKED)


class _Reader:
    def __init__(self) -> None:
        self.root = ""
        self.places: list[str] = []
        self._inside = False

    def parse(self, body: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse
        parser.Parse(body, True)

    def _start(self, name: str, _attributes: object) -> None:
        local = name.rpartition(" ")[2]
        self.root = self.root or local
        self._inside = local == "loc"
        if self._inside:
            self.places.append("")

    def _end(self, _name: str) -> None:
        self._inside = False

    def _text(self, text: str) -> None:
        if self._inside:
            self.places[-1] += text

    def _refuse(self, *_declaration: object) -> None:
        raise SitemapInvalid("it declares entities")
