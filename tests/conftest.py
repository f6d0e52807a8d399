"""What every test may use: the folders of the knowledge, and how to tell a missing one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def knowledge() -> Path:
    """The checkout, which holds `ontology/`, `shapes/` and `data/`."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test suites that stands beside the checkout in CI; a user's machine does not have it."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have the shared test suites beside the checkout")
        pytest.skip("the shared test suites are not on this machine")
    return SHARED
