"""Run compiled shapes over a store, hand what has no query to the other engine, and gather one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from libri_graph.validation import fallback, screens, sparql
from libri_graph.validation.compile import Check, Compiled, Left, Question, compile_shapes
from libri_graph.validation.literals import Spelling
from libri_graph.validation.paths import Path, Predicate
from libri_graph.validation.results import Result, ValidationReport
from libri_graph.validation.screens import Screen
from libri_graph.validation.shapes import VIOLATION, Shape, Shapes
from libri_graph.validation.shapes_graph import Term

SHOWS_ALL_VALUES = frozenset({"maxCount", "uniqueLang"})
"""Constraints on the set of values: SHACL names none, but a reader wants to see them."""

MOST_NAMED = 500
"""Focus nodes that are worth naming in every query; of more, asking for all is quicker."""


@dataclass(frozen=True, slots=True)
class Validator:
    """Shapes made ready to run; keep it when more than one change is validated."""

    shapes: Shapes
    compiled: Compiled
    screens: tuple[Screen, ...]

    @staticmethod
    def of(shapes: Shapes) -> Validator:
        """Return a validator for `shapes`. Raises `ShapeInvalid` for a query that SHACL does not allow."""
        compiled = compile_shapes(shapes)
        return Validator(shapes, compiled, screens.of(compiled.checks, compiled.targets))

    def validate(
        self,
        store: Store,
        focus_nodes: Collection[Term] | None = None,
        written: Iterable[Triple | Quad] = (),
        slice_: Collection[Triple] | None = None,
        *,
        only_violations: bool = False,
    ) -> ValidationReport:
        """Return the report on the default graph of `store`, or on some `focus_nodes` of it.

        `written` is what the parser gave, where it is at hand: Oxigraph rewrites some literals (`literals` tells
        which), and with it they are reported, and judged by pySHACL, as they were written. `slice_` is what decides
        about `focus_nodes`, where it is known, so that pySHACL need not be given the whole graph. With
        `only_violations`, what is merely advised may be left out.
        Raises `ValueError` for an empty set of focus nodes: nothing checked is not the same as nothing wrong.
        """
        if focus_nodes is not None and not focus_nodes:
            raise ValueError("no focus nodes to validate")
        run = _Run(self, store, focus_nodes, slice_, only_violations)
        spelling = Spelling(written, self._constants())
        results = [*run.checks(), *run.questions(), *run.left(spelling)]
        return ValidationReport.of(self._named(spelling.result(result)) for result in results)

    def _named(self, result: Result) -> Result:
        """Return a result that names its field, by another shape of the same path where its own does not."""
        return result if result.names else replace(result, names=self.shapes.names_of(result.path))

    def _constants(self) -> list[Literal]:
        values = (target.value for shape in self.shapes.targeted for target in shape.targets)
        return [value for value in values if isinstance(value, Literal)]


class _Run:
    """One validation: knows which targets each shape has in this store."""

    def __init__(
        self,
        validator: Validator,
        store: Store,
        focus_nodes: Collection[Term] | None,
        slice_: Collection[Triple] | None,
        only_violations: bool,
    ) -> None:
        self._slice = slice_
        self._compiled, self._shapes, self._store = validator.compiled, validator.shapes, store
        self._screens = validator.screens
        self._only_violations = only_violations
        self._only = None if focus_nodes is None else frozenset(focus_nodes)
        self._named = self._only is not None and len(self._only) <= MOST_NAMED and not _has_blank(self._only)
        """Whether the wanted nodes are written into the queries; if not, all are found and the others dropped."""
        self._roots: dict[Term, frozenset[Term]] = {}
        self._some: dict[Term, bool] = {}

    def _targets(self, root: Shape) -> frozenset[Term]:
        """Return the targets of `root` that are wanted."""
        if root.node not in self._roots:
            named = _values(self._only) if self._only is not None and self._named else ""
            text = f"SELECT DISTINCT ?root {{ {named} {self._compiled.targets[root.node]} }}"
            found = frozenset(row["root"] for row in _select(self._store, text))
            self._roots[root.node] = found if self._only is None else found & self._only
        return self._roots[root.node]

    def _targeted(self, root: Shape) -> str:
        """Return a pattern for the targets of `root` that are wanted."""
        return _values(self._targets(root)) if self._named else self._compiled.targets[root.node]

    def _reached(self, root: Shape) -> bool:
        """Return whether `root` has targets that are wanted."""
        if root.node not in self._some:
            pattern = self._compiled.targets.get(root.node)
            if pattern is None:
                self._some[root.node] = False
            elif self._only is None:
                self._some[root.node] = _is_any(self._store, f"SELECT ?root {{ {pattern} }} LIMIT 1")
            else:
                self._some[root.node] = bool(self._targets(root))
        return self._some[root.node]

    def _is_wanted(self, root: Shape, node: Term) -> bool:
        return self._only is None or node in self._targets(root)

    def _matters(self, shape: Shape) -> bool:
        return shape.severity == VIOLATION or not self._only_violations

    def checks(self) -> Iterator[Result]:
        checks = self._compiled.checks
        wanted = {n for n, check in enumerate(checks) if self._matters(check.shape) and self._reached(check.root)}
        for number in sorted(wanted - self._passed_over(wanted)):
            check = checks[number]
            for row in _select(self._store, check.query(self._targeted(check.root))):
                if self._is_wanted(check.root, row["root"]):
                    yield self._result(check, row)

    def _passed_over(self, wanted: Collection[int]) -> set[int]:
        """Return the checks that find nothing since nothing in the whole graph could fail them."""
        if self._only is not None:
            return set()
        asked = [screen for screen in self._screens if not screen.checks.isdisjoint(wanted)]
        empty = [screen for screen in asked if not _is_any(self._store, screen.query)]
        return {number for screen in empty for number in screen.checks}

    def _result(self, check: Check, found: Mapping[str, Term]) -> Result:
        shape, path = check.shape, found.get("path")
        beside: tuple[Term, ...] = (found["beside"],) if "beside" in found else ()
        if check.constraint.name in SHOWS_ALL_VALUES and shape.path is not None:
            beside = self._all_values(found["focus"], shape.path, beside)
        return Result(
            focus_node=found["focus"],
            path=Predicate(path) if isinstance(path, NamedNode) else shape.path,
            value=found.get("value"),
            severity=shape.severity,
            source_shape=shape.node,
            component=check.constraint.component,
            messages=shape.messages,
            names=shape.names,
            beside=beside,
        )

    def _all_values(self, focus: Term, path: Path, tag: tuple[Term, ...]) -> tuple[Term, ...]:
        """Return the values at the end of a simple path; for a repeated language, those in it."""
        if not isinstance(path, Predicate) or isinstance(focus, Literal):
            return tag
        values = (quad.object for quad in self._store.quads_for_pattern(focus, path.iri, None, DefaultGraph()))
        tags = {term.value for term in tag if isinstance(term, Literal)}
        kept = (v for v in values if not tags or (isinstance(v, Literal) and v.language in tags))
        return tuple(sorted(kept, key=str))

    def questions(self) -> Iterator[Result]:
        for question in self._compiled.questions:
            if self._matters(question.shape) and self._reached(question.root):
                yield from self._answers(question)

    def _answers(self, question: Question) -> Iterator[Result]:
        """Yield a result for each different row; a query may find the same fault in several ways."""
        asked = self._focus_nodes(question) if self._named else []
        names = [node for node in asked if isinstance(node, NamedNode)]
        text = question.asked.about(names) if self._named and len(names) == len(asked) else question.asked.text
        rows = {tuple(row.values()): row for row in _select(self._store, text)}
        if not rows:
            return
        times = Counter(asked if self._named else self._focus_nodes(question))
        for row in rows.values():
            for _ in range(times[row["this"]]):
                yield _answer(question, row)

    def _focus_nodes(self, question: Question) -> list[Term]:
        """Return the nodes that the question is asked about, once for each way in which a target leads to them."""
        if question.reached.focus == "?root":
            return list(self._targets(question.root))
        targeted, at = self._targeted(question.root), question.reached
        query = f"SELECT DISTINCT ?root ({at.focus} AS ?focus) {{ {{ {targeted} }} {at.pattern} }}"
        return [row["focus"] for row in _select(self._store, query)]

    def left(self, spelling: Spelling) -> Iterator[Result]:
        waiting: list[Left] = [one for one in self._compiled.left if self._only is None or self._may_reach(one)]
        if waiting:
            triples = (spelling.triple(triple) for triple in self._sliced())
            yield from fallback.validate(triples, self._shapes, waiting, self._only)

    def _sliced(self) -> Iterator[Triple]:
        if self._slice is not None:
            yield from self._slice
        else:
            yield from (quad.triple for quad in self._store.quads_for_pattern(None, None, None, DefaultGraph()))

    def _may_reach(self, one: Left) -> bool:
        return one.constraint is None or self._reached(one.root)


def _answer(question: Question, found: Mapping[str, Term]) -> Result:
    shape, path = question.shape, found.get("path")
    messages = sparql.filled(question.asked.messages or shape.messages, found)
    value = found.get("value", found["this"] if shape.path is None else None)
    asked_by = question.asked.node
    return Result(
        focus_node=found["this"],
        path=Predicate(path) if isinstance(path, NamedNode) else shape.path,
        value=value,
        severity=shape.severity,
        source_shape=shape.node,
        component=question.constraint.component,
        messages=messages,
        names=shape.names,
        constraint=None if isinstance(asked_by, Literal | Triple) else asked_by,
    )


def _is_any(store: Store, text: str) -> bool:
    return next(_select(store, text), None) is not None


def _select(store: Store, text: str) -> Iterator[dict[str, Term]]:
    """Yield rows as variable -> term, unbound variables left out."""
    answer = store.query(text)
    if not isinstance(answer, QuerySolutions):
        raise TypeError("a check must be a SELECT query")
    names = [variable.value for variable in answer.variables]
    for row in answer:
        yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def _has_blank(nodes: Iterable[Term]) -> bool:
    return any(isinstance(node, BlankNode) for node in nodes)


def _values(nodes: Iterable[Term]) -> str:
    return f"VALUES ?root {{ {' '.join(str(node) for node in nodes)} }}"
