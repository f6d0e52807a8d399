"""Asks one server politely: not too much, not too fast, the same thing once, and tells what it asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.rule import Broken, NothingToAsk
from libri_graph.errors import FetchRefused, SourceUnavailable
from libri_graph.fetch.exchange import exchange, sent_after_head
from libri_graph.fetch.wire import trusted

USER_AGENT: Final = "LIBRI-Graph-check (linked-data conformance; asked for by the operator)"
MOST_STEPS: Final = 6
"""Redirects that are followed; browsers follow more, caches and patience do not."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a server's time a run takes."""

    requests: int = 500
    delay_seconds: float = 0.1
    """Between one request and the next."""
    answer_seconds: float = 20
    """For one answer, whole."""
    run_seconds: float = 600
    most_bytes: int = 4 << 20
    """Of one body; the rest is not read."""


def location(answer: Answer) -> str:
    """Return where an answer redirects; empty where it does not."""
    return answer.header("Location") if answer.redirects else ""


class Asker:
    """Sends requests within `limits`; `url` is an address that the operator named, so its origin may be private.

    `leads` says where an answer leads to that is not the end.
    """

    def __init__(
        self, url: str, limits: Limits, tell: Callable[[str], None], leads: Callable[[Answer], str] = location
    ) -> None:
        self._named = (url,)
        self._limits = limits
        self._tell = tell
        self._leads = leads
        self._known: dict[tuple[str, str, tuple[tuple[str, str], ...], bytes | None], Answer | Exception] = {}
        self._end = time.monotonic() + limits.run_seconds
        self._last = 0.0
        self._tls = trusted()
        self.sent = 0
        """Requests so far."""
        self.asked: list[str] = []
        """What was asked since somebody emptied the list, with what was known already."""

    def ask(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Return what `url` answers, redirects as they are. Raises `Broken` for none, `NothingToAsk` at the end."""
        url = url.partition("#")[0]
        wanted = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})}
        self._note(method, url, headers)
        key = (method, url, tuple(sorted(wanted.items())), body)
        if key not in self._known:
            self._known[key] = self._send(url, method, wanted, body)
        found = self._known[key]
        if isinstance(found, Exception):
            raise Broken(str(found)) from found
        return found

    def follow(self, url: str, headers: Mapping[str, str] | None = None) -> list[Answer]:
        """Return every answer on the way from `url` to where redirects end; the last one redirects if they do not."""
        steps = [self.ask(url, headers=headers)]
        while (to := self._leads(steps[-1])) and len(steps) <= MOST_STEPS:
            steps.append(self.ask(urljoin(steps[-1].url, to), headers=headers))
        return steps

    def get(self, url: str, accept: str = "*/*", **headers: str) -> Answer:
        """Return the answer at the end of all redirects."""
        return self.follow(url, {"Accept": accept, **{name.replace("_", "-"): text for name, text in headers.items()}})[
            -1
        ]

    def sent_after_head(self, url: str, headers: Mapping[str, str]) -> int:
        """Return how many bytes follow the headers of an answer to HEAD."""
        self._note("HEAD", url, headers)
        self._wait()
        try:
            return sent_after_head(
                url,
                headers={"User-Agent": USER_AGENT, **headers},
                seconds=self._limits.answer_seconds,
                named=self._named,
            )
        except (SourceUnavailable, FetchRefused) as fault:
            raise Broken(str(fault)) from fault

    def _send(self, url: str, method: str, headers: dict[str, str], body: bytes | None) -> Answer | Exception:
        self._wait()
        try:
            found = exchange(
                url,
                method=method,
                headers=headers,
                body=body,
                seconds=self._limits.answer_seconds,
                most_bytes=self._limits.most_bytes,
                named=self._named,
                tls=self._tls,
            )
        except (SourceUnavailable, FetchRefused) as fault:
            return fault
        return Answer(method, url, found.status, found.headers, found.body, found.cut)

    def _wait(self) -> None:
        if self.sent >= self._limits.requests:
            raise NothingToAsk(f"all {self._limits.requests} requests of this run are spent")
        if time.monotonic() > self._end:
            raise NothingToAsk(f"the {self._limits.run_seconds:.0f} seconds of this run are over")
        time.sleep(max(0.0, self._last + self._limits.delay_seconds - time.monotonic()))
        self._last = time.monotonic()
        self.sent += 1

    def _note(self, method: str, url: str, headers: Mapping[str, str] | None) -> None:
        said = "; ".join(f"{name}: {value}" for name, value in (headers or {}).items())
        line = f"{method} {url}" + (f" ({said})" if said else "")
        self._tell(line)
        if line not in self.asked:
            self.asked.append(line)


def origin(url: str) -> str:
    """Return scheme, host and port of an address.

    >>> origin("https://example.org/a?b")
    'https://example.org'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
