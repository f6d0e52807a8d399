"""Answers are kept while there is room; those that nobody asks for go first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.cache import LARGEST, AskedBefore, Before, Cache, Kept


def kept(size: int) -> Kept:
    return Kept("text/plain", bytes(size), b"")


def test_what_was_put_is_given_and_counted() -> None:
    cache, one = Cache(), kept(10)
    assert cache.get("a") is None
    cache.put("a", one)
    assert (cache.get("a"), cache.hits, cache.misses) == (one, 1, 1)


def test_what_nobody_asked_for_longest_goes_first() -> None:
    cache = Cache(3 * kept(1000).size)
    for tag in "abc":
        cache.put(tag, kept(1000))
    cache.get("a")
    cache.put("d", kept(1000))
    assert [tag for tag in "abcd" if cache.get(tag)] == ["a", "c", "d"]


def test_a_very_large_answer_is_not_kept() -> None:
    cache = Cache()
    cache.put("a", kept(LARGEST + 1))
    assert cache.get("a") is None


@given(st.lists(st.tuples(st.text("abcdef", max_size=2), st.integers(0, 3000)), max_size=60))
def test_all_that_is_kept_fits(puts: list[tuple[str, int]]) -> None:
    cache = Cache(10_000)
    for tag, size in puts:
        cache.put(tag, kept(size))
    found = [answer for tag in {tag for tag, _ in puts} if (answer := cache.get(tag))]
    assert sum(answer.size for answer in found) <= 10_000


def before(query: str = "ASK {}") -> Before:
    return Before(1, "tag", query, [], zipped=False)


def test_a_request_is_remembered_by_all_that_its_answer_depends_on() -> None:
    known = AskedBefore()
    known.put((b"query=ASK", "text/csv"), before())
    assert known.get((b"query=ASK", "text/csv")) == before()
    assert known.get((b"query=ASK", "application/json")) is None


def test_few_requests_and_no_long_ones_are_remembered() -> None:
    known = AskedBefore(most=2)
    for number in range(3):
        known.put(number, before())
    assert [known.get(number) is not None for number in range(3)] == [False, True, True]
    known.put("long", before("#" * 5000))
    assert known.get("long") is None
