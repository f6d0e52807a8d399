"""Where each address of the site lies in the static edition: one folder for a page, one file for data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from libri_graph.languages import DEFAULT, TAGS
from server.urls import RESERVED

PAGE: Final = "index.html"
LIVE: Final = "edition"
"""The page that tells what a static edition cannot do."""
ANSWERED_BY_SCRIPT: Final = frozenset({"lists.listing", "maps.map_page", "search.search", "query.query_page"})
"""Views whose arguments a script in the page answers; a page number alone is a page of its own."""
ONE_FILE: Final = frozenset({"maps.map_data"})
"""Views whose arguments are left out: the file holds everything."""
NOT_FROZEN: Final = frozenset({"search.suggest", "search.api_search", "query.completion", "data.linkset"})
"""Views that answer questions nobody can foresee; and link sets, whose links stand in every page."""
DOUBTFUL: Final = frozenset(
    {
        "vocabulary.resource",
        "vocabulary.part",
        "vocabulary.module",
        "vocabulary.module_version",
        "vocabulary.shapes_version",
        "history.history_of_anything",
        "things.naming",
    }
)
"""Views that pages lead to though the site may know nothing of what is asked."""
TOLD_AS_DATA: Final = {
    "vocabulary.resource": "format",
    "history.history_of_anything": "format",
    "vocabulary.part": "suffix",
    "vocabulary.module": "suffix",
}
"""Those of them that answer with data too, much sooner than with a page -> how one asks for the form."""
ONE_LANGUAGE: Final = frozenset(
    {"things.thing", "data.well_known_void", "vocabulary.module_version", "vocabulary.shapes_version"}
)
"""Views that only send on."""
SUFFIXES: Final = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/json": "json",
    "application/geo+json": "geojson",
    "application/rdf+xml": "rdf",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/plain": "txt",
}
"""Media type -> how the file of an address without a suffix ends."""
SUFFIXED: Final = re.compile(
    r"\.(?:ttl|nt|nq|rdf|trig|jsonld|json|geojson|csv|xml|txt|ts|gz|js|css|svg|woff2|html|md|LICENSE)$|/SHA256SUMS$"
)
MOST_TARGETS: Final = 50_000
"""Links that are remembered: most of a page's stand in every page."""
_SLUG: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One thing that the site answers with, whatever the language."""

    path: str
    arguments: tuple[tuple[str, str], ...] = ()

    def as_data(self, by: str) -> Address:
        """Return the address of the same as N-Triples, asked for by an argument (``format``) or by a suffix."""
        if by == "format":
            return Address(self.path, (*self.arguments, ("format", "nt")))
        return Address(f"{self.path}.nt", self.arguments)

    def asked(self, language: str = DEFAULT) -> str:
        """Return what is asked of the site for it in `language`."""
        pairs = [*self.arguments, *([("lang", language)] if language != DEFAULT else [])]
        return quote(self.path, safe=RESERVED) + (f"?{urlencode(pairs)}" if pairs else "")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link of the site leads to in the edition."""

    address: Address | None
    """What must be there too; `None` for what is there anyway."""
    file: str
    """Path of the file in the edition."""
    rest: str = ""
    """Arguments that a script reads, and the fragment."""
    link: str = field(init=False, compare=False)
    """The path to write into a link, from the root of the edition, without a slash before it."""

    @property
    def is_page(self) -> bool:
        """Whether there is one in every language, for all but a few views."""
        return self.file.split("/")[-1] == PAGE

    def __post_init__(self) -> None:
        """Work out the link once; it stands in many pages."""
        object.__setattr__(self, "link", quote(self.file.removesuffix(PAGE), safe=RESERVED) + self.rest)


