"""An answer of a server, and what its headers say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT: Final = frozenset({301, 308})
CHARSET: Final = re.compile(r";\s*charset=\"?([^\s\";]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, and what was asked for it."""

    method: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool = False
    """Whether there was more of the body than is read."""

    def header(self, name: str) -> str:
        """Return a header, several of one name with commas between; empty where there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def lists(self, name: str, word: str) -> bool:
        """Return whether a header that is a list has `word` in it, or a star."""
        found = {part.strip().lower() for part in self.header(name).split(",")}
        return word.lower() in found or "*" in found

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset that Content-Type names, in lower case; empty where it names none."""
        found = CHARSET.search(self.header("Content-Type"))
        return found[1].lower() if found else ""

    @property
    def redirects(self) -> bool:
        """Whether it sends elsewhere."""
        return self.status in REDIRECTS and bool(self.header("Location"))

    @property
    def text(self) -> str:
        """The body, with a sign in place of what is not UTF-8."""
        return self.body.decode("utf-8", "replace")

    @property
    def told(self) -> str:
        """The answer in a few words."""
        return f"{self.status} {self.media_type or 'without a Content-Type'}, {len(self.body)} bytes"
