"""What is fetched is whole, in time, of bearable size, and from where it may be."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from libri_graph.errors import FetchRefused, SourceUnavailable
from libri_graph.fetch import wire
from libri_graph.fetch.fetcher import fetch


class Handler(BaseHTTPRequestHandler):
    """Does what its path says."""

    def do_GET(self) -> None:
        name, _, rest = self.path[1:].partition("/")
        getattr(self, name)(rest)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hello(self, _: str) -> None:
        self.say(b"hello", Content_Type="text/plain")

    def missing(self, _: str) -> None:
        self.say(b"no", 404)

    def echo(self, _: str) -> None:
        self.say(f"{self.command} ".encode() + getattr(self, "body", b""))

    def to(self, rest: str) -> None:
        status, _, place = rest.partition("/")
        self.say(b"", int(status), Location=place)

    def round(self, rest: str) -> None:
        self.say(b"", 302, Location=f"/round/{rest}x")

    def large(self, rest: str) -> None:
        self.say(b"x" * int(rest))

    def bomb(self, rest: str) -> None:
        self.say(gzip.compress(b"x" * int(rest)), Content_Encoding="gzip")

    def slow(self, _: str) -> None:
        """Send a header byte by byte: no single wait is long."""
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            self.connection.sendall(b"x")
            time.sleep(0.1)

    def drip(self, _: str) -> None:
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            self.connection.sendall(b"x")
            time.sleep(0.1)

    def cut(self, _: str) -> None:
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun")

    def log_message(self, *_: object) -> None:
        """Keep the report's page clean."""


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Those who are left alone in the middle of an answer have nothing to tell."""


@contextmanager
def serving() -> Iterator[str]:
    with Quiet(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with serving() as found:
        yield found


def test_an_answer_is_given_whole_with_its_status_and_kind(origin: str) -> None:
    found = fetch(f"{origin}/hello", named=[origin])
    assert (found.status, found.media_type, found.body, found.url) == (200, "text/plain", b"hello", f"{origin}/hello")
    assert fetch(f"{origin}/missing", named=[origin]).status == 404


def test_without_the_operators_word_this_machine_is_not_asked(origin: str) -> None:
    with pytest.raises(FetchRefused, match="not a public address"):
        fetch(f"{origin}/hello")


def test_a_redirect_is_followed_and_told(origin: str) -> None:
    found = fetch(f"{origin}/to/302//hello", named=[origin])
    assert (found.body, found.url) == (b"hello", f"{origin}/hello")


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://example.org/", "http://user@example.org/"])
def test_a_redirect_to_what_is_not_the_web_is_refused(place: str, origin: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(f"{origin}/to/302/{place}", named=[origin])


def test_a_redirect_to_a_private_address_is_refused(origin: str) -> None:
    with serving() as other, pytest.raises(FetchRefused):
        fetch(f"{origin}/to/302/{other}/hello", named=[origin])


def test_redirects_come_to_an_end(origin: str) -> None:
    with pytest.raises(SourceUnavailable, match="without end"):
        fetch(f"{origin}/round/", named=[origin])


@pytest.mark.parametrize(
    ("status", "kept"), [(307, b"POST query"), (308, b"POST query"), (302, b"GET "), (303, b"GET ")]
)
def test_a_redirect_keeps_the_body_where_http_says_so(status: int, kept: bytes, origin: str) -> None:
    found = fetch(f"{origin}/to/{status}//echo", method="POST", body=b"query", named=[origin])
    assert found.body == kept


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_what_is_too_large_is_left_where_it_is(path: str, origin: str) -> None:
    assert len(fetch(f"{origin}/{path}/1000", named=[origin], most_bytes=1000).body) == 1000
    with pytest.raises(SourceUnavailable, match="more than 1000 bytes"):
        fetch(f"{origin}/{path}/1001", named=[origin], most_bytes=1000)


@pytest.mark.parametrize("path", ["slow", "drip"])
def test_one_who_sends_a_byte_now_and_then_does_not_hold_us(path: str, origin: str) -> None:
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=path):
        fetch(f"{origin}/{path}", named=[origin], seconds=0.5)
    assert time.monotonic() - began < 3


def test_an_answer_that_breaks_off_is_none(origin: str) -> None:
    with pytest.raises(SourceUnavailable):
        fetch(f"{origin}/cut", named=[origin])


def test_nobody_there_is_told_by_name() -> None:
    with pytest.raises(SourceUnavailable, match=r"http://127\.0\.0\.1:9/"):
        fetch("http://127.0.0.1:9/", named=["http://127.0.0.1:9/"])


def test_a_name_that_means_another_place_a_moment_later_leads_nowhere(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: what was checked is what is connected to."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    asked: list[str] = []

    def looked_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    connected: list[str] = []

    def connect(_self: object, host: str, *_: object) -> None:
        connected.append(host)
        raise wire.httpcore.ConnectError("as far as the test goes")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(wire.httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(SourceUnavailable):
        fetch(f"http://rebinding.example:{origin.rpartition(':')[2]}/hello")
    assert (asked, connected) == (["rebinding.example"], ["93.184.215.14"])


def test_the_operators_proxy_is_not_used(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    assert fetch(f"{origin}/hello", named=[origin]).body == b"hello"


def parallel(work: Callable[[], object], times: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_may_fetch_at_a_time(origin: str) -> None:
    bodies: list[bytes] = []
    parallel(lambda: bodies.append(fetch(f"{origin}/hello", named=[origin]).body), 8)
    assert bodies == [b"hello"] * 8
