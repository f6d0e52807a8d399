"""Sets of small numbers as the bits of one integer: a whole facet is counted in microseconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def packed(numbers: Iterable[int]) -> int:
    """Return the set of `numbers`; one that comes twice is not in it, so that changes can be written as one.

    >>> packed([0, 3, 5, 5])
    9
    """
    odd: set[int] = set()
    for number in numbers:
        odd ^= {number}
    if not odd:
        return 0
    found = bytearray(max(odd) // 8 + 1)
    for number in odd:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def members(bits: int) -> Iterator[int]:
    """Yield the members of a set, ascending. Linear in its length."""
    for start, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            for number in range(8):
                if byte >> number & 1:
                    yield 8 * start + number


def blob(bits: int) -> bytes:
    """Return a set as it is stored."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def from_blob(found: bytes) -> int:
    """Return a stored set."""
    return int.from_bytes(found, "little")


def test(view: bytes, number: int) -> bool:
    """Return whether `number` is in a stored set."""
    place = number >> 3
    return place < len(view) and bool(view[place] >> (number & 7) & 1)


def ranked(weighed: Sequence[tuple[int, int]], among: int) -> Iterator[tuple[int, int]]:
    """Yield (score, set of members of `among` with just this score), the best first, without those of score 0.

    The score of a member is the sum of the weights of the sets that hold it. All members are added up at a time, as
    columns of binary digits, so it takes time by sets and digits and hardly by members.

    >>> list(ranked([(0b011, 2), (0b110, 1)], 0b111))
    [(3, 2), (2, 1), (1, 4)]
    """
    digits: list[int] = []
    for bits, weight in weighed:
        for place in range(weight.bit_length()):
            if weight >> place & 1:
                _add(digits, bits & among, place)
    yield from _descending(digits, among, len(digits) - 1, 0)


def _add(digits: list[int], bits: int, place: int) -> None:
    while bits:
        while len(digits) <= place:
            digits.append(0)
        digits[place], bits = digits[place] ^ bits, digits[place] & bits
        place += 1


def _descending(digits: Sequence[int], left: int, place: int, score: int) -> Iterator[tuple[int, int]]:
    if not left or (place < 0 and not score):
        return
    if place < 0:
        yield score, left
        return
    yield from _descending(digits, left & digits[place], place - 1, score | 1 << place)
    yield from _descending(digits, left & ~digits[place], place - 1, score)
