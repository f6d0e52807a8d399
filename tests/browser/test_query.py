"""The researcher's path over the query page: open an example, change it, ask, draw, copy, come back by the link."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser
PRACTICES = "Which practices are cited in more than three countries?"
PREFIXES = "PREFIX libri: <https://w3id.org/libri/ontology#>\nPREFIX geo: <http://www.w3.org/2003/01/geo/wgs84_pos#>\n"
PLACES = PREFIXES + (
    "SELECT ?initiative ?lat ?long WHERE {\n"
    "  ?initiative a libri:Initiative ; libri:place ?place . ?place geo:lat ?lat ; geo:long ?long }\nLIMIT 30"
)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZES = [(360, 800), (1280, 900)]


@pytest.fixture
def editor(page: Page) -> Locator:
    """The editor, open, with what it can offer."""
    page.goto("sparql?lang=en")
    with page.expect_response(lambda response: "/sparql/completion" in response.url):
        page.locator("#query").focus()
    found = page.locator(".cm-content")
    expect(found).to_be_visible()
    return found


def write(page: Page, editor: Locator, text: str) -> None:
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def ask(page: Page) -> None:
    with page.expect_response(lambda response: "part=answer" in response.url):
        page.keyboard.press("Control+Enter")


@pytest.fixture(params=SIZES, ids=["phone", "desktop"])
def researcher(request: pytest.FixtureRequest, browser: Browser, site: str, complaints: list[str]) -> Iterator[Page]:
    """A researcher's page, which may write to the clipboard."""
    width, height = request.param
    context = browser.new_context(base_url=site, viewport={"width": width, "height": height})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(site) else complaints.append(sent.url))
    yield page
    context.close()


def test_the_researcher_s_path(researcher: Page, complaints: list[str]) -> None:
    page = researcher
    page.goto("sparql?lang=en")
    page.locator("#examples").get_by_role("link", name=PRACTICES).click()
    page.locator("#query").focus()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("VALUES (?more ?lang) { (3 ")
    before = page.locator(".solutions tbody tr").count()

    page.locator(".cm-line", has_text="VALUES (?more").click()
    page.keyboard.press("Home")
    for _ in "VALUES (?more ?lang) { (":  # Home goes to the first word
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.type("4")
    ask(page)
    expect(page.locator("#answer")).to_contain_text("rows:")
    after = page.locator(".solutions tbody tr").count()
    assert 0 < after < before

    page.get_by_role("button", name="Chart").click()
    assert page.locator(".chart .bar").count() == after
    page.locator(".use > summary").click()
    page.locator(".snippet summary", has_text="Python").click()
    page.locator("[data-snippet=Python] + .copy").click()
    program = page.evaluate("navigator.clipboard.readText()")
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert len(printed.splitlines()) == after

    address = page.locator("#permanent").get_attribute("href")
    assert address is not None
    page.goto(address[address.index("sparql") :])
    expect(page.locator(".solutions tbody tr")).to_have_count(after)
    expect(page.locator("#query")).to_have_value(re.compile(r"\(4 "))
    assert page.evaluate(WIDER) <= 0
    assert complaints == []


def test_an_error_stands_under_its_line(page: Page, editor: Locator, complaints: list[str]) -> None:
    write(page, editor, "SELECT *\nWHERE {\n  ?a ?b }} \nLIMIT 5")
    ask(page)
    fault = page.locator(".cm-fault")
    expect(fault).to_contain_text("line 3")
    lines = page.locator(".cm-line")
    under, fourth = fault.bounding_box(), lines.nth(3).bounding_box()
    third = lines.nth(2).bounding_box()
    assert under
    assert third
    assert fourth
    assert third["y"] < under["y"] < fourth["y"]
    expect(editor).to_be_focused()
    page.keyboard.type(" ")
    expect(fault).to_have_count(0)
    assert complaints == []


