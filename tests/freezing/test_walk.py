"""A reader walks through the edition, served as nothing but files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.freezing.conftest import Edition

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def page(browser: Browser, edition: Edition) -> Iterator[Page]:
    complaints: list[str] = []
    context = browser.new_context(base_url=edition.address)
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda request: None if request.url.startswith(edition.address) else complaints.append(request.url)
    )
    yield opened
    context.close()
    assert complaints == []


def test_from_home_to_a_record_and_into_another_language(page: Page) -> None:
    page.goto("")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Initiatives").click()
    page.get_by_role("link", name="Språkkafé", exact=False).first.click()
    expect(page.locator("h1")).to_contain_text("Språkkafé")
    page.locator(".languages summary").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/ar/doc/initiative/stavanger-sprakkafe/")
    page.get_by_role("link", name="LIBRI Graph", exact=False).first.click()
    assert page.url.endswith("/ar/")


def test_a_list_is_narrowed_in_the_browser(page: Page) -> None:
    page.goto("initiatives/")
    before = int(page.locator("h1 .count").inner_text())
    page.locator("#narrow").get_by_role("link", name="Norway", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-narrowed", "true")
    expect(page.locator("h1 .count")).to_have_text("1")
    assert before > 1
    expect(page.locator("ul.cards > li")).to_have_count(1)
    page.locator("ul.cards a").first.click()
    expect(page.locator("h1")).to_contain_text("Språkkafé")
    page.go_back()
    page.locator(".active a.chip").click()
    expect(page.locator("h1 .count")).to_have_text(str(before))


def test_search_finds_by_the_name_of_a_concept_in_another_language(page: Page) -> None:
    page.goto("")
    page.get_by_role("searchbox").fill("sarunu klubs")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-searched", "true")
    expect(page.locator("ol.results")).to_contain_text("Språkkafé")
    page.get_by_role("link", name="Språkkafé", exact=False).first.click()
    expect(page.locator("h1")).to_contain_text("Språkkafé")


def test_search_takes_beginnings_and_no_accents(page: Page) -> None:
    page.goto("ar/search/?q=sprakk")
    expect(page.locator("ol.results")).to_contain_text("Språkkafé")
    page.goto("search/?q=qqqq")
    expect(page.locator(".notice.empty")).to_be_visible()


def test_the_map_shows_pins_that_lead_on(page: Page) -> None:
    page.goto("map/")
    expect(page.locator("[data-map]")).to_have_attribute("data-ready", "true")
    pin = page.get_by_title("Stavanger")
    expect(pin).to_be_visible()
    pin.click()
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)  # the map makes room for the names
    page.locator(".leaflet-popup a", has_text="Språkkafé").click()
    expect(page.locator("h1")).to_contain_text("Språkkafé")
    page.goto("map/?country=POL")
    expect(page.locator("[data-map]")).to_have_attribute("data-ready", "true")
    expect(page.get_by_title("Stavanger")).to_have_count(0)


def test_a_question_that_was_sent_can_be_taken_home(page: Page) -> None:
    page.goto("sparql/?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D")
    expect(page.locator("[data-asked] code")).to_have_text("SELECT * { ?s ?p ?o }")
