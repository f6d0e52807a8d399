"""What a person meets: pages that fit her screen and her language, and load nothing from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", ["lv", "ar"])
@pytest.mark.parametrize("path", ["", "initiatives", "map", "sparql"])
def test_a_page_with_scripts_fits_where_it_is_opened_on_a_phone(
    path: str, language: str, page: Page, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{path}?lang={language}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(WIDER) <= 0
    assert complaints == []


def test_the_language_can_be_changed_without_losing_the_place(page: Page) -> None:
    page.goto("doc/practice/volunteer-language-cafe")
    page.locator(".languages summary").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("h1")).to_contain_text("مقهى لغوي")
    assert "volunteer-language-cafe" in page.url


def test_a_list_is_narrowed_and_opened_again(page: Page) -> None:
    page.goto("initiatives?lang=en")
    page.get_by_role("link", name="Latvia", exact=True).click()
    expect(page.locator("h1")).to_contain_text("47")
    page.locator(".removable").click()
    expect(page.locator("h1")).to_contain_text("557")


def test_a_question_is_opened_and_answered(page: Page) -> None:
    page.goto("sparql?lang=en")
    page.get_by_role("link", name="Which practices are cited in more than three countries?").click()
    expect(page.get_by_role("heading", name="Answer")).to_be_visible()
    assert page.locator("tbody tr").count() > 0


def test_content_is_reached_by_keyboard_at_once(page: Page) -> None:
    page.goto("practices?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_wrong_address_is_a_page_that_helps(page: Page) -> None:
    answer = page.goto("doc/practice/nothing-here?lang=pl")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_contain_text("Pod tym adresem")
