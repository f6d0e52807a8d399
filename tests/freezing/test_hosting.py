"""The rules for hosts, kept by an nginx and an Apache where there are any."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from server.freezing import hosting
from server.freezing.rendering import Moved
from tests.freezing.conftest import Edition
from tests.w3c.server import free_port

pytestmark = pytest.mark.timeout(600)
PRACTICE = "practice/ask-staff-and-write-faq"
MOVED = [Moved("/doc/practice/ask", 308, f"doc/{PRACTICE}/"), Moved("/doc/guide/lost", 410)]


@pytest.fixture(scope="module", params=["nginx", "apache2"])
def host(
    request: pytest.FixtureRequest, edition: Edition, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    program = shutil.which(request.param)
    if program is None:
        pytest.skip(f"there is no {request.param} here (apt-get install nginx apache2-bin), so its rules are not tried")
    room, port = tmp_path_factory.mktemp(request.param), free_port()
    command = {"nginx": _nginx, "apache2": _apache}[request.param](edition, room, port)
    server = subprocess.Popen([program, *command])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            _wait(client, server, room)
            yield client
    finally:
        server.terminate()
        server.wait(timeout=10)


def _nginx(edition: Edition, room: Path, port: int) -> list[str]:
    """Write what an operator would, with the rules of the edition; return the arguments."""
    rules = (edition.folder / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    rules = rules.replace("root ROOT", f"root {edition.folder}").replace("HOST:PORT", f"127.0.0.1:{port}")
    (room / "site.conf").write_text(rules, encoding="utf-8")
    folders = " ".join(
        f"{name}_temp_path {room}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (room / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {room}/pid; error_log {room}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {folders} include {room}/site.conf; }}\n",
        encoding="utf-8",
    )
    return ["-e", f"{room}/error.log", "-p", str(room), "-c", str(room / "nginx.conf")]


def _apache(edition: Edition, room: Path, port: int) -> list[str]:
    """Write what an operator would; the rules are those of the edition's own `.htaccess`. Return the arguments."""
    modules = Path("/usr/lib/apache2/modules")
    loaded = "".join(
        f"LoadModule {name}_module {modules}/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "dir", "mime", "headers", "rewrite")
    )
    (room / "apache.conf").write_text(
        f"ServerName 127.0.0.1\nListen 127.0.0.1:{port}\nPidFile {room}/pid\nErrorLog {room}/error.log\n"
        f"Mutex default:{room}\n{loaded}TypesConfig /dev/null\nDocumentRoot {edition.folder}\n"
        f"<Directory {edition.folder}>\nAllowOverride FileInfo Indexes\nRequire all granted\n</Directory>\n",
        encoding="utf-8",
    )
    return ["-d", str(room), "-f", str(room / "apache.conf"), "-DFOREGROUND"]


def _wait(client: httpx.Client, server: subprocess.Popen[bytes], room: Path) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            client.get("/README.txt")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail((room / "error.log").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        ("text/html", f"/doc/{PRACTICE}/"),
        ("*/*", f"/doc/{PRACTICE}/"),
        ("text/turtle", f"/doc/{PRACTICE}.ttl"),
        ("text/turtle, */*;q=0.1", f"/doc/{PRACTICE}.ttl"),
        ("application/ld+json, text/turtle;q=0.5", f"/doc/{PRACTICE}.jsonld"),
        ("application/rdf+xml;q=0.4, */*;q=0.1", f"/doc/{PRACTICE}.rdf"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", f"/doc/{PRACTICE}/"),
    ],
)
def test_a_thing_leads_to_the_form_that_is_asked_for(host: httpx.Client, accept: str, place: str) -> None:
    answer = host.get(f"/id/{PRACTICE}", headers={"Accept": accept})
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, place)
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("application/trig", "application/trig; charset=utf-8"),
    ],
)
def test_a_description_comes_in_the_form_that_is_asked_for(host: httpx.Client, accept: str, media_type: str) -> None:
    answer = host.get(f"/doc/{PRACTICE}", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["ETag"]


def test_what_cannot_be_had_is_406_with_a_list(host: httpx.Client) -> None:
    for place in (f"/id/{PRACTICE}", f"/doc/{PRACTICE}"):
        answer = host.get(place, headers={"Accept": "image/png"})
        assert answer.status_code == 406
        assert answer.headers["Vary"] == "Accept"
        assert "text/turtle" in answer.text
    assert host.get(f"/doc/{PRACTICE}.ttl", headers={"Accept": "image/png"}).status_code == 200


def test_other_addresses_answer_as_on_the_live_site(host: httpx.Client) -> None:
    assert host.get("/void").headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert host.get("/api/practices").json()["total"] == 1
    assert host.get("/initiatives").status_code == host.get("/ar/initiatives/").status_code == 200
    assert host.get("/", headers={"Accept-Language": "ar"}).headers["Location"].endswith("/ar/")
    for place, end in (("/.well-known/void", "/void.ttl"), ("/dataset", "/catalog/")):
        answer = host.get(place)
        assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, end)
    assert host.get("/", headers={"Accept-Language": "en"}).status_code == 200
    assert host.get("/doc/guide/never").status_code == 404


@pytest.mark.parametrize("place", ["/doc/practice/ask", "/doc/practice/ask/", "/id/practice/ask"])
def test_a_merged_thing_sends_on_to_the_form_that_is_asked_for(host: httpx.Client, place: str) -> None:
    answer = host.get(place)
    assert answer.status_code == 308
    assert urlsplit(answer.headers["Location"]).path == f"/{place.split('/')[1]}/{PRACTICE}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for media_type in ("text/html", "text/turtle"):
        followed = host.get(place, headers={"Accept": media_type}, follow_redirects=True)
        assert (followed.status_code, followed.headers["Content-Type"]) == (200, f"{media_type}; charset=utf-8")


@pytest.mark.parametrize("place", ["/doc/guide/lost", "/doc/guide/lost/", "/id/guide/lost"])
def test_a_thing_that_is_gone_is_410_and_says_so(host: httpx.Client, place: str) -> None:
    answer = host.get(place, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (410, "text/html; charset=utf-8")
    assert "Lost" in answer.text


def test_merged_and_gone_things_are_told_to_hosts_that_cannot_negotiate(edition: Edition) -> None:
    assert "/doc/practice/ask /doc/practice/ask-staff-and-write-faq/ 301" in hosting.redirects(MOVED)
    told = json.loads((edition.folder / "hosting" / "object-storage.json").read_text(encoding="utf-8"))
    assert {"KeyPrefixEquals": "doc/practice/ask"} in [rule["Condition"] for rule in told["RoutingRules"]]
