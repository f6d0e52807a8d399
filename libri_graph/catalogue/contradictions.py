"""Where sources disagree: what each of them says, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import drafts_of, name_of, own_title, read, text_of
from libri_graph.languages import Text, best_text
from libri_graph.model.reading import ReadText, Thing
from libri_graph.namespaces import compact
from libri_graph.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says, or several that say the same."""

    iri: str
    text: ReadText
    sources: tuple[str, ...]
    """Addresses of pages."""
    dates: tuple[str, ...]
    grades: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question, and the claims about it."""

    thing: Thing
    advice: ReadText | None
    """What we make of it."""
    claims: tuple[Claim, ...]


def about(store: Store, iri: str, languages: Sequence[str]) -> tuple[Disagreement, ...]:
    """Return the questions about `iri` on which sources disagree, by IRI. Two queries whatever their number."""
    return _read(store, NamedNode(iri), None, languages)


def one(store: Store, iri: str, languages: Sequence[str]) -> Disagreement | None:
    """Return the contradiction `iri` with its claims; `None` where it is about nothing. Two queries."""
    return next(iter(_read(store, None, NamedNode(iri), languages)), None)


Said = Mapping[str, Mapping[Literal | NamedNode, list[Text]]]
"""Prefixed predicate -> values, and the labels of each."""


def _read(
    store: Store, subject: NamedNode | None, contradiction: NamedNode | None, languages: Sequence[str]
) -> tuple[Disagreement, ...]:
    found: dict[str, dict[str, dict[str, dict[Literal | NamedNode, list[Text]]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(dict))
    )
    for row in store.select("contradiction/claims", about=subject, contradiction=contradiction):
        whole, predicate, value = row["contradiction"], row["predicate"], row["value"]
        if isinstance(whole, NamedNode) and isinstance(predicate, NamedNode) and isinstance(value, Literal | NamedNode):
            part = row.get("claim") or whole
            said = found[whole.value][part.value if isinstance(part, NamedNode) else whole.value]
            labels, label = said[compact(predicate.value)].setdefault(value, []), row.get("label")
            labels += [text_of(label)] if isinstance(label, Literal) else []
    things = [NamedNode(iri) for parts in found.values() for iri in parts]
    drafts = drafts_of(store, things, languages[0]) if things else {}
    return tuple(_disagreement(iri, parts, drafts, languages) for iri, parts in found.items())


def _disagreement(
    iri: str, parts: Mapping[str, Said], drafts: Mapping[str, frozenset[Text]], languages: Sequence[str]
) -> Disagreement:
    mine, made = parts.get(iri, {}), drafts.get(iri, frozenset())
    labels = _texts(mine, "skos:prefLabel")
    title = own_title(labels, languages, made)
    label = read(title, languages, made) if title else name_of(iri, (), languages)
    claims = (
        _claim(part, said, drafts.get(part, frozenset()), languages) for part, said in parts.items() if part != iri
    )
    return Disagreement(Thing(iri, label), _best(mine, "libri:advice", languages, made), tuple(claims))


def _claim(iri: str, said: Said, drafts: frozenset[Text], languages: Sequence[str]) -> Claim:
    return Claim(
        iri,
        _best(said, "libri:statedValue", languages, drafts) or name_of(iri, (), languages),
        tuple(value.value for value in said.get("dcterms:source", {})),
        tuple(value.value for value in said.get("dcterms:date", {})),
        tuple(
            Thing(value.value, name_of(value.value, labels, languages))
            for value, labels in said.get("libri:evidenceGrade", {}).items()
        ),
    )


def _texts(said: Said, name: str) -> list[Text]:
    return [text_of(value) for value in said.get(name, {}) if isinstance(value, Literal)]


def _best(said: Said, name: str, languages: Sequence[str], drafts: frozenset[Text]) -> ReadText | None:
    known = _texts(said, name)
    found = best_text(known, languages)
    return read(found, languages, drafts) if found else None
