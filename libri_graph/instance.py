"""What was decided when a data directory was made, and holds for as long as it is used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from libri_graph.disk import make_folder, write_whole
from libri_graph.errors import StoreDamaged

NAME = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """One data directory."""

    knowledge: bool = True
    """Whether it holds the knowledge of the checkout, and follows it at each start."""
    plain: bool = False
    """Whether it behaves as a bare SPARQL 1.1 store: no shapes, and a default graph like any other."""


def read_instance(data_dir: Path) -> Instance:
    """Return what was decided for `data_dir`; the usual where nothing was. Raises `StoreDamaged`."""
    try:
        note = json.loads((data_dir / NAME).read_text(encoding="utf-8"))
        seal = note.pop("seal")
        if seal != _seal(note):
            raise StoreDamaged(f"{data_dir / NAME} is not what was written; restore a backup")
        return Instance(**note)
    except FileNotFoundError:
        return Instance()
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise StoreDamaged(f"{data_dir / NAME} cannot be read ({fault}); restore a backup") from fault


def write_instance(data_dir: Path, instance: Instance) -> None:
    """Keep `instance` for `data_dir`, which is made where it is missing."""
    make_folder(data_dir)
    note = asdict(instance)
    write_whole(data_dir / NAME, json.dumps(note | {"seal": _seal(note)}) + "\n")


def _seal(note: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(note, sort_keys=True).encode()).hexdigest()
