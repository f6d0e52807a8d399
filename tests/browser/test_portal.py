"""The demonstration portal, a page of another site, goes the whole way with the public API alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser
PORTAL = Path(__file__).parents[2] / "docs" / "portal.html"


def test_a_reader_lists_narrows_down_opens_and_searches_in_her_language(browser: Browser, site: str) -> None:
    complaints: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{PORTAL.as_uri()}?api={site}")
    expect(page.locator("h2")).to_contain_text("initiatives", timeout=20_000)
    everything = page.locator("h2").inner_text()
    page.locator("select[name=lang]").select_option("lv")
    expect(page.locator("#facets")).to_contain_text("Latvija")
    page.locator("#facets label", has_text="Latvija").locator("input").check()
    expect(page.locator("h2")).not_to_have_text(everything)
    page.locator("article a").first.click()
    expect(page.get_by_role("heading", name="Like it")).to_be_visible()
    page.get_by_role("link", name="All initiatives").click()
    page.locator("input[name=q]").fill("sarunu klubs")
    page.locator("#find button").click()
    expect(page.locator("h2")).to_contain_text("found")
    assert complaints == []
    context.close()
