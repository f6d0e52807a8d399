"""No field changes its kind over all data, and each is what its schema says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient

from libri_graph.publish.levels import Level
from tests.server.api.records import RECORDS

pytestmark = pytest.mark.timeout(300)


def everything(client: FlaskClient, plural: str, level: Level) -> Iterator[dict[str, object]]:
    address = f"/api/{plural}?view={level}&limit={500 if level is Level.card else 50}"
    while address:
        part = client.get(address).get_json()
        yield from part["items"]
        address = part.get("next", "")


def kind_of(value: object) -> str:
    if isinstance(value, list):
        return f"array of {'/'.join(sorted({kind_of(one) for one in value}))}"
    if isinstance(value, dict):
        return "literal" if "@value" in value else "thing" if "id" in value else f"map of {kind_of([*value.values()])}"
    return type(value).__name__


@pytest.mark.parametrize("level", [Level.card, Level.full])
def test_no_field_changes_between_array_and_value_over_all_data(app: Flask, level: Level) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    count = 0
    for plural in RECORDS:
        for record in everything(app.test_client(), plural, level):
            count += 1
            for key, value in record.items():
                seen[key].add(kind_of(value))
    assert count > 1000
    empty = {"array of ", "map of array of "}
    assert {key: kinds for key, kinds in seen.items() if len(kinds - empty) > 1} == {}


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("plural", RECORDS)
def test_every_record_is_what_its_schema_says_and_has_no_key_that_it_does_not_name(
    client: FlaskClient, plural: str, level: Level
) -> None:
    slug = {"strategies": "strategy"}.get(plural, plural[:-1])
    schema = client.get(f"/api/schema/{slug}/{level}/1.json").get_json()
    validator = jsonschema_rs.validator_for({**schema, "additionalProperties": False})
    if level is Level.page:
        records = [client.get(f"/api/{plural}/{RECORDS[plural]}").get_json()]
    else:
        records = list(everything(client, plural, level))
    assert records
    faults = {str(record["id"]): fault.message for record in records for fault in validator.iter_errors(record)}
    assert faults == {}
