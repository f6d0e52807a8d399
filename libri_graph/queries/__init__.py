"""Our own SPARQL, one question a file, in a folder for each subject; here they are only read."""

from __future__ import annotations

from importlib.resources import files

from libri_graph.errors import ResourceNotFound


def text(name: str) -> str:
    """Return the query `name` (``folder/file`` without ``.rq``) as it stands in its file.

    Raises `ResourceNotFound` where there is no such file.
    """
    found = files(__package__).joinpath(f"{name}.rq")
    if not found.is_file():
        raise ResourceNotFound(f"there is no query named {name}")
    return found.read_text(encoding="utf-8")
