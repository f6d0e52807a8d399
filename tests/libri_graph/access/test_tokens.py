"""A token opens what it was made for, cannot be read out of the files, and ends when it is revoked."""

from __future__ import annotations

import hmac
import sqlite3
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.access import tokens
from libri_graph.access.tokens import NAME, Scope, Token, Tokens
from libri_graph.errors import SettingInvalid, StoreDamaged, TokenMissing


def test_a_token_is_found_with_what_it_allows(tmp_path: Path) -> None:
    written = Tokens(tmp_path).add("portal", Scope.write, "riga")
    found = Tokens(tmp_path).find(written)
    assert (found.name, found.may, found.source, found.revoked) == ("portal", Scope.write, "riga", "")
    assert found.created.endswith("Z")


def test_two_tokens_never_are_the_same(tmp_path: Path) -> None:
    made = {Tokens(tmp_path).add(f"name{number}", Scope.review) for number in range(20)}
    assert len(made) == 20


def test_the_secret_stands_nowhere_in_the_files(tmp_path: Path) -> None:
    secret = Tokens(tmp_path).add("portal", Scope.admin).split("_", 2)[2]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_only_the_account_of_the_server_reads_the_file(tmp_path: Path) -> None:
    Tokens(tmp_path).add("portal", Scope.write)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(("may", "writes"), [(Scope.review, False), (Scope.write, True), (Scope.admin, True)])
def test_a_reviewer_does_not_write(may: Scope, writes: bool) -> None:
    assert Token("somebody", may).writes is writes


def test_a_revoked_token_is_good_for_nothing_and_listed_as_such(tmp_path: Path) -> None:
    made = Tokens(tmp_path)
    written = made.add("portal", Scope.write)
    made.revoke("portal")
    with pytest.raises(TokenMissing):
        made.find(written)
    assert made.all()[0].revoked.endswith("Z")
    with pytest.raises(SettingInvalid, match="no token portal"):
        made.revoke("portal")


def test_a_name_stands_for_one_token_for_ever(tmp_path: Path) -> None:
    made = Tokens(tmp_path)
    made.add("portal", Scope.write)
    made.revoke("portal")
    with pytest.raises(SettingInvalid, match="already"):
        made.add("portal", Scope.write)


@pytest.mark.parametrize("name", ["", "-x", "Anna Bērziņa", "a/b", "x" * 65, "a\nb", "a@example.org"])
def test_a_name_is_a_plain_word(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid):
        Tokens(tmp_path).add(name, Scope.write)
    assert Tokens(tmp_path).all() == []


@given(st.text() | st.from_regex(tokens.WRITTEN, fullmatch=True))
def test_no_text_that_was_not_given_out_opens_anything(text: str) -> None:
    with pytest.raises(TokenMissing):
        Tokens(Path("/nonexistent")).find(text)


def test_the_key_of_one_and_the_secret_of_another_open_nothing(tmp_path: Path) -> None:
    made = Tokens(tmp_path)
    first, second = made.add("first", Scope.review), made.add("second", Scope.admin)
    key, secret = second.split("_", 2)[1], first.split("_", 2)[2]
    with pytest.raises(TokenMissing):
        made.find(f"libri_{key}_{secret}")


def test_secrets_are_compared_in_constant_time_also_where_there_is_no_such_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Tokens(tmp_path)
    written = made.add("portal", Scope.write)
    constant = hmac.compare_digest
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return constant(one, other)

    monkeypatch.setattr(tokens.hmac, "compare_digest", compare)
    made.find(written)
    for wrong in (written[:-1] + ("A" if written[-1] != "A" else "B"), f"libri_ffffffff_{'x' * 43}", "nonsense"):
        with pytest.raises(TokenMissing):
            made.find(wrong)
    assert len(compared) == 4
    assert {len(side) for pair in compared for side in pair} == {32}


def test_a_token_that_somebody_altered_in_the_file_is_told(tmp_path: Path) -> None:
    made = Tokens(tmp_path)
    made.add("portal", Scope.review)
    database = sqlite3.connect(tmp_path / NAME)
    database.execute("UPDATE token SET may = 'admin'")
    database.commit()
    database.close()
    with pytest.raises(StoreDamaged, match="portal"):
        made.all()


def test_asking_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(TokenMissing):
        Tokens(tmp_path).find(f"libri_ffffffff_{'x' * 43}")
    assert list(tmp_path.iterdir()) == []
