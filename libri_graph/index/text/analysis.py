"""From words to the terms that are looked up: the word as written, and what it is a form of, in each language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from libri_graph.index.text.endings import stems
from libri_graph.index.text.folding import REMEMBERED, Token, folded, tokens, words
from libri_graph.index.text.lexicon import lexicon
from libri_graph.languages import TAGS, base

BY_SCRIPT: Final = {"CYRILLIC": ("uk",), "ARABIC": ("ar",), "LATIN": tuple(t for t in TAGS if t not in ("uk", "ar"))}
"""Script -> the languages of the product that are written in it."""


class Form(NamedTuple):
    """One word of a text, with the terms under which it is found."""

    token: Token
    bases: tuple[str, ...]
    """Language and stem, ``lv:bibliotek``; none in a language whose forms are not known."""


def forms(text: str, language: str) -> list[Form]:
    """Return the words of a text in `language`, in their order. Never raises."""
    tag = base(language)
    return [Form(token, bases(token.text, tag)) for token in tokens(text)]


def indexed(text: str, language: str) -> tuple[list[str], list[str], list[str]]:
    """Return the words of a text as the index takes them: folded, their bases, and each with all its terms.

    >>> indexed("Klubos, klubs", "lv")
    (['klubos', 'klubs'], ['lv:klub', 'lv:klub'], ['klubos|lv:klub', 'klubs|lv:klub'])
    """
    tag = base(language)
    found = [_indexed(written, tag) for written in words(text)]
    return (
        [word for word, _, _ in found if word],
        [stems for _, stems, _ in found if stems],
        [terms for _, _, terms in found if terms],
    )


@lru_cache(maxsize=REMEMBERED)
def _indexed(written: str, tag: str) -> tuple[str, str, str]:
    word = folded(written)
    found = bases(word, tag) if word else ()
    return word, " ".join(found), "|".join((word, *found))


@lru_cache(maxsize=REMEMBERED)
def bases(word: str, language: str) -> tuple[str, ...]:
    """Return the terms that stand for every form of a folded word in one language.

    >>> bases("klubos", "lv"), bases("klubs", "lv"), bases("taalcafe", "de")
    (('lv:klub',), ('lv:klub',), ())
    """
    if language not in TAGS:
        return ()
    known = (*lexicon().lemmas(word, language), word)
    return tuple(dict.fromkeys(f"{language}:{stem}" for form in known for stem in stems(form, language)))


def bases_anywhere(word: str) -> tuple[str, ...]:
    """Return the terms of a folded word in every language that it may be of, by its script."""
    return tuple(term for tag in BY_SCRIPT.get(script(word), ()) for term in bases(word, tag))


def script(word: str) -> str:
    """Return the script of a word by its first letter, as Unicode names it; empty for digits.

    >>> script("кафе"), script("مقهي"), script("cafe"), script("2022")
    ('CYRILLIC', 'ARABIC', 'LATIN', '')
    """
    letter = next((sign for sign in word if sign.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
