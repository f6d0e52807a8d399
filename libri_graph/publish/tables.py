"""A list as a table for spreadsheet programs and its description. Source: CSV on the Web (W3C, 2015)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from libri_graph.languages import Text, best_text
from libri_graph.model.listing import Named, PreparedCard, PreparedText
from libri_graph.namespaces import compact, term
from libri_graph.publish.levels import Kind, Level, Member, Shape
from libri_graph.workers.spreadsheet import harmless

BETWEEN: Final = "|"
"""Stands between the values of one cell."""
LABELS: Final = "Label"
"""Ends the name of the column of names beside a column of IRIs."""

EVIDENCE: Final = compact(term("libri:evidencedBy").value)
PLAIN: Final = (Shape.string, Shape.literal)

Cell = Callable[[PreparedCard], list[str]]


class Table:
    """A list of one kind as rows, in one language."""

    def __init__(self, kind: Kind, page_of: Callable[[str], str], languages: Sequence[str]) -> None:
        self._kind = kind
        self._page_of = page_of
        self._languages = languages
        self._members = [member for member in kind.of(Level.card) if member.shape in (*PLAIN, Shape.thing)]

    def csv(self, cards: Sequence[PreparedCard]) -> str:
        """Return the table with a head; no cell of it is a formula to a spreadsheet program."""
        out = io.StringIO()
        writer = csv.writer(out)
        columns = list(self._columns())
        writer.writerow([name for name, _, _ in columns])
        for card in cards:
            writer.writerow([harmless(BETWEEN.join(cell(card))) for _, cell, _ in columns])
        return out.getvalue()

    def metadata(self, address: str, license_: str) -> dict[str, object]:
        """Return the description of the table at `address`."""
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": self._languages[0]}],
            "url": address,
            "dc:license": {"@id": license_},
            "dialect": {"header": True, "encoding": "utf-8"},
            "tableSchema": {
                "aboutUrl": "{+id}",
                "primaryKey": "id",
                "columns": [{"name": name, "titles": name, **about} for name, _, about in self._columns()],
            },
        }

    def _columns(self) -> Iterator[tuple[str, Cell, dict[str, object]]]:
        """Yield name, content and description of each column."""
        yield "id", lambda card: [card.iri], {"datatype": "anyURI", "suppressOutput": True, "required": True}
        yield "label", self._text("labels"), {"propertyUrl": "skos:prefLabel"}
        yield "labelLanguage", self._language, {"datatype": "language", "suppressOutput": True}
        yield "summary", self._text("summaries"), {"propertyUrl": "dc:abstract"}
        yield "page", lambda card: [self._page_of(card.iri)], {"datatype": "anyURI", "propertyUrl": "foaf:page"}
        for member in self._members:
            if member.field.key not in ("label", "lat", "long", "draftTranslationIn"):
                yield from self._of(member)

    def _of(self, member: Member) -> Iterator[tuple[str, Cell, dict[str, object]]]:
        name, path = compact(member.field.path), member.field.path
        several: dict[str, object] = {"separator": BETWEEN} if member.many else {}
        if member.shape is not Shape.thing:
            yield member.field.key, lambda card: list(card.values.get(name, ())), {"propertyUrl": path, **several}
            return
        about: dict[str, object] = {"propertyUrl": path, "datatype": "anyURI", "valueUrl": f"{{+{member.field.key}}}"}
        facts = _facts(name)
        yield member.field.key, lambda card: [one.iri for one in facts(card)], {**about, **several}
        if name != EVIDENCE:
            labels = {"suppressOutput": True, **several}
            yield member.field.key + LABELS, lambda card: [self._name(one) for one in facts(card)], labels

    def _text(self, name: str) -> Cell:
        def cell(card: PreparedCard) -> list[str]:
            best = self._best(getattr(card, name))
            return [best.text] if best else []

        return cell

    def _language(self, card: PreparedCard) -> list[str]:
        best = self._best(card.labels)
        return [best.language] if best else []

    def _best(self, texts: Sequence[PreparedText]) -> Text | None:
        return best_text((Text(text.text, text.language) for text in texts), self._languages)

    def _name(self, named: Named) -> str:
        best = best_text(named.labels, self._languages)
        return best.text.replace(BETWEEN, "/") if best else ""


def _facts(name: str) -> Callable[[PreparedCard], Sequence[Named]]:
    if name == EVIDENCE:
        return lambda card: [Named(iri) for iri in card.evidence]
    return lambda card: card.facts.get(name, ())
