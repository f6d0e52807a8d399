"""Settings come from the environment, with a clear word for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from libri_graph.errors import SettingInvalid
from libri_graph.settings import read_settings


def test_a_variable_is_read() -> None:
    assert read_settings({"LIBRI_DATA_DIR": "somewhere"}).data_dir == Path("somewhere")


def test_an_option_wins_over_the_environment() -> None:
    assert read_settings({"LIBRI_QUERY_SECONDS": "3"}, query_seconds=5.0).query_seconds == 5.0


def test_an_option_that_is_not_given_changes_nothing() -> None:
    assert read_settings({"LIBRI_QUERY_SECONDS": "3"}, query_seconds=None).query_seconds == 3.0


def test_a_misspelt_variable_is_an_error_that_lists_the_right_ones() -> None:
    with pytest.raises(SettingInvalid, match=r"LIBRI_QUERY_SECOND; .*LIBRI_QUERY_SECONDS"):
        read_settings({"LIBRI_QUERY_SECOND": "3"})


def test_a_value_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(SettingInvalid, match=r"LIBRI_QUERY_SECONDS.*'soon'"):
        read_settings({"LIBRI_QUERY_SECONDS": "soon"})


def test_an_address_always_ends_in_a_slash() -> None:
    assert read_settings({"LIBRI_PUBLIC_URL": "https://example.org/libri"}).public_url == "https://example.org/libri/"
