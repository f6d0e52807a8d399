"""The error of a write that breaks rules, apart from the rules: who only catches it need not import them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libri_graph.errors import ValidationFailed

if TYPE_CHECKING:
    import pyoxigraph

    from libri_graph.validation import ValidationReport


class RulesBroken(ValidationFailed):
    """Records break mandatory rules; `report` says which, `named` what the refused state says of the things in it."""

    def __init__(self, report: ValidationReport, named: pyoxigraph.Store) -> None:
        super().__init__("records break mandatory rules, so nothing was published")
        self.report = report
        self.named = named
