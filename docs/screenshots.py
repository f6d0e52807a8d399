"""Take the pictures of docs/screenshots again, from a server of ours: `python docs/screenshots.py http://127.0.0.1:8000/`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
KINDS = {
    "home": "",
    "list": "initiatives?country=LVA",
    "map": "map",
    "search": "search?q=caf%C3%A9",
    "needs": "needs",
    "initiative": "doc/initiative/stavanger-sprakkafe",
    "practice": "doc/practice/volunteer-language-cafe",
    "guide": "doc/guide/libri-practical-guide",
    "organisation": "doc/organisation/riga-central-library",
    "strategy": "doc/strategy/zaragoza-declaration",
    "event": "doc/event/lv-opening-2024",
    "place": "doc/place/ogre-lv",
    "project": "doc/project/libri",
    "contradiction": "doc/contradiction/project-end",
    "concept": "concept/service-types/language-cafe",
    "country": "country/LVA",
    "ontology": "ontology",
    "shapes": "shapes",
    "source": "graph/libri",
    "dumps": "dumps/",
    "changes": "changes",
    "history": "doc/practice/volunteer-language-cafe/history",
    "query": "sparql",
    "api": "api",
    "not-found": "doc/practice/nothing-here",
    "search-empty": "search?q=zzqqxx",
}
LOOKS = [("en", 1280, "light"), ("lv", 360, "light"), ("ar", 768, "dark")]
WHOLE = [
    (lang, width, scheme) for lang in ("en", "lv", "ar") for width in (360, 768, 1280) for scheme in ("light", "dark")
]
IN_EVERY_LOOK = ("home", "practice")
"""Kinds that are taken in each language, width and scheme; the others in one of each."""


def take(browser: Browser, site: str, kind: str, look: tuple[str, int, str]) -> None:
    """Write the first screen of a page of `kind` as docs/screenshots/KIND-LANGUAGE-WIDTH-SCHEME.jpg."""
    language, width, scheme = look
    height = 900 if width > 500 else 780
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    path = KINDS[kind]
    page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={language}")
    page.evaluate("document.fonts.ready")
    if kind == "map":
        page.locator("[data-map][data-ready]").wait_for()
    page.screenshot(path=FOLDER / f"{kind}-{language}-{width}-{scheme}.jpg", type="jpeg", quality=62)
    context.close()


def print_preview(browser: Browser, site: str) -> None:
    """Write a practice as it is printed on A4."""
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print")
    page.goto(f"{site}doc/practice/volunteer-language-cafe?lang=lv")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / "practice-printed.jpg", type="jpeg", quality=62)
    page.close()


def main(site: str) -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        print_preview(browser, site)
        for kind in KINDS:
            for look in WHOLE if kind in IN_EVERY_LOOK else LOOKS:
                take(browser, site, kind, look)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
