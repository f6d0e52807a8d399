"""What was decided when a data directory was made, and holds for as long as it is used."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """One data directory."""

    knowledge: bool = True
    """Whether it holds the knowledge of the checkout, and follows it at each start."""


def read_instance(data_dir: Path) -> Instance:
    """Return what was decided for `data_dir`; the usual where nothing was."""
    try:
        return Instance(**json.loads((data_dir / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Instance()


def write_instance(data_dir: Path, instance: Instance) -> None:
    """Keep `instance` for `data_dir`, which is made where it is missing."""
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = data_dir / f"{NAME}.new"
    fresh.write_text(json.dumps(asdict(instance)) + "\n", encoding="utf-8")
    fresh.rename(data_dir / NAME)
