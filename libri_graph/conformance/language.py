"""Rules about the languages of pages."""

from __future__ import annotations

from typing import Final

from libri_graph.conformance.html_page import read_page
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import BROWSER, Site, said_links

TWO: Final = 2
MOST_TRIED: Final = 4


def _declared(site: Site) -> None:
    demand(bool(read_page(site.page).language), "<html> has no lang")


def _content_language(site: Site) -> None:
    said, lang = site.page.header("Content-Language"), read_page(site.page).language
    demand(bool(said), "no Content-Language")
    demand(not lang or _base(lang) in _all(said), f"Content-Language is {said}, lang is {lang}")


def _accepted(site: Site) -> None:
    for language in _languages(site)[:MOST_TRIED]:
        page = site.asker.get(site.thing, BROWSER, Accept_Language=language)
        came = _base(page.header("Content-Language") or read_page(page).language)
        demand(came == language, f"for Accept-Language: {language} came {came or 'a page without a language'}")


def _unknown(site: Site) -> None:
    answer = site.asker.get(site.thing, BROWSER, Accept_Language="x-klingon")
    demand(answer.status == site.page.status, f"for a language that there is not came {answer.told}")


def _varies(site: Site) -> None:
    pages = [
        site.asker.ask(site.page.url, headers={"Accept": BROWSER, "Accept-Language": language})
        for language in _languages(site)[:TWO]
    ]
    if len({page.body for page in pages}) < TWO:
        raise NothingToAsk("the page does not depend on Accept-Language")
    bad = next((page for page in pages if not page.lists("Vary", "Accept-Language")), None)
    demand(bad is None, f"Vary: {bad.header('Vary') if bad else ''}")


def _alternates(site: Site) -> None:
    linked = [link for link in said_links(site.page) if link.rel == "alternate" and link.language]
    tried = [link for link in linked if link.language != "x-default" and site.here(link.target)][:MOST_TRIED]
    if not tried:
        raise NothingToAsk("the page leads to no other languages (hreflang)")
    for link in tried:
        page = site.asker.get(site.here(link.target) or link.target, BROWSER)
        came = _base(page.header("Content-Language") or read_page(page).language)
        demand(page.status == 200 and came == _base(link.language), f"{link.target}: {page.told}, in {came or 'none'}")


def _languages(site: Site) -> list[str]:
    linked = [_base(link.language) for link in said_links(site.page) if link.rel == "alternate" and link.language]
    found = [language for language in dict.fromkeys(linked) if language != "x"]
    if len(found) < TWO:
        raise NothingToAsk("the page leads to no other languages (hreflang)")
    return found


def _base(tag: str) -> str:
    return tag.strip().lower().partition("-")[0]


def _all(header: str) -> set[str]:
    return {_base(tag) for tag in header.split(",")}


RULES: Final = (
    Rule(
        "language-declared",
        Level.should,
        "The page says in which language it is.",
        "HTML, 3.2.6.2; WCAG 2.2, 3.1.1",
        'Write <html lang="...">.',
        _declared,
    ),
    Rule(
        "language-header",
        Level.may,
        "Content-Language says the same.",
        "RFC 9110, 8.5",
        "Send Content-Language with the page.",
        _content_language,
    ),
    Rule(
        "language-accepted",
        Level.should,
        "Of the languages that the page leads to, the accepted one comes.",
        "RFC 9110, 12.5.4",
        "Choose by Accept-Language where the address does not say.",
        _accepted,
    ),
    Rule(
        "language-unknown",
        Level.must,
        "Who reads none of the languages gets the page all the same.",
        "RFC 9110, 12.5.4",
        "Fall back to a default language; never answer 406 for it.",
        _unknown,
    ),
    Rule(
        "language-vary",
        Level.must,
        "A page that depends on Accept-Language says so in Vary.",
        "RFC 9110, 12.5.5",
        "Send Vary: Accept-Language, or caches give one reader's language to all.",
        _varies,
    ),
    Rule(
        "language-alternates",
        Level.must,
        "An address that is linked as another language gives that language.",
        "RFC 8288, 3.4.1",
        "Let the address win over Accept-Language.",
        _alternates,
    ),
)
