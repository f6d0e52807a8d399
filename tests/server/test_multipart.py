"""Forms of several parts are taken apart as they were put together, quickly, and never in part."""

from __future__ import annotations

import pytest

from libri_graph.errors import MediaTypeUnsupported, RequestInvalid
from server.multipart import MOST_PARTS, parts_of

KIND = "multipart/form-data; boundary=B"
END = b"\r\n--B--\r\n"


def part(content: bytes, headers: bytes = b"Content-Type: text/turtle\r\n") -> bytes:
    return b"\r\n--B\r\n" + headers + b"\r\n" + content


@pytest.mark.parametrize("kind", [KIND, 'multipart/mixed; x=y; Boundary="B"', "multipart/form-data;boundary=B;x=y"])
def test_parts_come_back_byte_for_byte_with_their_media_types(kind: str) -> None:
    contents = [b"", b"x--B", b"a\r\n--Bc\r\n\r\n", b"\xff\x00\r\r\n\n", "ā".encode()]
    body = b"what stands before" + b"".join(map(part, contents)) + END + b"what stands behind"
    assert parts_of(body, kind) == [(content, "text/turtle") for content in contents]
    assert parts_of(body.removeprefix(b"what stands before\r\n"), kind) == parts_of(body, kind)


def test_a_part_without_headers_is_plain_text() -> None:
    assert parts_of(part(b"a", b"") + END, KIND) == [(b"a", "text/plain")]
    told = b"content-disposition: form-data; name=x\r\nCONTENT-TYPE:text/turtle; charset=utf-8\r\n"
    assert parts_of(part(b"a", told) + END, KIND) == [(b"a", "text/turtle; charset=utf-8")]


def test_lines_may_end_as_in_unix() -> None:
    assert parts_of(b"--B\nContent-Type: text/turtle\n\na\n--B--\n", KIND) == [(b"a", "text/turtle")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (part(b"a") + END, "multipart/form-data"),
        (part(b"a") + END, "multipart/form-data; boundary="),
        (part(b"a"), KIND),
        (part(b"a") + END, "multipart/form-data; boundary=C"),
        (b"", KIND),
        (END, KIND),
        (part(b"a", b"Content-Type: text/turtle; x=" + b"a;" * 200_000 + b"\r\n") + END, KIND),
        (b"--B\r\nContent-Type: text/turtle" + END, KIND),
        (part(b"") * (MOST_PARTS + 1) + END, KIND),
    ],
    ids=["no boundary", "empty boundary", "no end", "another", "nothing", "no parts", "long", "headers alone", "many"],
)
def test_a_form_that_is_not_whole_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(RequestInvalid):
        parts_of(body, kind)


def test_a_part_in_another_coding_is_refused() -> None:
    with pytest.raises(MediaTypeUnsupported):
        parts_of(part(b"YQ==", b"Content-Transfer-Encoding: base64\r\n") + END, KIND)
    assert parts_of(part(b"a", b"Content-Transfer-Encoding: binary\r\n") + END, KIND) == [(b"a", "text/plain")]
