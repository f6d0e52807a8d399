"""Files of the site: packed for those who take it, never from outside their folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from libri_graph.errors import MethodUnsupported, ResourceNotFound
from server.static_files import StaticFiles
from tests.server.exchange import Answered, answered, fields_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "static"
    made.mkdir()
    (made / "site.css").write_text("p { color: red }\n" * 500)
    (made / "letters.woff2").write_bytes(b"font" * 1000)
    (made / "chunk-ABCD1234.js").write_text("1;")
    (tmp_path / "secret.txt").write_text("nobody's business")
    return made


def ask(files: StaticFiles, path: str, method: str = "GET", **headers: str) -> Answered:
    return answered(files.respond, method, path, fields=fields_of(headers))


def test_a_style_is_packed_for_those_who_take_it(folder: Path) -> None:
    files = StaticFiles(folder)
    status, headers, body = ask(files, "/static/site.css", accept_encoding="gzip")
    assert (status, headers["content-encoding"], headers["vary"]) == (200, "gzip", "Accept-Encoding")
    assert gzip.decompress(body) == (folder / "site.css").read_bytes()
    plain = ask(files, "/static/site.css")
    assert "content-encoding" not in plain[1]
    assert plain[1]["etag"] != headers["etag"]
    assert ask(files, "/static/site.css", accept_encoding="gzip", if_none_match=headers["etag"])[0] == 304


def test_a_font_is_sent_as_it_is(folder: Path) -> None:
    _, headers, body = ask(StaticFiles(folder), "/static/letters.woff2", accept_encoding="gzip")
    assert (headers["content-type"], len(body)) == ("font/woff2", 4000)
    assert "content-encoding" not in headers


def test_a_name_made_from_its_bytes_is_kept_for_a_year(folder: Path) -> None:
    files = StaticFiles(folder)
    assert "31536000" in ask(files, "/static/chunk-ABCD1234.js")[1]["cache-control"]
    assert "3600" in ask(files, "/static/site.css")[1]["cache-control"]


def test_a_changed_file_is_seen_at_once(folder: Path) -> None:
    files = StaticFiles(folder)
    before = ask(files, "/static/site.css")[1]["etag"]
    (folder / "site.css").write_text("p { color: blue }")
    assert ask(files, "/static/site.css")[1]["etag"] != before


@pytest.mark.parametrize("path", ["/static/../secret.txt", "/static/", "/static/none.css", "/static//etc/passwd"])
def test_nothing_outside_the_folder_is_sent(path: str, folder: Path) -> None:
    with pytest.raises(ResourceNotFound):
        ask(StaticFiles(folder), path)


def test_files_are_not_written(folder: Path) -> None:
    with pytest.raises(MethodUnsupported):
        ask(StaticFiles(folder), "/static/site.css", "PUT")
