"""How the processes of a run share the tests out: by file, and by folder where one server serves its files."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = ("tests/freezing/", "tests/http/")
"""Folders whose files share what takes long to make, so that one process should run them all."""


class ByFile(LoadScopeScheduling):
    """Gives a process one file after another, in the order of collection: what a module makes is made once."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((folder for folder in TOGETHER if nodeid.startswith(folder)), None)
        return folder or nodeid.split("::", 1)[0]
