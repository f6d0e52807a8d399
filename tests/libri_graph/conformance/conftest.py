"""The model site, one for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .model_site import Fault, ModelSite


@pytest.fixture(scope="module")
def running() -> Iterator[ModelSite]:
    with ModelSite() as site:
        yield site


@pytest.fixture
def model(running: ModelSite) -> Iterator[ModelSite]:
    yield running
    running.fault = Fault()
