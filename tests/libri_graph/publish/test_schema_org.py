"""A record in the words of schema.org: only what schema.org has a word for, in the reader's language."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from libri_graph.model.reading import ReadText, Record, Thing
from libri_graph.publish.schema_org import document

ADDRESS = "http://libri.example.org/doc/x"


def thing(name: str) -> Thing:
    return Thing(f"https://example.org/{name}", ReadText(name.capitalize(), "en"))


def record(*kinds: str, **parts: object) -> Record:
    given: dict[str, object] = {"texts": {}, "all_texts": {}, "things": {}, "values": {}} | parts
    return Record("https://example.org/x", kinds, ReadText("Café", "fr"), **given)


def test_a_kind_without_a_word_gives_nothing() -> None:
    assert document(record("Claim"), ADDRESS) is None


def test_a_practice_is_a_how_to_with_its_method_as_step() -> None:
    texts = {
        "libri:methodDescription": (ReadText("Talk.", "en"),),
        "libri:needDescription": (ReadText("Alone.", "en"),),
    }
    found = document(record("Practice", texts=texts), ADDRESS)
    assert found is not None
    assert (found["@type"], found["description"], found["inLanguage"]) == ("HowTo", "Alone.", "en")
    assert found["step"] == [{"@type": "HowToStep", "text": "Talk."}]
    assert found["mainEntityOfPage"] == ADDRESS


def test_an_initiative_is_a_project_which_has_no_dates_of_an_event() -> None:
    things = {
        "libri:organiser": (thing("library"),),
        "libri:place": (thing("riga"),),
        "libri:need": (thing("a"), thing("b")),
    }
    values = {"schema:startDate": (Literal("2020"),), "libri:startYear": (Literal("2019"),)}
    found = document(record("Initiative", things=things, values=values), ADDRESS)
    assert found is not None
    assert found["parentOrganization"]["name"] == "Library"
    assert [place["name"] for place in found["location"]] == ["Riga"]
    assert [need["name"] for need in found["knowsAbout"]] == ["A", "B"]
    assert "startDate" not in found
    assert found["foundingDate"] == "2019"


@pytest.mark.parametrize(("latitude", "longitude"), [("56.95", "24.1"), ("0", "-3.5")])
def test_a_place_has_its_coordinates_and_its_country(latitude: str, longitude: str) -> None:
    values = {"geo:lat": (Literal(latitude),), "geo:long": (Literal(longitude),)}
    found = document(record("Place", values=values, things={"libri:country": (thing("latvia"),)}), ADDRESS)
    assert found is not None
    assert found["geo"] == {"@type": "GeoCoordinates", "latitude": float(latitude), "longitude": float(longitude)}
    assert found["address"]["addressCountry"] == "Latvia"


def test_the_name_is_not_said_again_as_another_name() -> None:
    found = document(record("Initiative", texts={"libri:gloss": (ReadText("Café", "en"),)}), ADDRESS)
    assert found is not None
    assert "alternateName" not in found
