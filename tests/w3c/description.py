"""The three tests of SPARQL 1.1 Service Description, which the W3C names but leaves to the reader to write."""

from __future__ import annotations

import httpx
from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, Quad, Triple

from .answers import GRAPH_TYPES, read_graph
from .compare import same_graph
from .evaluation import Outcome
from .manifest import RDF
from .targets import OverHttp

SUITE = "service description"
SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = NamedNode(RDF + "type")
READERS = ("text/turtle", "application/rdf+xml", "application/n-triples")

SCHEMA: dict[str, tuple[str, str | None]] = {
    "endpoint": ("Service", None),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "supportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
"""Property: the class of what has it, and the class of its value where the vocabulary gives one."""
INSTANCES = {
    "Feature": {"UnionDefaultGraph", "RequiresDataset", "DereferencesURIs", "EmptyGraphs", "BasicFederatedQuery"},
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}
CLASSES = {
    *("Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile"),
    *("GraphCollection", "Dataset", "Graph", "NamedGraph"),
}
NARROWER = {"Dataset": "GraphCollection"}


def outcomes(target: OverHttp) -> list[Outcome]:
    """Run the three tests: it is RDF, it names its endpoint, it keeps to the vocabulary."""
    keys = ("returns-rdf", "has-endpoint-triple", "conforms-to-schema")
    try:
        triples = described(target)
    except (httpx.HTTPError, SyntaxError, ValueError) as error:
        return [Outcome(f"service-description#{key}", SUITE, f"no description: {error}") for key in keys]
    faults = ("" if triples else "an empty graph", endpoint_fault(triples, target), schema_fault(triples))
    return [Outcome(f"service-description#{key}", SUITE, fault) for key, fault in zip(keys, faults, strict=True)]


def described(target: OverHttp) -> list[Triple]:
    """Return the description, which must be one graph in every syntax."""
    graphs = [fetched(target, media_type) for media_type in READERS]
    if not all(same_graph(graphs[0], graph) for graph in graphs):
        raise ValueError(f"not the same graph in {', '.join(READERS)}")
    return graphs[0]


def fetched(target: OverHttp, media_type: str) -> list[Triple]:
    answer = target.client.get(target.addresses.query, headers={"Accept": media_type})
    answer.raise_for_status()
    came = answer.headers["content-type"].partition(";")[0].strip()
    if came != media_type:
        raise ValueError(f"{media_type} came as {came}")
    return read_graph(answer.content, GRAPH_TYPES[came], str(answer.url))


def endpoint_fault(triples: list[Triple], target: OverHttp) -> str:
    endpoints = [object_.value for _, predicate, object_ in triples if predicate.value == SD + "endpoint"]
    if target.addresses.query in endpoints:
        return ""
    return f"sd:endpoint is {', '.join(endpoints) or 'missing'}, not {target.addresses.query}"


def schema_fault(triples: list[Triple]) -> str:
    """Return the first breach of the vocabulary's schema, read closed: domains and ranges must hold as stated."""
    graph = Dataset(Quad(*triple) for triple in triples)
    if not any((predicate, object_) == (TYPE, sd("Service")) for _, predicate, object_ in triples):
        return "nothing is an sd:Service"
    endpoints = [object_.value for _, predicate, object_ in triples if predicate == sd("endpoint")]
    if len(endpoints) != len(set(endpoints)):
        return "two services have one sd:endpoint, which is inverse functional"
    return next(filter(None, (triple_fault(triple, graph) for triple in triples)), "")


def triple_fault(triple: Triple, graph: Dataset) -> str:
    subject, predicate, value = triple
    if predicate == TYPE and isinstance(value, NamedNode) and value.value.startswith(SD):
        return "" if value.value.removeprefix(SD) in CLASSES else f"no class of the vocabulary: {value.value}"
    if not predicate.value.startswith(SD):
        return ""
    name = predicate.value.removeprefix(SD)
    if name not in SCHEMA:
        return f"no property of the vocabulary: sd:{name}"
    domain, range_ = SCHEMA[name]
    if isinstance(value, Literal):
        return f"sd:{name} has a literal"
    if not is_a(subject, domain, graph):
        return f"sd:{name} on {subject}, which is no sd:{domain}"
    return "" if range_ is None or is_a(value, range_, graph) else f"sd:{name} has {value}, which is no sd:{range_}"


def is_a(node: NamedNode | BlankNode, name: str, graph: Dataset) -> bool:
    """Tell whether the description or the vocabulary says so; an IRI nobody describes may be anything."""
    types = {quad.object for quad in graph.quads_for_subject(node) if quad.predicate == TYPE}
    if isinstance(node, NamedNode) and node.value.startswith(SD):
        return node.value.removeprefix(SD) in INSTANCES.get(name, set())
    if not types:
        return isinstance(node, NamedNode)
    return bool(types & {sd(name), *(sd(narrow) for narrow, broad in NARROWER.items() if broad == name)})


def sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
