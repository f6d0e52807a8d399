"""Words, dates and names of the interface in the reader's language."""

from __future__ import annotations

from datetime import date
from gettext import NullTranslations
from typing import Final

from babel import Locale
from babel.dates import format_date
from flask import Flask, g, request
from flask_babel import Babel, get_translations

from libri_graph.languages import LANGUAGES, Language, base, fallback_chain
from server import negotiation

BY_TAG: Final = {entry.tag: entry for entry in LANGUAGES}


def reader_language() -> str:
    """Return the language of the page under way, decided once for each request."""
    if "language" not in g:
        g.language = negotiation.language(request.args.get("lang"), request.headers.get("Accept-Language"))
    return str(g.language)


def chosen_language() -> str | None:
    """Return the language that the address of the page under way asks for, if it does."""
    if "chosen_language" not in g:
        tag = base(request.args.get("lang", ""))
        g.chosen_language = tag if tag in BY_TAG else None
    found: str | None = g.chosen_language
    return found


def reader_languages() -> tuple[str, ...]:
    """Return the reader's languages, most preferred first."""
    return fallback_chain(reader_language())


def page_language() -> Language:
    """Return name and direction of the language of the page under way."""
    return BY_TAG[reader_language()]


def set_up(app: Flask) -> None:
    """Give `app` its message catalogues and the filters that write dates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=reader_language)
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    app.add_template_filter(written_date, "written_date")
    app.add_template_filter(language_name, "language_name")


def _gettext(text: str) -> str:
    return str(_catalogue().gettext(text))


def _ngettext(one: str, many: str, number: int) -> str:
    return str(_catalogue().ngettext(one, many, number))


def _catalogue() -> NullTranslations:
    """Return the messages in the reader's language, found once for each request: a page says some hundred."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    found: NullTranslations = g.catalogue
    return found


def writing_locale() -> str:
    """Return whose way of writing dates the page follows; in English that of Europe.

    Source: CLDR, where plain ``en`` stands for the United States.
    """
    tag = reader_language()
    return "en_GB" if tag == "en" else tag


def written_date(value: str) -> str:
    """Return a year, month or day as people in the reader's language write it."""
    locale = writing_locale()
    parts = [int(part) for part in value.split("-")] if value.replace("-", "").isdigit() else []
    match parts:
        case [year, month, day]:
            return format_date(date(year, month, day), "long", locale=locale)
        case [year, month]:
            return format_date(date(year, month, 1), "LLLL y", locale=locale)
        case _:
            return value


def language_name(tag: str) -> str:
    """Return the name of a language in the reader's language, or the tag where it is unknown."""
    return str(Locale.parse(reader_language()).languages.get(tag.split("-")[0], tag))
