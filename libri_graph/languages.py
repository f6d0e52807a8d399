"""The languages of the product and the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one language; `language` is a BCP 47 tag in lower case, empty when nobody said."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages can be read in."""

    tag: str
    name: str
    """Its name in itself."""
    direction: str = "ltr"
    interface: bool = True
    """Whether interface and labels are complete in it; `False` for the reading languages."""


LANGUAGES: Final = (
    Language("en", "English"),
    Language("fr", "français"),
    Language("it", "italiano"),
    Language("lv", "latviešu"),
    Language("nl", "Nederlands"),
    Language("pl", "polski"),
    Language("ro", "română"),
    Language("uk", "українська", interface=False),
    Language("ar", "العربية", "rtl", interface=False),
)
"""All reading languages, interface languages first."""

TAGS: Final = tuple(language.tag for language in LANGUAGES)
DEFAULT: Final = "en"
UNDETERMINED: Final = ("", "und", "mul", "zxx")
"""Tags that name no language that a reader could prefer."""

RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "dv", "fa", "he", "ku-arab", "prs", "ps", "sd", "ug", "ur", "yi"})


def direction(tag: str) -> str:
    """Return ``rtl`` or ``ltr`` for a language tag.

    >>> direction("ar-EG"), direction("lv")
    ('rtl', 'ltr')
    """
    lowered = tag.lower()
    return "rtl" if lowered in RIGHT_TO_LEFT or base(lowered) in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=1024)
def base(tag: str) -> str:
    """Return the primary language of a tag: ``fr`` for ``fr-CA``."""
    return tag.split("-", 1)[0].lower()


def fallback_chain(preferred: str) -> tuple[str, ...]:
    """Return the languages in which a reader of `preferred` is served, best first: her own, then English.

    This is the one place that decides it.

    >>> fallback_chain("fr-CA"), fallback_chain("en")
    (('fr-ca', 'fr', 'en'), ('en',))
    """
    return tuple(dict.fromkeys((preferred.lower(), base(preferred), DEFAULT)))


def best_text(texts: Iterable[Text], languages: Sequence[str]) -> Text | None:
    """Return the text in the reader's most preferred language.

    Order: exact tag, then its base language (``fr`` for ``fr-CA``), then a text without language,
    then English, then any, by tag. `languages` is most preferred first.
    Never raises; ``None`` only for no texts. Linear in `texts` times `languages`.
    Source: RFC 4647, lookup (section 3.4).

    >>> best_text([Text("Rīga", "lv"), Text("Riga", "en")], ["fr", "en"]).text
    'Riga'
    """
    wanted = tuple(languages)
    return min(texts, key=lambda text: (_rank(text.language, wanted), text.language, text.text), default=None)


@lru_cache(maxsize=4096)
def _rank(tag: str, languages: tuple[str, ...]) -> int:
    lowered = tag.lower()
    for position, wanted in enumerate(languages):
        if lowered == wanted.lower():
            return 2 * position
        if base(lowered) == base(wanted) and lowered:
            return 2 * position + 1
    if lowered in UNDETERMINED:
        return 2 * len(languages)
    return 2 * len(languages) + (1 if base(lowered) == DEFAULT else 2)
