"""The questions that the vocabulary was built to answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import name_of, text_of
from libri_graph.languages import Text
from libri_graph.model.reading import ReadText
from libri_graph.store.binding import in_language
from libri_graph.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Question:
    """One question, for one group of users."""

    iri: str
    title: ReadText
    group: ReadText
    text: str
    """The query, as it stands in its file."""
    waits: bool
    """Whether today's data cannot answer it yet."""
    purpose: ReadText | None = None
    """What the answer is good for."""

    @property
    def slug(self) -> str:
        """The end of its IRI, as ``cq01``."""
        return self.iri.rsplit("/", 1)[-1]

    def asked_in(self, language: str) -> str:
        """Return the query with the question in the reader's words as its first line, and texts in `language`."""
        return in_language(self.text.replace(self.text.partition("\n")[0], f"# {self.title.text}", 1), language)


def all_of(store: Store, languages: Sequence[str], folder: Path) -> list[Question]:
    """Return the questions in the order of their numbers, with their queries out of `folder`."""
    titles: dict[str, list[Text]] = defaultdict(list)
    groups: dict[str, list[Text]] = defaultdict(list)
    purposes: dict[str, list[Text]] = defaultdict(list)
    files: dict[str, tuple[str, bool]] = {}
    for row in store.select("question/all"):
        question, title, group, file = row["question"], row["title"], row["group"], row["file"]
        assert isinstance(question, NamedNode)  # noqa: S101  # questions have IRIs
        assert isinstance(title, Literal)  # noqa: S101  # the shapes of questions demand it
        assert isinstance(group, Literal)  # noqa: S101  # the shapes of questions demand it
        titles[question.value].append(text_of(title))
        groups[question.value].append(text_of(group))
        if isinstance(purpose := row.get("purpose"), Literal):
            purposes[question.value].append(text_of(purpose))
        files[question.value] = (str(getattr(file, "value", "")), "waits" in str(row.get("answerability", "")))
    return [
        Question(
            iri,
            name_of(iri, titles[iri], languages),
            name_of(iri, groups[iri], languages),
            _read(folder / file),
            waits,
            name_of(iri, purposes[iri], languages) if purposes[iri] else None,
        )
        for iri, (file, waits) in sorted(files.items())
    ]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
