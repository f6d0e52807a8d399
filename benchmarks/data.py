"""The synthetic data of one run as files, in the forms that the contestants take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import synthetic

SIZES: Final = {"100k": 100_000, "2m": 2_000_000, "5m": 5_000_000}
FOLDER: Final = Path(__file__).parent / ".data"


@dataclass(frozen=True, slots=True)
class Data:
    """About so many triples, and where they lie."""

    folder: Path
    triples: int

    @property
    def sources(self) -> Path:
        """Source folders, as `libri load` takes them."""
        return self.folder / "sources"

    @property
    def quads(self) -> Path:
        """N-Quads, each source in its graph."""
        return self.folder / "synthetic.nq"

    @property
    def view(self) -> Path:
        """N-Triples: what everybody gets who names no source."""
        return self.folder / "view.nt"

    @property
    def initiatives(self) -> int:
        """How many initiatives there are."""
        return synthetic.initiatives_in(self.triples)


def prepared(size: str) -> Data:
    """Return the data of a size, written where it is not yet there."""
    data = Data(FOLDER / size, SIZES[size])
    stamp = data.folder / "written-by"
    author = "\n".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (synthetic,))
    if stamp.exists() and stamp.read_text(encoding="utf-8") == author:
        return data
    for name in synthetic.SOURCES:
        _write_source(data, name)
    with data.quads.open("wb") as target:
        synthetic.write_quads(target, data.triples)
    with data.view.open("w", encoding="utf-8") as target_text:
        for name in synthetic.SOURCES:
            target_text.writelines(f"{triple} .\n" for triple in synthetic.source(name, data.triples))
    stamp.write_text(author, encoding="utf-8")
    return data


def _write_source(data: Data, name: str) -> None:
    folder = data.sources / name
    folder.mkdir(parents=True, exist_ok=True)
    described = [f"{triple} .\n" for triple in synthetic.description(name)]
    (folder / "source.ttl").write_text("".join(described), encoding="utf-8")
    with (folder / "records.nt").open("w", encoding="utf-8") as target:
        for at, triple in enumerate(synthetic.source(name, data.triples)):
            if at >= len(described):
                target.write(f"{triple} .\n")
