"""Letters as search compares them: no case, no accents, one spelling of what people type in several ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 64
"""Characters of a word; what is longer is cut."""
REMEMBERED: Final = 65536
"""Words that are kept folded in memory, some 15 MB."""
_LATIN: Final = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
_CYRILLIC: Final = {"ґ": "г", "ѓ": "г"}
_ARABIC: Final = {"ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك", "ٱ": "ا", "ء": "", "ـ": ""}
_DIGITS: Final = {chr(zero + n): str(n) for zero in (0x0660, 0x06F0) for n in range(10)}
_APOSTROPHE: Final = {"’": "'", "ʼ": "'"}
_SPELLINGS: Final = _LATIN | _CYRILLIC | _ARABIC | _DIGITS | _APOSTROPHE
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})
"""Categories that carry no letter: marks above and below, joiners, soft hyphens, signs of direction."""
_MARK: Final = "\u00ad\u0300-\u036f\u0483-\u0487\u05b0-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f"
_WORD: Final = re.compile(rf"\w[\w{_MARK}]*(?:['’ʼ](?=[\u0400-\u052f])[\w{_MARK}]+)*")
"""A run of letters and digits; an apostrophe belongs to it before a Cyrillic letter only."""
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'’ʼ"))


class Token(NamedTuple):
    """One word of a text."""

    text: str
    """Folded."""
    start: int
    end: int
    """Where it stands in the text, in characters."""


def fold(text: str) -> str:
    """Return `text` as search compares it. Folding twice gives the same as once.

    Accents, vowel signs, case and width do not matter; ``ł`` is ``l``, ``ة`` is ``ه``, every alef is ``ا``.
    Source of the Arabic part: Larkey, Ballesteros and Connell, Light stemming for Arabic, 2007 (normalisation).

    >>> fold("Bibliotēkās"), fold("Rzeszów"), fold("مَقْهًى لُغَوِيّ"), fold("п’ять")
    ('bibliotekas', 'rzeszow', 'مقهي لغوي', "п'ять")
    """
    if text.isascii():
        return text.lower()
    before = ""
    while text != before:
        before, text = text, _folded_once(text)
    return text


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text` in their order, with their places.

    >>> [token.text for token in tokens("L’atelier: Café-langues, п’ять!")]
    ['l', 'atelier', 'cafe', 'langues', 'пять']
    """
    for found in _WORD.finditer(text.replace("_", " ")):
        word = folded(found.group())
        if word:
            yield Token(word, *found.span())


def words(text: str) -> list[str]:
    """Return the words of `text` in their order, as they are written; of some, `folded` leaves nothing."""
    return _WORD.findall(text.replace("_", " "))


@lru_cache(maxsize=REMEMBERED)
def folded(written: str) -> str:
    """Return a word folded; empty where nothing of a word is left."""
    word = fold(written.translate(_APOSTROPHES))[:LONGEST].strip()
    return "" if " " in word else word


class _Letters(dict[int, str]):
    """Code point -> what stands for it; learnt as letters come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        found = "" if unicodedata.category(letter) in _UNSEEN else _SPELLINGS.get(letter, letter)
        self[code] = found
        return found


_LETTERS: Final = _Letters()


def _folded_once(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS))
