"""The few forms of SPARQL text that shapes are compiled into.

Everything that is asked about a bound node is a nested EXISTS and never a join: Oxigraph evaluates a join or a
sequence path inside NOT EXISTS as a near-cross-product (measured: 37 s against 0.1 s over 200,000 triples).
Every comparison that can fail on the wrong kind of term stands in COALESCE: an error is a fault, not a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from pyoxigraph import BlankNode

from libri_graph.validation.paths import Alternative, Inverse, Path, Predicate, Sequence
from libri_graph.validation.shapes_graph import Term


class NotCompiled(Exception):
    """This constraint has no SPARQL form here; says why. It is no error: the other engine checks it."""


class Variables:
    """An endless supply of variables that nobody has used yet."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self) -> str:
        """Return a new variable, with its question mark."""
        return f"?v{next(self._numbers)}"


def written(value: Term) -> str:
    """Return a term as SPARQL writes it. Raises `NotCompiled` for a blank node, which no query can name."""
    if isinstance(value, BlankNode):
        raise NotCompiled("a blank node cannot be named in a query")
    return str(value)


def safely(expression: str) -> str:
    """Return an expression that is false where `expression` fails."""
    return f"COALESCE({expression}, false)"


def either(expressions: Iterable[str]) -> str:
    """Return the disjunction of `expressions`; false for none."""
    return f"({' || '.join(found)})" if (found := list(expressions)) else "false"


def both(expressions: Iterable[str]) -> str:
    """Return the conjunction of `expressions`; true for none."""
    return f"({' && '.join(found)})" if (found := list(expressions)) else "true"


def match(path: Path, start: str, end: str, variables: Variables) -> str:
    """Return triple patterns that join `start` with `end` over `path`."""
    if isinstance(path, Predicate):
        return f"{start} {path} {end} ."
    if isinstance(path, Inverse) and isinstance(path.path, Predicate):
        return f"{end} {path.path} {start} ."
    if isinstance(path, Sequence):
        stops = [start, *(variables.fresh() for _ in path.paths[1:]), end]
        steps = zip(path.paths, stops, stops[1:], strict=False)
        return " ".join(match(step, one, other, variables) for step, one, other in steps)
    return f"{start} {path} {end} ."


def exists(path: Path, start: str, end: str, condition: str, variables: Variables) -> str:
    """Return an expression: `condition` holds for some node `end` that `path` leads to from `start`."""
    if isinstance(path, Sequence):
        return _exists_in_turn(path.paths, start, end, condition, variables)
    if isinstance(path, Alternative):
        return either(exists(part, start, end, condition, variables) for part in path.paths)
    kept = "" if condition == "true" else f" FILTER({condition})"
    return f"EXISTS {{ {match(path, start, end, variables)}{kept} }}"


def _exists_in_turn(steps: tuple[Path, ...], start: str, end: str, condition: str, variables: Variables) -> str:
    first, *rest = steps
    if not rest:
        return exists(first, start, end, condition, variables)
    stop = variables.fresh()
    return exists(first, start, stop, _exists_in_turn(tuple(rest), stop, end, condition, variables), variables)


def at_least(number: int, path: Path, start: str, condition: Callable[[str], str], variables: Variables) -> str:
    """Return an expression: at least one, or two different, nodes at the end of `path` satisfy `condition`.

    Raises `NotCompiled` for three and more: searching combinations is what counting is for.
    """
    if number < 1:
        return "true"
    if number > 2:
        raise NotCompiled("counting to three inside another shape")
    one, two = variables.fresh(), variables.fresh()
    if number == 1:
        return exists(path, start, one, condition(one), variables)
    another = exists(path, start, two, both([f"!sameTerm({one}, {two})", condition(two)]), variables)
    return exists(path, start, one, both([condition(one), another]), variables)
