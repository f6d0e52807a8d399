"""One request is answered as it came, and HEAD is looked at byte by byte."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from libri_graph.errors import FetchRefused, SourceUnavailable
from libri_graph.fetch.exchange import exchange, sent_after_head
from tests.w3c.server import free_port


class Handler(BaseHTTPRequestHandler):
    """Sends on from /away; says something behind the headers of HEAD at /loud."""

    def do_GET(self) -> None:
        away = self.path == "/away"
        self.send_response(302 if away else 200)
        if away:
            self.send_header("Location", "/")
        self.send_header("X-Part", "one")
        self.send_header("X-Part", "two")
        self.send_header("Content-Length", "5")
        self.end_headers()
        if self.command == "GET" or self.path == "/loud":
            self.wfile.write(b"hello")

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


def test_a_redirect_is_an_answer_like_any_other(server: str) -> None:
    found = exchange(f"{server}/away", headers={}, named=[server])
    assert (found.status, dict(found.headers)["location"], found.body) == (302, "/", b"hello")
    assert [value for name, value in found.headers if name == "x-part"] == ["one", "two"]


def test_a_body_is_read_to_its_limit(server: str) -> None:
    found = exchange(f"{server}/", headers={}, named=[server], most_bytes=3)
    assert (found.body, found.cut) == (b"hel", True)


def test_bytes_behind_the_headers_of_head_are_counted(server: str) -> None:
    assert sent_after_head(f"{server}/", headers={}, named=[server]) == 0
    assert sent_after_head(f"{server}/loud", headers={"Accept": "*/*"}, named=[server]) == 5


def test_a_private_address_that_is_not_named_is_refused(server: str) -> None:
    with pytest.raises(FetchRefused):
        exchange(f"{server}/", headers={})
    with pytest.raises(FetchRefused):
        sent_after_head(f"{server}/", headers={})


def test_nobody_there_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(SourceUnavailable):
        exchange(url, headers={}, named=[url])
    with pytest.raises(SourceUnavailable):
        sent_after_head(url, headers={}, named=[url])
