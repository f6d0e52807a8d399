"""The librarian's path: practices for a small town with no budget, one of them, and whom to call; then the map."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = "Practices for a small library: possible with what you have"


@pytest.fixture(params=[(360, 780), (1280, 900)], ids=["phone", "desktop"])
def reader(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A page on a phone and on a desk; at the end nothing was complained of and nothing came from elsewhere."""
    width, height = request.param
    context = browser.new_context(base_url=site, viewport={"width": width, "height": height})
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(site) else complaints.append(sent.url))
    yield page
    assert page.evaluate(WIDER) <= 0
    context.close()
    assert complaints == []


def test_she_finds_a_practice_and_whom_to_call(reader: Page) -> None:
    page = reader
    page.goto("?lang=en")
    page.get_by_role("link", name=SMALL).click()
    expect(page.locator("h1")).to_contain_text("Practices")
    assert page.locator(".cards .card").count() >= 3
    page.locator(".cards").get_by_role("link", name="Volunteer-led language café").click()
    expect(page.locator(".said").first).to_contain_text("The need")
    page.locator(".ask").get_by_role("link").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "/doc/organisation/" in page.url
    web = page.locator("dt", has_text="Web site").locator("..").get_by_role("link")
    assert re.match(r"https?://", web.get_attribute("href") or "")


def test_she_finds_it_by_searching(reader: Page) -> None:
    page = reader
    page.goto("?lang=lv")
    page.locator("#find").fill("sarunu klubs")
    page.keyboard.press("Enter")
    expect(page.locator(".results > li").first).to_be_visible()
    page.locator(".results h2 a").first.click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "lv")


def test_the_list_and_the_map_share_what_was_chosen(reader: Page) -> None:
    page = reader
    page.goto("initiatives?lang=en")
    page.locator(".facet").get_by_role("link", name="Latvia", exact=True).click()
    expect(page.locator(".removable")).to_contain_text("Latvia")
    page.get_by_role("link", name="Show on the map").click()
    expect(page.locator(".removable")).to_contain_text("Latvia")
    page.locator("[data-map][data-ready]").wait_for()
    page.get_by_role("link", name="Show as a list").click()
    expect(page.locator(".removable")).to_contain_text("Latvia")
    expect(page.locator("h1")).to_contain_text("47")


def test_the_map_is_used_by_keyboard_alone(reader: Page) -> None:
    page = reader
    page.goto("map?lang=en&country=LVA")
    page.locator("[data-map][data-ready]").wait_for()
    assert page.get_by_role("heading", name="The same as a list").is_visible()
    page.locator("[data-map]").focus()
    for _ in range(8):  # closer and closer, until a pin tells its names
        tab_to(page, ".leaflet-marker-icon")
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if page.locator(".leaflet-popup-content a").count():
            break
    expect(page.locator(".leaflet-popup-content a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-marker-icon:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/initiative/**")


def tab_to(page: Page, wanted: str) -> None:
    """Go on by the tabulator to the first of `wanted`, from where the focus is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"no key leads to {wanted}")


@pytest.mark.parametrize(
    "address", ["initiatives?country=LVA&page=2", "search?q=caf%C3%A9&kind=practices", "map?country=LVA"]
)
def test_another_language_keeps_the_place(address: str, reader: Page) -> None:
    page = reader
    page.goto(address)
    asked = page.url.partition("?")[2].split("&")
    page.locator(".languages summary").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert set(asked) <= set(page.url.partition("?")[2].split("&"))
    box = page.locator(".brand").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] / 2 > page.viewport_size["width"] / 2
