"""Everybody can use every page: axe finds nothing, it fits a narrow screen, and its content is a few keys away."""

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
def checked(browser: Browser, site: str) -> Iterator[Page]:
    """One page for all kinds: opening another takes as long as reading it."""
    context = browser.new_context(base_url=site, viewport=WIDE)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger, which stands above the policy of the page
    found: list[str] = page.evaluate(FIND)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_open_to_everybody(kind: str, checked: Page) -> None:
    for language, scheme in (("en", "light"), ("lv", "dark"), ("ar", "light")):
        answer = checked.goto(in_language(kind, language))
        assert answer is not None
        assert answer.status == WRONG.get(kind, 200)
        checked.emulate_media(color_scheme=scheme)
        assert violations(checked) == [], f"{language} {scheme}"
        checked.set_viewport_size(NARROW)
        assert checked.evaluate(WIDER) <= 0, language
        checked.set_viewport_size(WIDE)


def test_the_editor_and_what_it_offers_are_open_to_everybody(checked: Page) -> None:
    checked.goto("sparql?lang=en")
    checked.locator("#query").focus()
    expect(checked.locator(".cm-content")).to_be_focused()
    assert violations(checked) == []


def test_the_live_map_and_the_names_on_a_pin_are_open_to_everybody(checked: Page) -> None:
    checked.emulate_media(reduced_motion="reduce")  # names that are still appearing are pale
    checked.goto("map?lang=en&country=ISL")
    checked.locator("[data-map][data-ready]").wait_for()
    checked.locator(".leaflet-marker-icon").first.press("Enter")
    assert violations(checked) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_is_a_few_keys_away(kind: str, checked: Page) -> None:
    checked.set_viewport_size(WIDE)
    checked.goto(in_language(kind, "en"))
    checked.wait_for_load_state("networkidle")
    for _ in range(MOST_TABS):
        checked.keyboard.press("Tab")
        if checked.evaluate("document.activeElement.matches('.skip')"):
            checked.keyboard.press("Enter")
        if checked.evaluate("document.activeElement.closest('main') !== null"):
            return
    pytest.fail(f"after {MOST_TABS} tabs the content is not reached")
