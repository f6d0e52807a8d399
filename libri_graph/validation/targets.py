"""Which nodes a shape looks at, as a graph pattern that binds ``?root``."""

from __future__ import annotations

from typing import Final

from libri_graph.validation.shapes import Shape, Target
from libri_graph.validation.shapes_graph import SUBCLASS, TYPE
from libri_graph.validation.sparql_text import NotCompiled, written

ROOT: Final = "?root"


def pattern(shape: Shape) -> str:
    """Return a pattern that binds ``?root`` to every target of `shape`; several targets bind a node repeatedly."""
    found = [_pattern(target) for target in shape.targets]
    return found[0] if len(found) == 1 else " UNION ".join(f"{{ {one} }}" for one in found)


def _pattern(target: Target) -> str:
    value = written(target.value)
    match target.kind:
        case "targetClass":
            return f"?target {SUBCLASS}* {value} . {ROOT} {TYPE} ?target ."
        case "targetNode":
            return f"VALUES {ROOT} {{ {value} }}"
        case "targetSubjectsOf":
            return f"{ROOT} {value} [] ."
        case "targetObjectsOf":
            return f"[] {value} {ROOT} ."
    raise NotCompiled("a target that is a query")
