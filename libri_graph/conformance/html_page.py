"""What an HTML page says to machines: its language, links, and data in its head."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.link_header import Link

AT_ONCE: Final = re.compile(r"\s*0\s*;\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)


@dataclass
class Page:
    """The parts of a page that rules look at."""

    language: str = ""
    title: str = ""
    links: list[Link] = field(default_factory=list)
    """From its head."""
    anchors: list[str] = field(default_factory=list)
    """Where its text leads, in order."""
    data: list[str] = field(default_factory=list)
    """The JSON-LD inside it."""
    sends_to: str = ""
    """Where it sends its reader at once, as pages of hosts do that cannot redirect."""


def read_page(answer: Answer) -> Page:
    """Return what a page says. Never raises: HTML has no syntax errors."""
    reader = _Reader(answer.url)
    reader.feed(answer.text)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.page = Page()
        self._url = url
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.page.language = found.get("lang", "")
        elif tag == "meta" and found.get("http-equiv", "").lower() == "refresh":
            if at_once := AT_ONCE.match(found.get("content", "")):
                self.page.sends_to = self._join(at_once[1])
        elif tag == "a" and "href" in found:
            self.page.anchors.append(self._join(found["href"]))
        elif tag == "link" and "href" in found:
            kind, tongue = found.get("type", ""), found.get("hreflang", "")
            target = self._join(found["href"])
            self.page.links += [Link(target, rel, kind, tongue) for rel in found.get("rel", "").lower().split()]
        elif tag == "script" and found.get("type", "").partition(";")[0].strip() == "application/ld+json":
            self._inside = "data"
            self.page.data.append("")
        elif tag == "title" and not self.page.title:
            self._inside = "title"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "title"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "data":
            self.page.data[-1] += data
        elif self._inside == "title":
            self.page.title += data

    def _join(self, href: str) -> str:
        try:
            return urljoin(self._url, href)
        except ValueError:
            return ""
