"""Who takes part in a project, by role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import drafts_of, name_of, read, text_of
from libri_graph.languages import Text, best_text
from libri_graph.model.reading import ReadText, Thing
from libri_graph.namespaces import compact
from libri_graph.store.protocol import Store

ORDER: Final = ("coordinator", "partner", "funder", "associated")
"""Roles that come first, by the end of their IRI; the others follow by name."""


@dataclass(frozen=True, slots=True)
class Member:
    """One that takes part."""

    thing: Thing
    countries: tuple[Thing, ...]
    part: ReadText | None
    """What it does there."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role, and who plays it, by country and name."""

    thing: Thing
    members: tuple[Member, ...]


def by_role(store: Store, iri: str, languages: Sequence[str]) -> tuple[Role, ...]:
    """Return who takes part in the project `iri`. Two queries whatever their number."""
    found: dict[str, dict[str, dict[NamedNode | Literal, list[Text]]]] = defaultdict(lambda: defaultdict(dict))
    for row in store.select("membership/by_role", iri=NamedNode(iri)):
        node, predicate, value, label = row["membership"], row["predicate"], row["value"], row.get("label")
        if isinstance(predicate, NamedNode) and isinstance(value, NamedNode | Literal):
            labels = found[str(getattr(node, "value", ""))][compact(predicate.value)].setdefault(value, [])
            labels += [text_of(label)] if isinstance(label, Literal) else []
    drafts = drafts_of(store, [NamedNode(one) for one in found], languages[0]) if found else {}
    roles: dict[str, Thing] = {}
    members: dict[str, list[Member]] = defaultdict(list)
    for membership, said in found.items():
        part = _part(said.get("dcterms:description", {}), drafts.get(membership, frozenset()), languages)
        countries = _things(said.get("libri:country", {}), languages)
        for role in _things(said.get("org:role", {}), languages):
            roles[role.iri] = role
            for member in _things(said.get("org:member", {}), languages):
                members[role.iri].append(Member(member, countries, part))
    return tuple(Role(role, tuple(sorted(members[role.iri], key=_place))) for role in sorted(roles.values(), key=_rank))


def _things(values: Mapping[NamedNode | Literal, Sequence[Text]], languages: Sequence[str]) -> tuple[Thing, ...]:
    return tuple(Thing(value.value, name_of(value.value, labels, languages)) for value, labels in values.items())


def _part(
    values: Mapping[NamedNode | Literal, object], drafts: frozenset[Text], languages: Sequence[str]
) -> ReadText | None:
    known = [text_of(value) for value in values if isinstance(value, Literal)]
    found = best_text(known, languages)
    return read(found, languages, drafts) if found else None


def _rank(role: Thing) -> tuple[int, str]:
    end = role.iri.rsplit("/", 1)[-1]
    return (ORDER.index(end) if end in ORDER else len(ORDER)), role.label.text.casefold()


def _place(member: Member) -> tuple[str, str]:
    country = member.countries[0].label.text if member.countries else ""
    return country.casefold(), member.thing.label.text.casefold()
