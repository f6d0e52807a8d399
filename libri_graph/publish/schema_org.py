"""A record in the words of schema.org, in one language, as search engines and social sites read it.

Source: schema.org, release 29; terms of ours that it has no word for are left out, never bent to fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from libri_graph.model.reading import Record, Thing

CONTEXT: Final = "https://schema.org"
TYPES: Final = {
    "Initiative": "Project",
    "Partnership": "Project",
    "Practice": "HowTo",
    "Guide": "LearningResource",
    "Strategy": "CreativeWork",
    "Organisation": "Organization",
    "Library": "Library",
    "Event": "Event",
    "Place": "Place",
    "Project": "ResearchProject",
    "Platform": "WebSite",
    "Source": "Dataset",
    "skos:Concept": "DefinedTerm",
    "skos:ConceptScheme": "DefinedTermSet",
}
"""Local name of our class -> theirs."""
WORKS: Final = frozenset({"HowTo", "LearningResource", "CreativeWork", "WebSite", "Dataset"})
DESCRIPTIONS: Final = ("dcterms:description", "libri:needDescription", "skos:definition")
TEXTS: Final = {"libri:acronym": "alternateName", "libri:gloss": "alternateName"}
VALUES: Final = {
    "schema:startDate": "startDate",
    "libri:startYear": "foundingDate",
    "schema:endDate": "endDate",
    "schema:foundingDate": "foundingDate",
    "dcterms:issued": "datePublished",
    "libri:isil": "identifier",
}
LINKS: Final = {"schema:url": "url", "schema:sameAs": "sameAs", "dcterms:license": "license"}
THINGS: Final = {
    "dcterms:publisher": ("publisher", "Organization"),
    "libri:organiser": ("organizer", "Organization"),
    "libri:project": ("isPartOf", "Project"),
    "skos:inScheme": ("inDefinedTermSet", "DefinedTermSet"),
    "libri:serviceType": ("about", "DefinedTerm"),
    "libri:need": ("about", "DefinedTerm"),
    "libri:targetGroup": ("audience", "Audience"),
    "dcterms:audience": ("audience", "Audience"),
}
"""Prefixed predicate -> their property, and the class of what it names."""
AS_PROJECT: Final = {"organizer": "parentOrganization", "about": "knowsAbout", "isPartOf": "parentOrganization"}
"""A project is an organisation to schema.org, and has other properties for the same."""
NOT_OF_PROJECT: Final = frozenset({"startDate", "endDate", "audience"})


def document(record: Record, address: str) -> dict[str, Any] | None:
    """Return `record`, readable at `address`, as a JSON-LD document; `None` for a kind that schema.org has no word for.

    Texts are those that the reader of `record` sees. A property with several values is a list.
    """
    kind = next((TYPES[name] for name in record.kinds if name in TYPES), None)
    if kind is None:
        return None
    found: dict[str, Any] = {"@context": CONTEXT, "@id": record.iri, "@type": kind, "name": record.label.text}
    found["mainEntityOfPage"] = address
    description = next((text for name in DESCRIPTIONS if (text := record.text(name))), None)
    if description:
        found["description"] = description.text
        found |= {"inLanguage": description.tag} if kind in WORKS and description.tag else {}
    if kind == "HowTo" and (method := record.text("libri:methodDescription")):
        found["step"] = [{"@type": "HowToStep", "text": method.text}]
    for name, value in _values(record):
        _add(found, _called(name, kind), value)
    found |= _place(record)
    return found


def _values(record: Record) -> list[tuple[str, Any]]:
    texts = [(theirs, text.text) for ours, theirs in TEXTS.items() for text in record.texts.get(ours, ())]
    plain = [(theirs, value.value) for ours, theirs in VALUES.items() for value in record.values.get(ours, ())]
    links = [(theirs, thing.iri) for ours, theirs in LINKS.items() for thing in record.things.get(ours, ())]
    things = [
        (theirs, _thing(thing, kind))
        for ours, (theirs, kind) in THINGS.items()
        for thing in record.things.get(ours, ())
    ]
    return [*texts, *plain, *links, *things]


def _called(name: str, kind: str) -> str:
    """Return the property that `kind` has for `name`; empty where it has none."""
    if kind not in ("Project", "ResearchProject"):
        return name
    return "" if name in NOT_OF_PROJECT else AS_PROJECT.get(name, name)


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if not name or value == found.get("name"):
        return
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _thing(thing: Thing, kind: str) -> dict[str, str]:
    name = {"audienceType": thing.label.text} if kind == "Audience" else {"name": thing.label.text}
    return {"@type": kind, "@id": thing.iri, **name}


def _place(record: Record) -> Mapping[str, Any]:
    """Return where it is: coordinates of a place, or the place and country that it names."""
    if latitude := record.value("geo:lat"):
        position = {
            "@type": "GeoCoordinates",
            "latitude": float(latitude),
            "longitude": float(record.value("geo:long") or 0),
        }
        return {"geo": position, **_country(record.things.get("libri:country", ()))}
    places: Sequence[Thing] = record.things.get("libri:place", ()) or record.things.get("libri:country", ())
    if not places or not {"Initiative", "Partnership", "Organisation", "Library", "Event"} & set(record.kinds):
        return {}
    return {"location": [_thing(place, "Place") for place in places]}


def _country(countries: Sequence[Thing]) -> Mapping[str, Any]:
    if not countries:
        return {}
    return {"address": {"@type": "PostalAddress", "addressCountry": countries[0].label.text}}
