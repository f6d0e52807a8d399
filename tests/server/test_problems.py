"""Every error has a status of its own, and nothing that it says tells of the machine."""

from __future__ import annotations

import inspect

import pytest

from libri_graph import errors
from libri_graph.errors import LibriError
from server.problems import KINDS, problem_of

CAUSES = sorted(
    {found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, LibriError)} - {LibriError},
    key=lambda cause: cause.__name__,
)
INSIDE = {
    *("SettingInvalid", "BindingInvalid", "CallerGone", "BackupInvalid", "SourceInvalid", "ShapeInvalid"),
    *("EditionRefused", "DataChanged", "AddressTaken"),
}
"""Causes that no request of a visitor has."""


def test_what_a_request_can_cause_is_told_by_name() -> None:
    told = {cause for cause in CAUSES if any(kind in cause.__mro__ for kind in KINDS)}
    assert {cause.__name__ for cause in set(CAUSES) - told} <= INSIDE | {"SourceUnavailable", "FetchRefused"}


def test_an_error_that_nobody_foresaw_says_nothing() -> None:
    problem = problem_of(RuntimeError("/etc/secret"))
    assert (problem.status, "secret" in str(problem.body())) == (500, False)


@pytest.mark.parametrize(
    ("error", "headers"),
    [
        (errors.QueryTimeout("x"), {"Libri-Limit": "query-timeout", "Retry-After": "2"}),
        (errors.QueryMemory("x"), {"Libri-Limit": "query-memory", "Retry-After": "2"}),
        (errors.QueryTooComplex("x"), {"Libri-Limit": "too-deep"}),
        (errors.QueryTooLong("x"), {"Libri-Limit": "too-large"}),
        (errors.BodyTooLarge("x"), {"Libri-Limit": "too-large"}),
        (errors.QueueFull("x"), {"Libri-Limit": "busy", "Retry-After": "2"}),
        (errors.TooManyRequests("x", wait_seconds=60), {"Libri-Limit": "too-many-requests", "Retry-After": "60"}),
        (errors.TokenMissing("x"), {"WWW-Authenticate": 'Bearer realm="LIBRI Graph"'}),
        (errors.MethodUnsupported("x", "GET"), {"Allow": "GET"}),
        (errors.StoreMissing("x"), {"Retry-After": "2"}),
        (errors.QueryInvalid("x"), {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_limit_says_in_the_header_which_and_when_to_ask_again(error: LibriError, headers: dict[str, str]) -> None:
    assert dict(problem_of(error).headers) == headers


def test_a_fault_of_syntax_says_where() -> None:
    body = problem_of(errors.QueryInvalid("x", line=2, column=5, excerpt="here")).body()
    assert (body["line"], body["column"], body["excerpt"], body["status"]) == (2, 5, "here", 400)
