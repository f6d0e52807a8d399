"""Programs find their way from a record to its name, licence, author and forms, by headers alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from flask.testing import FlaskClient
from signposting.linkheader import find_signposting_http_link

from libri_graph.namespaces import BASE
from tests.server.lived import CAFE, Lived

PUBLIC = "http://libri.example.org"
RECORDS = [
    "/doc/initiative/stavanger-sprakkafe",
    "/doc/guide/libri-italy-mapping",
    "/doc/organisation/riga-central-library",
    "/concept/service-types/language-cafe",
    "/country/LVA",
]


@pytest.mark.parametrize("path", RECORDS)
def test_a_foreign_client_reads_the_way_from_every_form(path: str, client: FlaskClient) -> None:
    for suffix in ("", ".ttl", ".jsonld"):
        answer = client.get(path + suffix, headers={"Accept": "text/html"})
        found = find_signposting_http_link(answer.headers.getlist("Link"), PUBLIC + path + suffix)
        assert found.citeAs is not None
        assert str(found.citeAs.target).startswith((BASE, "http://publications.europa.eu/"))
        assert "https://schema.org/AboutPage" in {str(link.target) for link in found.types}
        assert found.license is not None
        assert found.authors or path.startswith("/concept/")  # no source says who made the ontology
        forms = {str(link.target): link.type for link in found.describedBy}
        assert len(forms) == 5
        for address, media_type in forms.items():
            form = client.get(address.removeprefix(PUBLIC))
            assert (form.status_code, form.mimetype) == (200, media_type)
        assert found.collection is not None
        assert [link.type for link in found.linksets] == ["application/linkset+json"]


def test_the_licence_is_that_of_the_source(client: FlaskClient) -> None:
    links = ", ".join(client.get("/country/LVA.ttl").headers.getlist("Link"))
    assert '<https://www.unicode.org/license.txt>; rel="license"' in links


@pytest.mark.parametrize("accept", ["application/linkset+json", "application/linkset"])
def test_a_foreign_client_reads_the_link_set(accept: str, client: FlaskClient) -> None:
    path = RECORDS[0]
    (place,) = [
        link.split(">")[0].strip("<") for link in client.get(path).headers.getlist("Link") if 'rel="linkset"' in link
    ]
    answer = client.get(place, headers={"Accept": accept})
    assert answer.content_type == accept
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    if accept == "application/linkset":
        assert f'anchor="{PUBLIC}{path}"' in answer.text
        return
    contexts = {context["anchor"]: context for context in answer.get_json()["linkset"]}
    assert len(contexts) == 6
    record = contexts[PUBLIC + path]
    assert record["cite-as"] == [{"href": f"{BASE}id/initiative/stavanger-sprakkafe"}]
    forms = {target["href"] for target in record["describedby"]}
    assert forms == set(contexts) - {PUBLIC + path}
    assert all(context["describes"][0]["href"] == PUBLIC + path for form, context in contexts.items() if form in forms)


def test_a_link_set_is_of_something(client: FlaskClient) -> None:
    assert client.get("/linkset").status_code == 400
    assert client.get("/linkset?iri=http://example.org/nothing").status_code == 404


@pytest.mark.parametrize(
    ("address", "accept", "vary"),
    [
        (RECORDS[0], "text/html", "Accept, Accept-Language, Accept-Encoding"),
        (RECORDS[0] + "?lang=lv", "text/html", "Accept, Accept-Encoding"),
        (RECORDS[0], "text/turtle", "Accept, Accept-Encoding"),
        (RECORDS[0] + ".ttl", "text/html", "Accept-Encoding"),
        (RECORDS[0] + ".html", "text/turtle", "Accept-Language, Accept-Encoding"),
        ("/initiatives", "text/html", "Accept-Language, Accept-Encoding"),
        ("/initiatives?lang=ar", "text/html", "Accept-Encoding"),
        ("/void", "text/turtle", "Accept, Accept-Encoding"),
        ("/void.nt", "text/turtle", "Accept-Encoding"),
        ("/context/1.jsonld", "*/*", "Accept-Encoding"),
        ("/doc/guide/no-such", "text/html", "Accept, Accept-Language, Accept-Encoding"),
        ("/doc/guide/no-such", "text/turtle", "Accept, Accept-Encoding"),
    ],
)
def test_an_answer_names_the_headers_that_it_rests_on(
    address: str, accept: str, vary: str, client: FlaskClient
) -> None:
    assert client.get(address, headers={"Accept": accept}).headers["Vary"] == vary


@pytest.mark.parametrize("path", [*RECORDS, "/", "/initiatives", "/void", "/dumps/", "/id/guide/libri-practical-guide"])
def test_every_address_says_what_may_be_asked(path: str, client: FlaskClient) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = client.options(path, headers={**asked, "Access-Control-Request-Headers": "if-none-match"})
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    read = client.get(path, headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert read.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in read.headers["Access-Control-Expose-Headers"]


def test_a_record_is_as_old_as_its_last_change(lived: Lived) -> None:
    path = "/doc/practice/volunteer-language-cafe"
    old = lived.client.get(f"{path}.ttl").headers["Last-Modified"]
    lived.rename(f"{BASE}id/organisation/riga-central-library", "Another name")
    assert lived.client.get(f"{path}.ttl").headers["Last-Modified"] == old
    asked = {"If-Modified-Since": old}
    assert lived.client.get(f"{path}.ttl", headers=asked).status_code == 304
    before = datetime.now(UTC).replace(microsecond=0)
    lived.rename(CAFE, "Language café")
    new = parsedate_to_datetime(lived.client.get(f"{path}.ttl").headers["Last-Modified"])
    assert new >= before
    page = lived.client.get(path, headers={"Accept": "text/html"}).headers["Last-Modified"]
    assert parsedate_to_datetime(page) >= before


def test_a_list_leads_to_the_records_on_it(client: FlaskClient) -> None:
    found = find_signposting_http_link(client.get("/guides").headers.getlist("Link"), f"{PUBLIC}/guides")
    assert len(found.items) == 24
    assert all(str(link.target).startswith(f"{PUBLIC}/doc/guide/") for link in found.items)
