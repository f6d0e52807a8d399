"""One address of the site as files: what the site answers, with links that lead to files."""

from __future__ import annotations

import html
import json
import re
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from libri_graph.errors import DataChanged
from libri_graph.languages import DEFAULT
from server.freezing import edition
from server.freezing.links import Links
from server.freezing.places import ANSWERED_BY_SCRIPT, TOLD_AS_DATA, Address, Layout

ACCEPT: Final = {"Accept": "text/html, */*;q=0.1", "Accept-Language": "en"}
XML: Final = ("application/xml", "text/xml", "application/rss+xml", "application/atom+xml")
LINK: Final = re.compile(r'<([^>]*)>;\s*rel="([^"]*)"(?:;\s*type="([^"]*)")?')
LEFT_OUT: Final = frozenset({"linkset", "version-history", "next", "prev"})
"""Links of headers that are not repeated in pages: they lead to what is not frozen, or stand in the page already."""
MOVED: Final = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True, order=True)
class Moved:
    """An address that sends on, or tells that its thing is gone."""

    path: str
    status: int
    to: str = ""
    """Path in the edition, from its root; empty for what is gone."""


@dataclass(slots=True)
class Rendered:
    """What came of some addresses."""

    files: dict[str, bytes] = field(default_factory=dict)
    found: set[Address] = field(default_factory=set)
    """Other addresses that were seen."""
    linked: set[str] = field(default_factory=set)
    """Files that links lead to."""
    moved: set[Moved] = field(default_factory=set)


class Renderer:
    """Asks the site and hands out files."""

    def __init__(self, app: Flask, layout: Layout) -> None:
        self._client: FlaskClient = app.test_client()
        self._layout = layout
        self._exists: dict[Address, bool] = {}
        layout.exists = self._is_known
        self._words = {tag: edition.words(app, tag) for tag in layout.languages}
        self._still = {tag: edition.still(app, tag) for tag in layout.languages}

    def render(self, address: Address, into: Rendered) -> None:
        """Put the files of `address` into `into`: a page in every language, data once."""
        languages = self._layout.languages if self._layout.is_page(address) else (DEFAULT,)
        for language in languages:
            file = self._layout.file(address, language)
            if file in into.files:
                continue  # one that is the same in every language
            links = Links(self._layout, file, language)
            self._keep(address, links, self._ask(address, language), into)
            into.found |= links.found
            into.linked |= links.files

    def _ask(self, address: Address, language: str) -> TestResponse:
        answer = self._client.get(address.asked(language), headers=ACCEPT)
        said = answer.headers.get("Libri-Generation", str(self._layout.generation))
        if said != str(self._layout.generation) and not address.path.startswith("/dumps"):
            raise DataChanged(f"the data changed to generation {said} while {self._layout.generation} was being frozen")
        return answer

    def _is_known(self, address: Address) -> bool:
        if address not in self._exists:
            by = TOLD_AS_DATA.get(self._layout.endpoint(address.path) or "")
            # what is only named by others has a page, but no data
            self._exists[address] = (by is not None and self._answers(address.as_data(by))) or self._answers(address)
        return self._exists[address]

    def _answers(self, address: Address) -> bool:
        # in a context of its own, since a page may be under way
        answer = Context().run(self._client.get, address.asked(), headers=ACCEPT)
        return answer.status_code in (200, 410, *MOVED)

    def _keep(self, address: Address, links: Links, answer: TestResponse, into: Rendered) -> None:
        if answer.status_code in MOVED:
            self._send_on(address, links, answer, into)
        elif answer.status_code == 410:
            into.moved.add(Moved(address.path, 410))
            into.files[links.file] = (
                self._page(address, links, answer) if links.file.endswith(".html") else answer.get_data()
            )
        elif answer.status_code != 200:
            return  # where a link leads there, it is told in the end
        elif answer.mimetype == "text/html":
            into.files[links.file] = self._page(address, links, answer)
        else:
            into.files[links.file] = self._data(address, links, answer)

    def _send_on(self, address: Address, links: Links, answer: TestResponse, into: Rendered) -> None:
        target = self._layout.target(answer.headers["Location"], links.language)
        to = target.link if target else answer.headers["Location"]
        if target is not None:
            links.of(answer.headers["Location"])
        if not address.arguments and links.language == DEFAULT:
            into.moved.add(Moved(address.path, answer.status_code, to if target else answer.headers["Location"]))
        into.files[links.file] = sent_on(links.root + to if target else to).encode()

    def _page(self, address: Address, links: Links, answer: TestResponse) -> bytes:
        text = links.page(answer.get_data(as_text=True))
        head = "".join(f"  {link}\n" for link in self._signposts(links, answer))
        text = text.replace("</head>", f"{head}</head>", 1)
        if self._layout.endpoint(address.path) in ANSWERED_BY_SCRIPT:
            text = text.replace("</body>", f"{self._script(address, links)}</body>", 1)
        return text.encode()

    def _signposts(self, links: Links, answer: TestResponse) -> list[str]:
        found = []
        for target, relation, media in LINK.findall(", ".join(answer.headers.getlist("Link"))):
            if relation in LEFT_OUT:
                continue
            place = links.of(target) or target
            kind = f' type="{html.escape(media)}"' if media else ""
            found.append(f'<link rel="{html.escape(relation)}" href="{html.escape(place)}"{kind}>')
        return found

    def _script(self, address: Address, links: Links) -> str:
        here = {
            "at": address.path.strip("/"),
            "root": links.root,
            "language": "" if links.language == DEFAULT else links.language,
            "words": self._words[links.language],
        }
        data = json.dumps(here, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
        return (
            f'<script type="application/json" id="frozen">{data}</script>\n'
            f'<script type="module" src="{links.root}static/build/frozen.js"></script>\n'
            f'<noscript><p class="frame notice">{html.escape(self._still[links.language])}</p></noscript>\n'
        )

    def _data(self, address: Address, links: Links, answer: TestResponse) -> bytes:
        if answer.mimetype in XML:
            return links.inside(answer.get_data(as_text=True)).encode()
        if address.path.startswith("/api/") and (answer.mimetype or "").endswith("json"):
            return _parts_of_lists(links, answer.get_data(as_text=True)).encode()
        return answer.get_data()


def _parts_of_lists(links: Links, text: str) -> str:
    """Return an answer of the API whose ``next`` leads to a file."""

    def whole(found: re.Match[str]) -> str:
        target = links.of(json.loads(f'"{found[2]}"'))
        return found[0] if target is None else f'{found[1]}"{links.layout.public_url}{target[len(links.root) :]}"'

    return re.sub(r'("next":\s*)"([^"]+)"', whole, text)


def sent_on(to: str) -> str:
    """Return a page that sends its reader on, for hosts that cannot."""
    place = html.escape(to)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>LIBRI Graph</title>\n'
        f'<meta name="robots" content="noindex">\n<meta http-equiv="refresh" content="0; url={place}">\n'
        f'<p><a href="{place}">{place}</a></p>\n'
    )