def test_completion_offers_the_properties_of_the_class_at_hand_and_declares_prefixes(
    page: Page, editor: Locator, complaints: list[str]
) -> None:
    write(page, editor, "SELECT * WHERE {\n  ?i a libri:Initiative ; ")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.keyboard.press("Control+Space")
    offered = page.locator(".cm-tooltip-autocomplete li")
    expect(offered.first).to_contain_text("always there")
    assert offered.locator(".demand").first.inner_text() == "always there"
    names = offered.locator(".cm-completionLabel").all_inner_texts()
    assert "libri:evidenceGrade" in names[:8]
    assert "libri:transferability" not in names[:20]

    page.keyboard.type("serviceT")
    expect(offered.first).to_contain_text("libri:serviceType")
    page.wait_for_timeout(120)  # the list takes no key for a moment after it opens
    page.keyboard.press("Enter")
    page.keyboard.type(" conversation")
    expect(offered.first).to_contain_text("service-type:language-cafe")
    page.wait_for_timeout(120)
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    expect(editor).to_contain_text("PREFIX libri: <https://w3id.org/libri/ontology#>")
    assert sent == []
    ask(page)
    assert page.locator(".solutions tbody tr").count() > 10
    assert complaints == []


def test_places_are_shown_on_a_map_of_our_own(page: Page, editor: Locator, complaints: list[str]) -> None:
    write(page, editor, PLACES)
    ask(page)
    page.get_by_role("button", name="Map", exact=True).click()
    expect(page.locator("path.pin")).to_have_count(30)
    assert page.locator("path.land").count() > 20
    assert complaints == []


def test_the_raw_answer_is_the_endpoint_s(page: Page, editor: Locator) -> None:
    write(page, editor, PLACES)
    ask(page)
    page.get_by_role("button", name="Raw answer").click()
    raw = page.locator(".view pre")
    expect(raw).to_contain_text("bindings")
    assert len(json.loads(raw.inner_text())["results"]["bindings"]) == 30


def test_the_keyboard_leaves_the_editor(page: Page, editor: Locator) -> None:
    editor.focus()
    expect(editor).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_focused()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["lv", "ar"])
def test_the_page_is_whole_in_every_direction(
    language: str, width: int, height: int, page: Page, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"sparql?lang={language}")
    page.locator("#query").focus()
    expect(page.locator(".cm-content")).to_be_focused()
    assert page.evaluate(WIDER) <= 0
    assert page.locator(".cm-content").evaluate("node => getComputedStyle(node).direction") == "ltr"
    wanted = "rtl" if language == "ar" else "ltr"
    assert page.locator("#answer").evaluate("node => getComputedStyle(node).direction") == wanted
    assert complaints == []


def test_without_a_script_the_field_and_every_download_work(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("sparql?lang=en")
    page.locator("textarea").fill(PLACES)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".solutions tbody tr")).to_have_count(30)
    page.get_by_role("button", name="Ask a long question").click()
    expect(page.locator(".solutions tbody tr")).to_have_count(30)
    href = page.get_by_role("link", name="Excel").get_attribute("href")
    assert href is not None
    body = context.request.get(href).body()
    assert body.startswith(b"\xef\xbb\xbfinitiative,lat,long\r\n")
    page.locator("textarea").fill("SELECT * {{")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("line 1")
    context.close()


def test_the_editor_takes_over_what_was_typed_and_where(page: Page) -> None:
    page.goto("sparql?lang=en")
    page.locator("#query").evaluate("node => { node.value = 'ASK { }'; node.setSelectionRange(6, 6); node.focus(); }")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text("?s a ?k")
    expect(page.locator("#query")).to_have_value("ASK { ?s a ?k}")


def test_the_editor_is_loaded_where_a_question_is_written_and_not_before(page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto("practices?lang=en")
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "editor" in url or "query" in url]
    page.goto("sparql?lang=en")
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "editor" in url]
    build = Path(__file__).parents[2] / "server" / "static" / "build"
    assert [file.name for file in (build / "chunks").glob("editor-*.js") if re.search(r"-[A-Z0-9]{8}\.js$", file.name)]
