"""Payloads: kept under what they hold, read with their checksum looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from libri_graph.errors import JournalDamaged
from libri_graph.journal.payloads import WRITING, Payloads

LINES = [b'<https://example.org/a> <https://example.org/p> "%d" .\n' % number for number in range(50)]


def test_what_is_kept_is_read_back_under_its_checksum(tmp_path: Path) -> None:
    payloads = Payloads(tmp_path)
    checksum = payloads.keep(LINES)
    assert b"".join(payloads.pieces(checksum)) == b"".join(LINES)
    assert payloads.checksums() == [checksum]


def test_the_same_content_is_the_same_file(tmp_path: Path) -> None:
    payloads = Payloads(tmp_path)
    first = payloads.path(payloads.keep(LINES)).read_bytes()
    assert payloads.path(payloads.keep(LINES)).read_bytes() == first
    assert len(payloads.checksums()) == 1


@pytest.mark.parametrize("place", [0, 5, 9, 20, -10, -1])
def test_a_spoilt_payload_is_told_at_its_end(tmp_path: Path, place: int) -> None:
    payloads = Payloads(tmp_path)
    checksum = payloads.keep(LINES)
    content = bytearray(payloads.path(checksum).read_bytes())
    content[place] ^= 1
    payloads.path(checksum).write_bytes(content)
    with pytest.raises(JournalDamaged, match="restore a backup"):
        list(payloads.pieces(checksum))


def test_a_missing_payload_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalDamaged, match="cannot be read"):
        list(Payloads(tmp_path).pieces("0" * 64))


def test_what_somebody_who_died_has_left_is_cleared_away(tmp_path: Path) -> None:
    payloads = Payloads(tmp_path)
    checksum = payloads.keep(LINES)
    (payloads.room() / f"{WRITING}1").write_bytes(b"half")
    assert set(payloads.room().iterdir()) == {payloads.path(checksum), payloads.subjects(checksum)}


def test_wanted_payloads_are_copied_and_no_others(tmp_path: Path) -> None:
    payloads = Payloads(tmp_path / "one")
    wanted, _ = payloads.keep(LINES), payloads.keep(LINES[:3])
    payloads.copy_to(tmp_path / "two", [wanted])
    assert Payloads(tmp_path / "two").checksums() == [wanted]
    assert b"".join(Payloads(tmp_path / "two").pieces(wanted)) == b"".join(LINES)
    assert Payloads(tmp_path / "two").speaks_of(wanted, "https://example.org/a")
    payloads.keep_only([wanted])
    assert set(payloads.room().iterdir()) == {payloads.path(wanted), payloads.subjects(wanted)}
