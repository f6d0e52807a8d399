"""Pages whose links lead to files: relative ones, so that an edition works in any folder of any host."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Final

from libri_graph.languages import TAGS
from server.freezing.places import Address, Layout, Target

ATTRIBUTE: Final = re.compile(r'(?P<name>href|src|action|formaction|content|data-pins|data-land)="(?P<value>[^"]*)"')
"""Begins with nothing but letters, as the next ones do: so a page is searched several times as fast."""
SCRIPT: Final = re.compile(r"(<script\b[^>]*>)(.*?)(</script>)", re.DOTALL)
ASKS_SERVER: Final = re.compile(r'<script type="module" src="/static/build/(?:suggest|query)\.js"[^>]*></script>')
"""Scripts that ask a server while one types."""
TONGUE: Final = re.compile(
    r'\s*<(?:link|xhtml:link) rel="alternate" hreflang="(?P<tag>(?!x-)[a-z-]+)" href="[^"]*"\s*/?>'
    r'|<li><a [^>]*hreflang="(?P<other>[a-z-]+)"[^>]*>[^<]*</a></li>'
)
"""A link to the same page in a language: for machines, in the head and in site maps, and for readers."""
LANGUAGE_FIELD: Final = re.compile(r'<input type="hidden" name="lang"[^>]*>')


@dataclass(slots=True)
class Links:
    """Rewrites the links of one file and remembers where they lead."""

    layout: Layout
    file: str
    language: str
    found: set[Address] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    @property
    def root(self) -> str:
        """What leads from the file to the root of the edition."""
        return "../" * self.file.count("/") or "./"

    def page(self, text: str) -> str:
        """Return a page with links to files."""
        parts = SCRIPT.split(_without(ASKS_SERVER, _without(LANGUAGE_FIELD, self._without_others(text))))
        # a page in four parts again and again: what is outside of scripts, their start tag, content, end tag
        for place, part in enumerate(parts):
            if place % 4 == 2:
                parts[place] = self.inside(part)
            else:
                parts[place] = ATTRIBUTE.sub(self._attribute, part)
        return "".join(parts)

    def inside(self, text: str) -> str:
        """Return text in which whole addresses of the site lead to files, as in data blocks and site maps."""
        text = self._without_others(text)
        pattern = re.escape(self.layout.public_url)
        return re.sub(rf'(?<=[">])({pattern}[^"<>\s{{}}]*)(?=["<])', lambda m: self._whole(m[1]), text)

    def _without_others(self, text: str) -> str:
        """Return text without the links to pages in languages that the edition has not."""
        if self.layout.languages == TAGS:
            return text
        return TONGUE.sub(
            lambda found: found[0] if (found["tag"] or found["other"]) in self.layout.languages else "", text
        )

    def of(self, address: str) -> str | None:
        """Return the link from here to `address`; `None` where it leaves the site."""
        target = self.layout.target(address, self.language)
        if target is None:
            return None
        self._remember(target)
        return self.root + target.link

    def _attribute(self, found: re.Match[str]) -> str:
        if found.start() and found.string[found.start() - 1].isalnum():
            return found[0]  # the end of a longer name
        name, value = found["name"], html.unescape(found["value"])
        if name == "content" or value.startswith(self.layout.public_url):
            whole = self._whole(value) if value.startswith(self.layout.public_url) else value
            return f'{name}="{html.escape(whole)}"' if whole != value else found[0]
        link = self.of(value)
        return found[0] if link is None else f'{name}="{html.escape(link)}"'

    def _whole(self, address: str) -> str:
        target = self.layout.target(html.unescape(address), self.language)
        if target is None:
            return address
        self._remember(target)
        return self.layout.public_url + target.link

    def _remember(self, target: Target) -> None:
        self.files.add(target.file)
        if target.address is not None:
            self.found.add(target.address)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Return text without what `pattern` finds, and without the space before that."""
    *parts, last = pattern.split(text)
    return "".join([*(part.rstrip() for part in parts), last])
