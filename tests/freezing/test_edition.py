"""The edition as files: whole, at home in any folder, and the same data as the site's."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from libri_graph.changes.house import House
from libri_graph.errors import EditionRefused
from libri_graph.ingest.knowledge import import_sources
from libri_graph.ingest.whole import graphs_of
from libri_graph.instance import Instance, write_instance
from libri_graph.store.generations import Generations
from server.app import create_app
from server.current import CurrentStore
from server.freezing import folder, inventory, workers
from server.freezing.edition import created, expiry
from server.freezing.freeze import Wish, freeze
from server.freezing.places import Address
from server.freezing.workers import Desk, Order
from server.page_queries import Found
from tests.freezing.conftest import LANGUAGES, Edition

pytestmark = pytest.mark.timeout(600)
FORMS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
}
LINK = re.compile(r'\b(?:href|src|action|data-land)="([^"]*)"')


def pages(edition: Edition) -> Iterator[tuple[str, str]]:
    for path in sorted(edition.folder.rglob("*.html")):
        yield path.relative_to(edition.folder).as_posix(), path.read_text(encoding="utf-8")


def test_every_link_leads_to_a_file(edition: Edition) -> None:
    assert edition.found.broken == ()
    broken, seen = set(), 0
    for name, text in pages(edition):
        for link in map(unescape, LINK.findall(re.sub(r"(?s)<script[^>]*>.*?</script>", "", text))):
            place = urlsplit(link)
            if place.scheme or place.netloc or not place.path:
                continue
            seen += 1
            target = (edition.folder / name).parent / unquote(place.path)
            if not (target / "index.html" if place.path.endswith("/") else target).resolve().is_file():
                broken.add((name, link))
    assert seen > 10_000
    assert broken == set()


def test_no_link_begins_at_the_root_of_the_host(edition: Edition) -> None:
    absolute = {(name, link) for name, text in pages(edition) for link in LINK.findall(text) if link.startswith("/")}
    assert absolute == set()


def test_pages_say_their_language_direction_and_twins(edition: Edition) -> None:
    for language, direction, place in [("en", "ltr", ""), ("ar", "rtl", "ar/")]:
        text = (edition.folder / place / "doc/practice/ask-staff-and-write-faq/index.html").read_text(encoding="utf-8")
        own = f"{edition.address}{place}doc/practice/ask-staff-and-write-faq/"
        assert f'<html lang="{language}" dir="{direction}">' in text
        assert f'<link rel="canonical" href="{own}">' in text
        for other in LANGUAGES:
            there = edition.address + ("" if other == "en" else f"{other}/") + "doc/practice/ask-staff-and-write-faq/"
            assert f'hreflang="{other}" href="{there}"' in text
        assert 'rel="cite-as" href="https://w3id.org/libri/id/practice/ask-staff-and-write-faq"' in text


def test_forms_are_those_of_the_live_site(edition: Edition) -> None:
    app = create_app(edition.settings, CurrentStore(edition.settings.data_dir), _none, edition.address)
    client = app.test_client()
    for address in ["doc/practice/ask-staff-and-write-faq", "concept/service-types", "country/LVA", "graph/libri"]:
        graphs = set()
        for suffix, form in FORMS.items():
            frozen = (edition.folder / f"{address}.{suffix}").read_bytes()
            assert frozen == client.get(f"/{address}.{suffix}").data
            graphs.add(_canonical(_without_context(frozen, edition) if suffix == "jsonld" else frozen, form))
        assert len(graphs) == 1


def test_checksums_hold(edition: Edition) -> None:
    lines = (edition.folder / folder.SUMS).read_text(encoding="utf-8").splitlines()
    told = dict(reversed(line.split("  ", 1)) for line in lines)
    found = {path.relative_to(edition.folder).as_posix() for path in edition.folder.rglob("*") if path.is_file()}
    assert set(told) == found - {folder.SUMS}
    assert len(told) == edition.found.measure.files - 1
    for name, checksum in told.items():
        assert hashlib.sha256((edition.folder / name).read_bytes()).hexdigest() == checksum, name


def test_it_says_what_it_is_and_how_to_bring_it_back(edition: Edition) -> None:
    note = json.loads((edition.folder / folder.NOTE).read_text(encoding="utf-8"))
    text = (edition.folder / "README.txt").read_text(encoding="utf-8")
    assert note["generation"] == edition.found.generation
    assert note["languages"] == list(LANGUAGES)
    assert f"State {edition.found.generation} of the data" in text


def test_the_files_bring_everything_back_as_one_change(edition: Edition, knowledge: Path, tmp_path: Path) -> None:
    text = (edition.folder / "README.txt").read_text(encoding="utf-8")
    (file,) = re.findall(r"libri load (dumps/\S+)", text)
    write_instance(tmp_path, Instance(knowledge=False))
    house = House.of(tmp_path, keep=1, shapes=knowledge / "shapes")
    with graphs_of(edition.folder / file) as sources:
        imported = import_sources(house, sources)
    assert {"ontology", "shapes", "libri", "draft-translations"} < set(imported.replaced)
    there, here = (set(Generations(folder).open_current().raw) for folder in (edition.settings.data_dir, tmp_path))
    assert len(there) > 10_000
    assert here == there


def test_things_and_data_without_a_suffix_have_a_place(edition: Edition) -> None:
    thing = (edition.folder / "id/practice/ask-staff-and-write-faq/index.html").read_text(encoding="utf-8")
    assert 'url=../../../doc/practice/ask-staff-and-write-faq/"' in thing
    for name in ["void.ttl", "context/1.jsonld", "api/practices.json", "api/practices/ask-staff-and-write-faq.json"]:
        assert (edition.folder / name).is_file(), name
    listed = json.loads((edition.folder / "api/practices.json").read_text(encoding="utf-8"))
    assert listed["total"] == len(listed["items"]) == 1


def test_the_same_data_give_the_same_bytes(edition: Edition, tmp_path: Path) -> None:
    data = inventory.data_addresses(workers.site(edition.settings, edition.address))
    number = edition.found.generation
    desk = Desk(Order(edition.settings, edition.address, number, LANGUAGES, False, data, tmp_path))
    paths = ("/", "/void", "/catalog", "/sitemap-1.xml", "/initiatives", "/doc/practice/ask-staff-and-write-faq")
    told = desk.render([Address(path) for path in (*paths, "/api/practices", "/map.geojson", "/catalog.jsonld")])
    told.add(desk.companions(""))
    told.add(desk.companions("initiatives"))
    assert len(told.files) > 100
    other = {name for name in told.files if (tmp_path / name).read_bytes() != (edition.folder / name).read_bytes()}
    assert other == set()


def test_whom_to_tell_of_a_hole_changes_once_in_half_a_year_and_never_has_run_out(edition: Edition) -> None:
    published = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    days = [published + timedelta(days=number) for number in range(-2, 720)]
    told = [expiry(published, day) for day in days]
    assert len(set(told)) == 5
    assert min(until - day for until, day in zip(told, days, strict=True)) > timedelta(days=89)
    assert max(until - day for until, day in zip(told, days, strict=True)) < timedelta(days=271)
    site = workers.site(replace(edition.settings, contact="mailto:a@example.org"), edition.address)
    answer = site.test_client().get("/.well-known/security.txt").text
    with site.test_request_context("/"):
        until = expiry(datetime.fromisoformat(created()), datetime.now(UTC))
    assert f"Expires: {until:%Y-%m-%d}T00:00:00Z\n" in answer


def test_nothing_names_an_endpoint_that_is_not_there(edition: Edition) -> None:
    for name in ("void.ttl", "catalog.ttl", "catalog.jsonld", "catalog/index.html"):
        text = (edition.folder / name).read_text(encoding="utf-8")
        assert "void" in text or "dcat" in text
        assert re.findall(rf"{edition.address}(?:sparql|graphs)\b(?!/)|sparqlEndpoint|DataService", text) == [], name


def test_addresses_that_things_and_data_name_have_a_place(edition: Edition) -> None:
    for name in ("ontology/0.1.0", "ontology/core", "graph/ontology", "graph/shapes", "shapes", "void", "dataset"):
        found = [f"{name}{end}" for end in ("/index.html", ".ttl") if (edition.folder / f"{name}{end}").is_file()]
        assert found, name
    for view in ("resource/iri", "naming"):
        assert list((edition.folder / view).rglob("index.html")), view


def test_something_else_is_never_written_over(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(EditionRefused):
        freeze(edition.settings, tmp_path, Wish(edition.address), lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "site"

    def fail() -> None:
        with folder.fresh(target) as root:
            folder.write(root, "a/b.txt", b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def _canonical(body: bytes, form: RdfFormat) -> str:
    found = Dataset(quad for quad in parse(body, format=form, base_iri="https://example.org/"))
    triples = Dataset(type(quad)(quad.subject, quad.predicate, quad.object) for quad in found)
    triples.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return "\n".join(sorted(map(str, triples)))


def _without_context(body: bytes, edition: Edition) -> bytes:
    """Return JSON-LD with the context that the edition holds in place of its address."""
    document = json.loads(body)
    context = json.loads((edition.folder / "context/1.jsonld").read_text(encoding="utf-8"))
    assert document["@context"] == f"{edition.address}context/1.jsonld"
    return json.dumps({**document, "@context": context["@context"]}).encode()


def _none(_query: str, _generation: int | None, _client: str) -> Found:
    raise NotImplementedError
