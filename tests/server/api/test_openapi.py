"""A foreign witness asks what the OpenAPI document offers, and finds the answers as described."""

from __future__ import annotations

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from libri_graph.index import tables
from libri_graph.index.text import keeping
from libri_graph.store.embedded import EmbeddedStore
from tests.server.api.records import RECORDS

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LISTS = [f"/api/{plural}" for plural in RECORDS]
PATHS = [*LISTS, *(f"{path}/{{slug}}" for path in LISTS), "/api/search"]
EXAMPLES = 10
PLAIN = {"Accept-Encoding": "identity"}
"""In process, its client takes bodies as they come."""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def described(app: Flask, store: EmbeddedStore) -> BaseSchema:
    data_dir = app.extensions["libri"].current.generations.data_dir
    keeping.keep(tables.folder(data_dir), store.raw, "epoch", store.generation)
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_document_says(described: BaseSchema, path: str, mode: GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    def asks(case: Case) -> None:
        case.call_and_validate(checks=CHECKS, headers=PLAIN)

    asks()


@pytest.mark.parametrize("plural", RECORDS)
def test_a_record_that_is_there_is_as_the_document_says(described: BaseSchema, plural: str) -> None:
    for view in ("card", "page", "full"):
        case = described[f"/api/{plural}/{{slug}}"]["GET"].Case(
            path_parameters={"slug": RECORDS[plural]}, query={"view": view}
        )
        case.call_and_validate(checks=CHECKS, headers=PLAIN)
