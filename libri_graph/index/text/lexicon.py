"""Word lists: which word is a form of which, folded, in files that are mapped into memory rather than read.

Loading simplemma's dictionaries takes 640 MB and ten seconds in every process; these files are made of them once.
`python -m libri_graph.index.text.lexicon` makes those that are missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import marisa_trie

from libri_graph.index.text.folding import fold
from libri_graph.languages import TAGS

FOLDER: Final = Path(__file__).parent / "build"
VERSION: Final = 1
"""Of the files; another one is another file name."""
MOST: Final = 3
"""Lemmas of one form that are told apart."""


class Lexicon:
    """The word lists in one folder. A language without a file knows no forms; safe to share between threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._tries = {tag: trie for tag in TAGS if (trie := _opened(file_of(folder, tag)))}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it knows words of."""
        return tuple(self._tries)

    def lemmas(self, word: str, language: str) -> tuple[str, ...]:
        """Return the folded words that the folded `word` may be a form of, at most three; none when unknown."""
        trie = self._tries.get(language)
        found = trie.get(word) if trie is not None else None
        return tuple(sorted(value.decode() for value in found)[:MOST]) if found else ()


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the word lists that come with the software, opened once for each process."""
    return Lexicon()


def file_of(folder: Path, language: str) -> Path:
    """Return where the word list of `language` lies."""
    return folder / f"{language}-{VERSION}.marisa"


def make(folder: Path, language: str) -> None:
    """Make the word list of `language`. Half a minute for Polish, a few seconds for another."""
    folder.mkdir(parents=True, exist_ok=True)
    target = file_of(folder, language)
    fresh = target.with_suffix(".new")
    marisa_trie.BytesTrie(_pairs(language)).save(str(fresh))
    fresh.rename(target)


def _opened(path: Path) -> marisa_trie.BytesTrie | None:
    return marisa_trie.BytesTrie().mmap(str(path)) if path.is_file() else None


def _pairs(language: str) -> Iterator[tuple[str, bytes]]:
    """Yield form and lemma, folded, where they differ."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory  # where word lists are read, nobody needs it

    dictionary = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language)
    for form, lemma in dictionary.items():
        folded, base = fold(form), fold(lemma)
        if folded != base and " " not in base:
            yield folded, base.encode()


def main() -> None:
    """Make the word lists that are missing, or those of the languages named."""
    for tag in sys.argv[1:] or [tag for tag in TAGS if not file_of(FOLDER, tag).is_file()]:
        make(FOLDER, tag)


if __name__ == "__main__":
    main()
