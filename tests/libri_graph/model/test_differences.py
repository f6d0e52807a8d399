"""Differences of texts lose no word and mark only what differs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from libri_graph.model.differences import GAP, MOST_WORDS, Segment, compared

TEXTS = st.lists(st.sampled_from(["book", "Rīga", "читач", "كتاب", ",", " ", "\n"]), max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_joined_segments_are_the_texts_and_unmarked_ones_are_common(before: str, after: str) -> None:
    left, right = compared(before, after)
    assert "".join(segment.text for segment in left) == before
    assert "".join(segment.text for segment in right) == after
    common = ["".join(segment.text for segment in side if not segment.changed) for side in (left, right)]
    assert common[0] == common[1]


def test_a_long_unchanged_stretch_is_shortened() -> None:
    words = " ".join(f"w{n}" for n in range(200))
    left, right = compared(f"first {words}", f"other {words}")
    assert left[0] == Segment("first", changed=True)
    assert right[1].text.endswith(GAP)
    assert len(right[1].text) < 100


def test_texts_with_nothing_in_common_are_marked_as_wholes() -> None:
    assert compared("one two three", "alpha beta gamma delta") == (
        (Segment("one two three", changed=True),),
        (Segment("alpha beta gamma delta", changed=True),),
    )


def test_very_long_texts_are_compared_as_wholes() -> None:
    long = "word " * MOST_WORDS
    assert compared(long, long + "more") == ((Segment(long, changed=True),), (Segment(long + "more", changed=True),))
