"""Names are suggested as one types and chosen by keys, mouse or finger; without a script the box just searches."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser
HEIGHT = "document.documentElement.scrollHeight"


def test_the_arrows_choose_and_enter_opens(page: Page, complaints: list[str]) -> None:
    page.goto("practices?lang=en")
    box = page.locator("input[role=combobox]")
    box.press_sequentially("language caf")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("language caf", ignore_case=True)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    box.press("Enter")
    page.wait_for_url(lambda address: "/practices" not in address)
    assert "lang=en" in page.url
    assert complaints == []


@pytest.mark.parametrize("choose", ["ArrowDown", "ArrowUp", "pointer"])
def test_the_list_stands_still_while_one_chooses_from_it(page: Page, choose: str) -> None:
    page.clock.install()  # questions are asked when this test says so
    page.goto("practices?lang=en")
    page.clock.pause_at("2100-01-01")
    box = page.locator("input[role=combobox]")
    box.press_sequentially("language")
    page.clock.run_for(1000)
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    names = options.all_inner_texts()
    late: list[Route] = []
    page.route("**/suggest?*", lambda route: late.append(route))
    box.press_sequentially(" caf")
    with page.expect_request("**/suggest?*"):
        page.clock.run_for(1000)
    if choose == "pointer":
        options.first.hover()
        page.mouse.down()
    else:
        box.press(choose)
    late[0].fulfill(json={"items": []})
    page.evaluate("fetch('/health/live')")  # whose answer comes behind
    assert options.all_inner_texts() == names
    if choose != "pointer":
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)


def test_escape_closes_and_enter_then_searches_for_what_was_typed(page: Page) -> None:
    page.goto("practices?lang=lv")
    box = page.locator("input[role=combobox]")
    box.press_sequentially("sarunu")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("sarunu")
    box.press("Enter")
    page.wait_for_url("**/search?*q=sarunu*")


def test_nothing_moves_when_the_list_opens(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto("?lang=uk")
    before = page.evaluate(HEIGHT)
    page.locator("input[role=combobox]").press_sequentially("мов")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate(HEIGHT) == before
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_finger_chooses_on_an_arabic_page(browser: Browser, site: str, complaints: list[str]) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 360, "height": 700}, has_touch=True)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("?lang=ar")
    page.locator("input[role=combobox]").press_sequentially("مكتب")
    first = page.get_by_role("option").first
    expect(first).to_be_visible()
    first.tap()
    page.wait_for_url(lambda address: "lang=ar" in address and address.removeprefix(site) != "?lang=ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert complaints == []
    context.close()


def test_one_question_is_asked_however_fast_one_types(page: Page) -> None:
    page.clock.install()  # the time between the keys is none
    page.goto("practices?lang=en")
    page.clock.pause_at("2100-01-01")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest?" in request.url else None)
    page.locator("input[role=combobox]").press_sequentially("homework help")
    assert asked == []
    page.clock.run_for(1000)
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1


def test_without_a_script_the_box_searches(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("?lang=en")
    page.get_by_role("searchbox").fill("homework")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/search?*q=homework*")
    context.close()
