"""Where the knowledge lies: `ontology/`, `shapes/` and `data/`, beside the code or inside the wheel."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("ontology", "shapes", "data")


def knowledge_dir() -> Path:
    """Return the folder that holds `ontology/`, `shapes/` and `data/`: the checkout, or the installed copy."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    return checkout if all((checkout / name).is_dir() for name in FOLDERS) else package / "knowledge"
