"""A file is sent as the pages say, from outside their threads, so that a reader who takes long keeps none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest
from a2wsgi import WSGIMiddleware
from flask import Flask, Response, send_file

from server.asgi import Message, receiver, scope_of, sender
from server.files import PIECE, FileSender, as_sent
from server.reply import Application, Reply
from server.request import ClientGone, Request
from tests.server.test_connection import HOST, met

CONTENT = bytes(range(256)) * 4096


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bibliotēka 100%" / "file"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def application(file: Path) -> Application:
    """Pages with one thread, which hold one file and one page."""
    app = Flask("pages")
    app.config["USE_X_SENDFILE"] = True
    app.after_request(as_sent)
    app.add_url_rule("/file", "file", lambda: send_file(file, mimetype="text/plain"))
    app.add_url_rule("/page", "page", lambda: Response("a page"))
    pages = WSGIMiddleware(app.wsgi_app, workers=1)  # type: ignore[arg-type]  # its own WSGI types

    async def answered(request: Request, reply: Reply) -> None:
        receive = await receiver(request)
        send = FileSender(sender(reply), receive, head=request.method == "HEAD")
        await pages(scope_of(request), receive, send)  # type: ignore[arg-type]  # its own ASGI types

    return answered


def asked(application: Application, method: str, path: str, *fields: str) -> tuple[str, bytes]:
    """Return head and body of an answer."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, bytes]:
        lines = "".join(f"{field}\r\n" for field in (*fields, "Connection: close"))
        writer.write(f"{method} {path} HTTP/1.1\r\n".encode() + HOST + lines.encode() + b"\r\n")
        head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        return head.decode().lower(), body

    return met(client, application)


def test_a_file_is_sent_whole(application: Application) -> None:
    head, body = asked(application, "GET", "/file")
    assert body == CONTENT
    assert f"content-length: {len(CONTENT)}" in head
    assert "x-sendfile" not in head
    assert head.count("\r\ndate: ") == 1  # the server's


@pytest.mark.parametrize(("first", "last"), [(0, 0), (100, PIECE + 200), (len(CONTENT) - 1, len(CONTENT) - 1)])
def test_a_part_of_a_file_is_that_part(application: Application, first: int, last: int) -> None:
    head, body = asked(application, "GET", "/file", f"Range: bytes={first}-{last}")
    assert head.startswith("http/1.1 206")
    assert body == CONTENT[first : last + 1]


def test_head_has_no_body_and_an_unchanged_file_is_not_sent(
    application: Application,
) -> None:
    head, body = asked(application, "HEAD", "/file")
    assert (f"content-length: {len(CONTENT)}" in head, body) == (True, b"")
    tag = head.partition("etag: ")[2].partition("\r\n")[0]
    again, body = asked(application, "GET", "/file", f"If-None-Match: {tag}")
    assert (again.startswith("http/1.1 304"), body) == (True, b"")


def test_a_reader_who_stands_still_keeps_no_thread(application: Application, file: Path) -> None:
    file.write_bytes(CONTENT * 20)  # more than sockets hold

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET /file HTTP/1.1\r\n" + HOST + b"\r\n")
        await reader.readexactly(100)  # and no more
        other, to_other = await asyncio.open_connection(*writer.get_extra_info("peername"))
        to_other.write(b"GET /page HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
        found = await other.read()
        to_other.close()
        return found

    assert met(client, application).endswith(b"a page")


def test_a_file_is_sent_to_nobody_once_the_reader_is_gone(file: Path) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def begin(headers: Iterable[tuple[bytes, bytes]]) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": list(headers)}
        await FileSender(send, receive, head=False)(start)

    with pytest.raises(ClientGone):
        asyncio.run(begin([(b"x-sendfile", quote(str(file)).encode())]))
    assert len(sent) < len(CONTENT) // PIECE
