"""Endings that inflection puts on a word, cut off where no word list knows it.

The tables hold folded endings of nouns and adjectives, which are what people search by. They are rough on purpose: two
words that meet here by chance are rare, and count less than words that are the same.
"""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 3
"""Letters that must be left."""
_ENDINGS: Final = {
    "en": "ies es e y s",
    "fr": "ees ee es e s x",
    "it": "ie ia io ii he hi a e i o",
    "lv": "ajiem ajam ajai ajos ajas ajus iem ais aja ajs am em im um os as es is us ai ei ie a e i o u s",
    "nl": "eren en es s e",
    "pl": "owie iami iach owi iom ami ach ego emu ymi imi ych ich iem ow om em ej ie ia iu a e i o u y",
    "ro": "urilor iilor ilor elor ului iile iei uri ele ile lor ule ul ii ei ea ia ie ue le a e i u",
    "uk": "ами ями ові еві єві ого ього ому ьому ими іми ах ях ам ям ою ею єю ів еи ом ем єм их іх ии іи оі "
    "а я у ю і и е є о ь",
}
_BY_LENGTH: Final = {tag: tuple(sorted(text.split(), key=len, reverse=True)) for tag, text in _ENDINGS.items()}
_ARABIC_BEFORE: Final = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_ARABIC_AND: Final = "و"
_ARABIC_AFTER: Final = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


def stems(word: str, language: str) -> tuple[str, ...]:
    """Return a folded word without its ending; as it is in a language without a table, two where it reads in two ways.

    >>> stems("begliem", "lv"), stems("beglis", "lv"), stems("bibliotecilor", "ro"), stems("والمكتبات", "ar")
    (('begl',), ('begl',), ('bibliotec',), ('مكتب',))
    """
    if language == "ar":
        # After the particle "for", the article and a first letter lam look alike.
        return (_arabic(word), _arabic(word[1:])) if word.startswith("لل") else (_arabic(word),)
    for ending in _BY_LENGTH.get(language, ()):
        if len(word) >= len(ending) + SHORTEST and word.endswith(ending):
            return (word[: -len(ending)],)
    return (word,)


def _arabic(word: str) -> str:
    """Return a word without article, joined particles and endings.

    Source: Larkey, Ballesteros and Connell, Light stemming for Arabic, 2007 (light10).
    """
    for before in _ARABIC_BEFORE:
        if word.startswith(before) and len(word) >= len(before) + 2:
            word = word.removeprefix(before)
            break
    else:
        if word.startswith(_ARABIC_AND) and len(word) > SHORTEST:
            word = word.removeprefix(_ARABIC_AND)
    for after in _ARABIC_AFTER:
        if word.endswith(after) and len(word) >= len(after) + 2:
            word = word.removesuffix(after)
    return word
