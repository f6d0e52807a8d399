"""Where the text index of a generation lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from libri_graph.index.text import lexicon

EDITION: Final = f"1.{lexicon.VERSION}"
"""Of fields, analysis and word lists; an index of another edition is made anew."""


def folder(index_folder: Path, epoch: str, generation: int) -> Path:
    """Return where the text index of a generation lies below the folder of the side index."""
    words = "-".join(lexicon.lexicon().languages) or "none"
    return index_folder / "text" / f"{epoch}-{generation}-{EDITION}-{words}"


def is_there(index_folder: Path, epoch: str, generation: int) -> bool:
    """Return whether the text index of a generation is made."""
    return (folder(index_folder, epoch, generation) / "meta.json").is_file()
