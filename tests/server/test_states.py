"""A state of the data that is kept gives the same bytes again; an unrelated write changes no tag."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest
from pyoxigraph import Literal

from libri_graph.namespaces import BASE
from libri_graph.store.generations import Generations
from tests.server.lived import CAFE, Lived

pytestmark = pytest.mark.timeout(600)  # the first loads all of the real data
HTML = {"Accept": "text/html"}
PAGE = "/doc/practice/volunteer-language-cafe"
PLACES = [
    PAGE,
    "/concept/service-types/language-cafe",
    "/concept/service-types",
    "/ontology/practices",
    "/graph/libri",
    "/country/LVA",
    "/shapes",
]
FORMS = ["", ".ttl", ".jsonld", ".nt", ".rdf", ".trig"]


def bodies(lived: Lived, arguments: str) -> dict[str, bytes]:
    found = {}
    for place in PLACES:
        for form in FORMS:
            response = lived.client.get(f"{place}{form}{arguments}", headers=HTML)
            assert response.status_code == 200, f"{place}{form}"
            found[place + form] = response.data
    return found


def test_the_same_bytes_come_again_after_other_writes(lived: Lived) -> None:
    number = lived.rename(CAFE, "Before")
    today, before = bodies(lived, ""), bodies(lived, f"?generation={number}")
    lived.rename(CAFE, "After")
    lived.rename(f"{BASE}concept/service-types/language-cafe", "Talking")
    assert bodies(lived, f"?generation={number}") == before
    data = {place: body for place, body in before.items() if place not in PLACES}
    assert data == {place: today[place] for place in data}
    blocks = [
        re.findall(rb'<script type="application/ld\+json">.*?</script>', pages[PAGE], re.DOTALL)
        for pages in (today, before)
    ]
    assert blocks[0][0] == blocks[1][0]
    assert b"Before" in before[PAGE]
    assert b"After" in bodies(lived, "")[PAGE]


def test_an_older_page_says_so_and_its_links_stay_in_that_state(lived: Lived) -> None:
    number = lived.rename(CAFE, "Before")
    lived.rename(CAFE, "After")
    response = lived.client.get(f"{PAGE}?generation={number}&lang=lv", headers=HTML)
    assert response.headers["Libri-Generation"] == str(number)
    assert f"datu stāvokli {number}" in response.text
    assert f"{PAGE}.ttl?generation={number}" in response.text
    assert re.search(rf'/concept/[^"]+generation={number}', response.text)
    assert 'name="robots" content="noindex"' in response.text
    assert any(f"{PAGE}.ttl?generation={number}>" in link for link in response.headers.getlist("Link"))
    sent = lived.client.get(
        f"/id/practice/volunteer-language-cafe?generation={number}", headers={"Accept": "text/turtle"}
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PAGE}.ttl?generation={number}")


def test_a_state_that_is_not_kept_names_the_nearest(lived: Lived) -> None:
    kept = Generations(lived.house.data_dir).numbers()
    for address in (f"{PAGE}.ttl", PAGE, "/concept/service-types", "/dumps/", "/void"):
        response = lived.client.get(f"{address}?generation=1")
        assert (response.status_code, response.content_type) == (410, "application/problem+json")
        assert response.get_json()["nearest"] == [number for number in kept if number > 0][:1] or kept[:2]
    page = lived.client.get(f"{PAGE}?generation=1&lang=lv", headers=HTML)
    assert page.status_code == 410
    assert f"generation={kept[-1]}" in page.text
    assert lived.client.get(f"{PAGE}?generation=soon").status_code == 400


def test_what_changed_is_always_current(lived: Lived) -> None:
    number = lived.rename(CAFE, "Before")
    later = lived.rename(CAFE, "After")
    for address in ("/changes", f"{PAGE}/history"):
        response = lived.client.get(f"{address}?generation={number}", headers=HTML)
        assert response.headers["Libri-Generation"] == str(later)


def test_an_unrelated_write_changes_no_tag(lived: Lived) -> None:
    places = [PAGE, f"{PAGE}.ttl", f"{PAGE}.jsonld", "/graph/libri", "/concept/service-types/language-cafe", "/shapes"]
    tags = {place: lived.client.get(place, headers=HTML).headers["ETag"] for place in places}
    lived.say((f"{BASE}id/guide/libri-practical-guide", "skos:note", Literal("x", language="en")))
    for place, tag in tags.items():
        response = lived.client.get(place, headers=HTML | {"If-None-Match": tag})
        assert response.status_code == 304, place
    lived.rename(CAFE, "Other")
    assert lived.client.get(PAGE, headers=HTML).headers["ETag"] != tags[PAGE]


def test_dumps_of_a_kept_state_are_made_when_asked_for_and_stay_the_same(lived: Lived) -> None:
    number = lived.rename(CAFE, "Before")
    lived.rename(CAFE, "After")
    name = f"libri-graph-g{number}.nq.gz"
    for _ in range(8):
        with lived.client.get(f"/dumps/{name}") as response:
            body = response.data
        if response.status_code != 503:
            break
        assert response.headers["Retry-After"]
    assert (response.status_code, response.headers["Libri-Generation"]) == (200, str(number))
    text = gzip.decompress(body).decode()
    assert '"Before"@en' in text
    assert '"After"@en' not in text
    with lived.client.get(f"/dumps/SHA256SUMS?generation={number}") as sums:
        assert hashlib.sha256(body).hexdigest() in sums.text
    listed = lived.client.get(f"/dumps/?generation={number}", headers=HTML)
    assert name in listed.text
    assert listed.headers["Libri-Generation"] == str(number)
    assert lived.client.get("/dumps/libri-graph-g1.nq.gz").status_code == 410
    assert lived.client.get(f"/dumps/nobody-g{number}.nt.gz").status_code == 404
