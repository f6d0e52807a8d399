"""A record of each kind, which the tests of the API look at."""

from __future__ import annotations

from typing import Final

RECORDS: Final = {
    "initiatives": "a-million-stories",
    "organisations": "consorci-biblioteques-barcelona",
    "guides": "mamma-lingua-bibliografia",
    "practices": "ask-first-in-mother-tongue",
    "strategies": "lv-libraries-join-eblida-2022",
    "events": "nordic-baltic-rezekne-2025",
    "contradictions": "strasbourg-countries",
    "platforms": "biblioteki-dla-ukrainy-site",
    "places": "aarhus-dk",
}
"""Plural -> slug of a record that says much."""
