"""gzip packs what is worth it, and unpacks no more than it may."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import BodyTooLarge, MediaTypeUnsupported, RequestInvalid
from server.compression import SMALLEST, Packer, accepts_gzip, packed, unpacked


@given(st.binary(max_size=5000).map(lambda body: body * 3))
def test_what_is_packed_is_the_same_unpacked_and_shorter(body: bytes) -> None:
    found = packed(body)
    if found:
        assert unpacked(found, "gzip", len(body)) == body
        assert len(found) < len(body)
    assert not packed(b"x" * (SMALLEST - 1))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_pieces_packed_one_by_one_are_the_whole(pieces: list[bytes]) -> None:
    packer = Packer()
    sent = b"".join([*(packer.pack(piece) for piece in pieces), packer.finish()])
    assert gzip.decompress(sent) == b"".join(pieces)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(100 << 20))
    with pytest.raises(BodyTooLarge):
        unpacked(bomb, "gzip", 1 << 20)


SOUND = gzip.compress(b"x" * 1000, mtime=0)


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", SOUND[:-10], SOUND + SOUND, SOUND + b"x"],
    ids=["empty", "other", "cut", "more than one", "with more behind"],
)
def test_what_is_no_whole_gzip_is_refused(body: bytes) -> None:
    with pytest.raises(RequestInvalid):
        unpacked(body, "gzip", 1 << 20)


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip"])
def test_only_gzip_is_unpacked(coding: str) -> None:
    with pytest.raises(MediaTypeUnsupported):
        unpacked(b"", coding, 10)


@given(st.binary(max_size=100))
def test_a_plain_body_stays_as_it_is(body: bytes) -> None:
    assert unpacked(body, "", 1000) == unpacked(body, " Identity ", 1000) == body


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("*", True),
        ("deflate, gzip;q=0.001, br", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("identity", False),
        ("", False),
        ("xgzip", False),
    ],
)
def test_gzip_goes_to_those_who_accept_it(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted
