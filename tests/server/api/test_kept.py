"""An answer of the API is made once for a state of the data, and given again without a query."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

import pytest

from server.api.kept import KeptAnswers
from server.asgi import Receive, Scope, Send
from tests.server.exchange import Answered, answered, fields_of, request

BODY = b'{"items":[' + b'"text",' * 400 + b"1]}"


@dataclass
class Store:
    generation: int


@dataclass
class Stand:
    """Pages that count how often they are asked, and what is kept before them."""

    store: Store = field(default_factory=lambda: Store(1))
    asked: list[Scope] = field(default_factory=list)
    status: int = 200
    body: bytes = BODY
    made_from: int | None = None

    def __post_init__(self) -> None:
        self.kept = KeptAnswers(self, self.pages)

    def get(self) -> Store:
        return self.store

    async def pages(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        number = str(self.made_from or self.store.generation).encode()
        headers = [(b"Content-Type", b"application/json"), (b"Libri-Generation", number), (b"ETag", b'"its own"')]
        headers.append((b"Last-Modified", b"Tue, 24 Nov 2026 10:00:00 GMT"))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})

    def ask(self, path: str = "/api/guides", method: str = "GET", **headers: str) -> Answered:
        status, told, found = answered(self.kept.respond, method, path, b"limit=5", fields_of(headers))
        del told["date"]
        return status, told, found


@pytest.fixture
def stand() -> Stand:
    return Stand()


def test_the_same_question_is_asked_once(stand: Stand) -> None:
    first, again = stand.ask(), stand.ask()
    assert first == again
    assert first[2] == BODY
    assert len(stand.asked) == 1


def test_who_has_it_gets_304_and_no_body(stand: Stand) -> None:
    _, headers, _ = stand.ask()
    status, told, body = stand.ask(if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    assert told["etag"] == headers["etag"]
    assert told["libri-generation"] == "1"


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Tue, 24 Nov 2026 10:00:00 GMT", 304),
        ("Wed, 25 Nov 2026 10:00:00 GMT", 304),
        ("Tue, 24 Nov 2026 09:59:59 GMT", 200),
        ("yesterday", 200),
    ],
)
def test_who_has_it_since_then_gets_304_unless_a_tag_says_otherwise(stand: Stand, since: str, status: int) -> None:
    assert stand.ask(if_modified_since=since)[0] == status
    assert stand.ask(if_modified_since=since, if_none_match='"other"')[0] == 200


def test_after_a_write_that_changed_nothing_of_it_the_tag_stays(stand: Stand) -> None:
    _, headers, _ = stand.ask()
    stand.store = Store(2)
    status, told, _ = stand.ask(if_none_match=headers["etag"])
    assert (status, told["libri-generation"]) == (304, "2")
    assert len(stand.asked) == 2


def test_a_packed_answer_is_the_same_and_has_a_tag_of_its_own(stand: Stand) -> None:
    _, plain, _ = stand.ask()
    _, headers, body = stand.ask(accept_encoding="gzip")
    assert gzip.decompress(body) == BODY
    assert headers["content-encoding"] == "gzip"
    assert headers["etag"] != plain["etag"]
    assert stand.ask(accept_encoding="gzip", if_none_match=headers["etag"])[0] == 304
    assert len(stand.asked) == 1


def test_head_gets_what_get_gets_but_the_body(stand: Stand) -> None:
    got = stand.ask()
    assert stand.ask(method="HEAD") == (got[0], got[1], b"")


@pytest.mark.parametrize("header", ["accept", "accept_profile", "accept_language"])
def test_each_form_is_kept_for_itself(stand: Stand, header: str) -> None:
    stand.ask(**{header: "one"})
    stand.ask(**{header: "other"})
    assert len(stand.asked) == 2


def test_the_pages_see_no_condition_and_no_packing(stand: Stand) -> None:
    stand.ask(accept="text/csv", accept_encoding="gzip", if_none_match='"x"', method="HEAD")
    (scope,) = stand.asked
    assert scope["method"] == "GET"
    assert scope["headers"] == [(b"accept", b"text/csv")]


def test_faults_and_answers_of_another_state_are_not_kept(stand: Stand) -> None:
    stand.status = 404
    assert stand.ask()[0] == 404
    stand.status, stand.made_from = 200, 7
    stand.ask()
    stand.ask()
    assert len(stand.asked) == 3


def test_only_readers_of_the_api_come_here() -> None:
    def takes(method: str, path: str) -> bool:
        return KeptAnswers.takes(request(method, path))

    assert takes("GET", "/api/guides")
    assert takes("HEAD", "/context/1.jsonld")
    assert not takes("OPTIONS", "/api/guides")
    assert not takes("GET", "/guides")
