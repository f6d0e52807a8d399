"""Everybody can use every page: axe finds nothing, it fits any screen, its content is near, and nothing is foreign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kinds import KINDS, WRONG, in_language

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FIND = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(
    one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 200)).join(' ')}`))"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 256}
"""A window of 1280 by 1024 at 400 %, which is also the narrowest phone."""
MOST_TABS = 10


@pytest.fixture(scope="module")
def watched() -> list[str]:
    """Console errors and requests to other hosts, since a test last looked."""
    return []


@pytest.fixture(scope="module")
def checked(browser: Browser, site: str, watched: list[str]) -> Iterator[Page]:
    """One page for all kinds: opening another takes as long as reading it."""
    context = browser.new_context(base_url=site, viewport=WIDE)
    opened = context.new_page()
    opened.on("console", lambda message: watched.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: None if request.url.startswith(site) else watched.append(request.url))
    yield opened
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger, which stands above the policy of the page
    found: list[str] = page.evaluate(FIND)
    return found


def fits(page: Page) -> bool:
    """Return whether nothing sticks out sideways."""
    return bool(page.evaluate(WIDER) <= 0)


def tabs_to_the_content(page: Page) -> int:
    """Return how often the tab key is pressed until something of the content is reached; the skip link is taken."""
    for pressed in range(1, MOST_TABS + 1):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.skip')"):
            page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.closest('main') !== null"):
            return pressed
    pytest.fail(f"after {MOST_TABS} tabs the content is not reached")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_open_to_everybody_and_stays_at_home(kind: str, checked: Page, watched: list[str]) -> None:
    watched.clear()
    for language, scheme in (("en", "light"), ("lv", "dark"), ("ar", "light")):
        checked.set_viewport_size(WIDE)
        answer = checked.goto(in_language(kind, language))
        assert answer is not None
        assert answer.status == WRONG.get(kind, 200)
        checked.emulate_media(color_scheme=scheme)
        assert violations(checked) == [], f"{language} {scheme}"
        checked.wait_for_load_state("networkidle")
        assert fits(checked), f"{language} {scheme}"
        if language == "en":
            assert tabs_to_the_content(checked) <= MOST_TABS
        checked.set_viewport_size(NARROW)
        assert fits(checked), f"{language} {scheme}, narrow"
    itself = [text for text in watched if kind in WRONG and f"a status of {WRONG[kind]} " in text]
    assert watched == itself[:3]


def test_the_editor_and_what_it_offers_are_open_to_everybody(checked: Page) -> None:
    checked.set_viewport_size(WIDE)
    checked.goto("sparql?lang=en")
    checked.locator("#query").focus()
    expect(checked.locator(".cm-content")).to_be_focused()
    assert violations(checked) == []


def test_the_live_map_and_the_names_on_a_pin_are_open_to_everybody(checked: Page) -> None:
    checked.emulate_media(reduced_motion="reduce")  # names that are still appearing are pale
    checked.set_viewport_size(WIDE)
    checked.goto("map?lang=en&country=ISL")
    checked.locator("[data-map][data-ready]").wait_for()
    checked.locator(".leaflet-marker-icon").first.press("Enter")
    assert violations(checked) == []


def test_a_change_is_open_to_everybody(checked: Page) -> None:
    checked.set_viewport_size(WIDE)
    checked.goto("changes?lang=lv")
    checked.locator("main a[href*='/change/']").first.click()
    expect(checked.locator("h1")).to_be_visible()
    assert violations(checked) == []
    checked.set_viewport_size(NARROW)
    assert fits(checked)
