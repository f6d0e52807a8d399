"""What the first view of a page weighs on the wire, with its fonts, sheets, scripts and data."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.kinds import in_language

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
MOST = {"home": 150, "list": 150, "initiative": 150, "practice": 150, "search": 150, "query": 150, "map": 250}
"""Kilobytes, of a thousand bytes each."""


@pytest.mark.parametrize("language", ["en", "lv", "ar"])
@pytest.mark.parametrize("kind", MOST)
def test_the_first_view_is_light(kind: str, language: str, browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(in_language(kind, language))
    if kind == "map":
        page.locator("[data-map][data-ready]").wait_for()
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(sizes) >= 4
    assert sum(sizes) / 1000 < MOST[kind]
