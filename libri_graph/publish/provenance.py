"""History as PROV-O: change sets are activities, states of a thing are entities that revise each other.

Source: PROV-O, W3C Recommendation, 2013. What a state won and lost stands beside it as lines of RDF Patch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.journal.departures import Gone
from libri_graph.journal.events import Kind
from libri_graph.journal.history import ChangeSet, Step, Steps
from libri_graph.namespaces import term

A = term("rdf:type")
DATE_TIME = term("xsd:dateTime")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the documents of one history are reached."""

    public_url: str
    """Begins the URLs of this server; ends in ``/``."""

    def change(self, number: int) -> NamedNode:
        """Return the IRI of a change set."""
        return NamedNode(f"{self.public_url}change/{number}")

    def actor(self, name: str) -> NamedNode:
        """Return the IRI of whoever wrote."""
        return NamedNode(f"{self.public_url}changes#by-{quote(name, safe='')}")


def of_thing(iri: str, document: str, steps: Steps, places: Places, kept: Mapping[int, str]) -> list[Triple]:
    """Return a page of the history of `iri`, which stands at the URL `document`.

    `kept` says at which URL the state after a change can still be had. The state before the oldest one of the page
    is on the next page, and named all the same.
    """
    found: list[Triple] = []
    thing = NamedNode(iri)
    changes = [(number, list(group)) for number, group in groupby(steps.found, key=lambda step: step.change)]
    for position, (number, events) in enumerate(changes):
        state = NamedNode(f"{document}#state-{number}")
        before = changes[position + 1][0] if position + 1 < len(changes) else steps.before
        found += _activity(number, events[0].time, events[0].actor, places)
        found += _state(thing, state, events, places)
        if before is not None and before != number:
            earlier = NamedNode(f"{document}#state-{before}")
            found += [Triple(state, term("prov:wasRevisionOf"), earlier)]
            found += [Triple(places.change(number), term("prov:used"), earlier)]
        if number in kept:
            found.append(Triple(state, term("rdfs:seeAlso"), NamedNode(kept[number])))
        found += [triple for step in events for triple in _difference(document, state, step, places)]
    return found


def of_changes(changes: Sequence[ChangeSet], places: Places) -> list[Triple]:
    """Return change sets, each with its sources, how many events it has, and the entities that were read."""
    found: list[Triple] = []
    for change in changes:
        activity = places.change(change.number)
        found += _activity(change.number, change.time, change.actor, places)
        found.append(Triple(activity, term("dcterms:extent"), Literal(change.events)))
        found += [Triple(activity, term("dcterms:source"), NamedNode(graph)) for graph in change.counts if graph]
        for touched in change.touched:
            verb = "prov:invalidated" if touched.kind is Kind.delete else "prov:generated"
            if touched.entity and not touched.entity.startswith("_:"):
                found.append(Triple(activity, term(verb), NamedNode(touched.entity)))
    return list(dict.fromkeys(found))


def tombstone(gone: Gone, history: str, successors: Sequence[str], places: Places) -> list[Triple]:
    """Return what is left to say of a thing that is gone: when it went, by what, and where its history stands."""
    thing, activity = NamedNode(gone.iri), places.change(gone.change)
    return [
        Triple(thing, A, term("prov:Entity")),
        Triple(thing, term("prov:invalidatedAtTime"), _moment(gone.time)),
        Triple(thing, term("prov:wasInvalidatedBy"), activity),
        Triple(thing, term("rdfs:seeAlso"), NamedNode(history)),
        *(Triple(thing, term("dcterms:isReplacedBy"), NamedNode(iri)) for iri in successors),
        *_activity(gone.change, gone.time, gone.actor, places),
    ]


def _activity(number: int, time: str, actor: str, places: Places) -> Iterator[Triple]:
    activity, agent = places.change(number), places.actor(actor)
    yield Triple(activity, A, term("prov:Activity"))
    yield Triple(activity, term("prov:endedAtTime"), _moment(time))
    yield Triple(activity, term("prov:wasAssociatedWith"), agent)
    yield Triple(agent, A, term("prov:Agent"))
    yield Triple(agent, term("rdfs:label"), Literal(actor))


def _state(thing: NamedNode, state: NamedNode, events: Sequence[Step], places: Places) -> Iterator[Triple]:
    yield Triple(state, A, term("prov:Entity"))
    yield Triple(state, term("prov:specializationOf"), thing)
    yield Triple(state, term("prov:generatedAtTime"), _moment(events[0].time))
    yield Triple(state, term("prov:wasGeneratedBy"), places.change(events[0].change))
    yield Triple(state, term("prov:wasAttributedTo"), places.actor(events[0].actor))
    for graph in sorted({step.graph for step in events if step.graph}):
        yield Triple(state, term("prov:hadPrimarySource"), NamedNode(graph))


def _difference(document: str, state: NamedNode, step: Step, places: Places) -> Iterator[Triple]:
    """Yield one event about one entity in one graph: what its description won and lost, as RDF Patch."""
    node = NamedNode(f"{document}#difference-{step.sequence}")
    lines = [f"D {triple} ." for triple in step.removed] + [f"A {triple} ." for triple in step.added]
    yield Triple(node, A, term("prov:Entity"))
    yield Triple(node, term("prov:wasGeneratedBy"), places.change(step.change))
    yield Triple(node, term("dcterms:isPartOf"), state)
    yield Triple(node, term("dcterms:type"), Literal(step.kind.value))
    yield Triple(node, term("prov:value"), Literal("\n".join(lines)))
    if not step.entity.startswith("_:"):
        yield Triple(node, term("dcterms:subject"), NamedNode(step.entity))
    if step.graph:
        yield Triple(node, term("prov:hadPrimarySource"), NamedNode(step.graph))


def _moment(time: str) -> Literal:
    return Literal(time, datatype=DATE_TIME)
