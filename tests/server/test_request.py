"""A body is read within limits, and who waits for a client hears of its going."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import BodyTooLarge, RequestInvalid
from server import request as module
from server.reply import Reply
from server.request import MOST_UNREAD, ClientGone, Request, pairs, percent_decoded
from tests.server.exchange import request
from tests.server.test_connection import HOST, met, said

POST = b"POST / HTTP/1.1\r\n" + HOST


async def tells_length(asked: Request, reply: Reply) -> None:
    await reply.answer(200, body=b"[%d]" % len(await asked.body()))


def posted(*pieces: bytes) -> object:
    """Return how long a body was that came piece by piece."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> object:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        return (await said(reader))[0]

    return met(client, tells_length)


def test_a_body_is_read_however_it_comes() -> None:
    long = bytes(3 * MOST_UNREAD)
    assert posted(POST + b"Content-Length: 4\r\n\r\nbody") == 4
    assert posted(POST + b"Content-Length: 4\r\n\r\n", b"b", b"ody") == 4
    assert posted(POST + b"Content-Length: %d\r\n\r\n" % len(long), long) == len(long)
    assert posted(POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n", b"2\r\ndy\r\n0\r\n\r\n") == 4
    assert posted(POST + b"\r\n") == 0


def test_a_body_has_a_limit_that_it_need_not_reach_to_be_refused() -> None:
    with pytest.raises(BodyTooLarge):
        asyncio.run(request("POST", body=b"x" * 11).body(10))
    with pytest.raises(BodyTooLarge):
        asyncio.run(request("POST", fields={"content-length": "11"}).body(10))


def test_a_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_SECONDS", 0.05)
    asked = request("POST")
    asked.more_body = True
    with pytest.raises(RequestInvalid):
        asyncio.run(asked.body())


@pytest.mark.parametrize("event", [Request.lose, Request.end])
def test_who_reads_a_body_or_waits_hears_that_the_client_is_past(event: object) -> None:
    async def wait() -> None:
        asked = request()
        asked.more_body = True
        reading = asyncio.ensure_future(asked.body())
        waiting = asyncio.ensure_future(asked.until_gone())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        event(asked)  # type: ignore[operator]  # one of the two
        await asyncio.wait_for(waiting, 1)
        with pytest.raises(ClientGone):
            await asyncio.wait_for(reading, 1)

    asyncio.run(wait())


def test_what_comes_of_a_body_that_nobody_reads_is_dropped() -> None:
    async def wait() -> None:
        asked = request()
        asked.more_body = True
        waiting = asyncio.ensure_future(asked.until_gone())
        for _ in range(100):
            await asyncio.sleep(0)
            asked.take(bytes(MOST_UNREAD))
        await asyncio.sleep(0)
        assert len(asked._body) <= MOST_UNREAD
        waiting.cancel()

    asyncio.run(wait())


@pytest.mark.parametrize("encoded", [b"a=%FF", b"a=1&b=%FF", "a=ā".encode()])
def test_a_query_string_is_utf8_that_was_encoded(encoded: bytes) -> None:
    with pytest.raises(RequestInvalid):
        pairs(encoded)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=4), st.sampled_from([b"%41", b"%c3%A9", b"%", b"%4", b"=", b"=\n", b"%\r\n", b" \n"])
        )
    )
)
def test_percent_encoding_is_resolved_as_by_the_standard_library(parts: list[bytes]) -> None:
    encoded = b"".join(parts)
    assert percent_decoded(encoded) == unquote_to_bytes(encoded)