class Layout:
    """The one rule by which addresses become files."""

    def __init__(
        self,
        app: Flask,
        generation: int,
        languages: Iterable[str] = TAGS,
        data: Mapping[str, str] | None = None,
        *,
        histories: bool = True,
    ) -> None:
        self.languages = tuple(languages)
        self.public_url: str = app.extensions["libri"].urls.public_url
        self.generation = generation
        self.data = dict(data or {})
        """Path without a suffix -> suffix of its file, for addresses that give no page."""
        self._histories = histories
        self._routes = app.url_map.bind("")
        self.endpoint = lru_cache(MOST_TARGETS)(self._endpoint)
        """Path -> name of the view that answers it; `None` where none does."""
        self._in_english = lru_cache(MOST_TARGETS)(self._find_in_english)
        self._targets: dict[tuple[str, str], Target | None] = {}
        self.exists: Callable[[Address], bool] = lambda _: True
        """Whether the site knows an address of a doubtful view."""

    def target(self, address: str, language: str) -> Target | None:
        """Return where `address`, written in a page in `language`, leads to; `None` where it leaves the site."""
        key = (address, language)
        if key not in self._targets:
            if len(self._targets) >= MOST_TARGETS:
                self._targets.clear()
            self._targets[key] = self._target(address, language)
        return self._targets[key]

    def _target(self, address: str, language: str) -> Target | None:
        absolute = address.startswith(self.public_url)
        if not absolute and (not address.startswith("/") or address.startswith("//")):
            return None
        parts = urlsplit(address[len(self.public_url) - 1 :] if absolute else address)
        given = [pair for pair in parse_qsl(parts.query) if pair[1]]
        chosen = next((value for name, value in given if name == "lang"), DEFAULT if absolute else language)
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        states = {value for name, value in given if name == "generation"}
        pairs = [pair for pair in given if pair[0] not in ("lang", "generation")]
        path = unquote(parts.path).rstrip("/") or "/"
        if states - {str(self.generation)}:
            return self.live(chosen, "past")
        return self._found(path, pairs, self.known(chosen), fragment)

    def known(self, language: str) -> str:
        """Return `language`, or English where the edition has no such pages."""
        return language if language in self.languages else DEFAULT

    def live(self, language: str, part: str = "live") -> Target:
        """Return the page that tells why there is no such page here."""
        return Target(Address(f"/{LIVE}"), self._page(LIVE, self.known(language)), f"#{part}")

    def file(self, address: Address, language: str = DEFAULT) -> str:
        """Return the file of an address."""
        return self._found(address.path, address.arguments, language, "", sure=True).file

    def is_page(self, address: Address) -> bool:
        """Return whether an address gives a page, which there is in every language."""
        return self.file(address).endswith(PAGE)

    def _endpoint(self, path: str) -> str | None:
        try:
            return str(self._routes.match(path, method="GET")[0])
        except HTTPException:
            return None

    def _found(
        self, path: str, pairs: Iterable[tuple[str, str]], language: str, fragment: str, *, sure: bool = False
    ) -> Target:
        english = self._in_english(path, tuple(pairs), fragment, sure)
        if language == DEFAULT or not english.is_page or self.endpoint(path) in ONE_LANGUAGE:
            return english
        return Target(english.address, f"{language}/{english.file}", english.rest)

    def _find_in_english(self, path: str, pairs: Sequence[tuple[str, str]], fragment: str, sure: bool) -> Target:
        if path.startswith("/static/"):
            return Target(None, path[1:], fragment)
        endpoint = self.endpoint(path)
        if endpoint is None or endpoint in NOT_FROZEN:
            return self.live(DEFAULT)
        if not self._histories and endpoint.startswith("history.") and endpoint != "history.changes":
            return self.live(DEFAULT, "past")
        arguments, rest = tuple(sorted(pairs)), fragment
        if endpoint in ONE_FILE:
            arguments = ()
        elif endpoint in ANSWERED_BY_SCRIPT and any(name != "page" for name, _ in arguments):
            rest, arguments = f"?{urlencode(pairs)}{fragment}", ()
        address = Address(path, tuple(pair for pair in arguments if pair != ("page", "1")))
        if endpoint in DOUBTFUL and not sure and not self.exists(address):
            return self.live(DEFAULT)
        return Target(address, self._file(address, endpoint), rest)

    def _file(self, address: Address, endpoint: str) -> str:
        form = next((value for name, value in address.arguments if name == "format"), "")
        named = [part for name, value in address.arguments if name != "format" for part in (name, _slug(value))]
        stem = "/".join([address.path.strip("/"), *named]).strip("/")
        own = SUFFIXED.search(address.path)
        if own and named:  # no folder bears the name of a file
            return "/".join([address.path[: own.start()].strip("/"), *named]) + own[0]
        suffix = form or self._suffix(address.path, endpoint)
        if suffix:
            return f"{stem}.{suffix}"
        if own:
            return stem
        return self._page(stem)

    def _suffix(self, path: str, endpoint: str) -> str:
        if path in self.data:
            return self.data[path]
        return "json" if endpoint.startswith("api_") and not SUFFIXED.search(path) and path != "/api" else ""

    def _page(self, stem: str, language: str = DEFAULT) -> str:
        return "/".join(part for part in ("" if language == DEFAULT else language, stem, PAGE) if part)


def _slug(value: str) -> str:
    """Return `value` as the name of a folder: itself where it can be one, else the same few letters each time."""
    return value if _SLUG.fullmatch(value) else hashlib.sha256(value.encode()).hexdigest()[:16]
