"""The catalogue in the words of schema.org, in one language, as search engines for data sets read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.languages import Text, best_text
from libri_graph.namespaces import term
from libri_graph.publish.schema_org import CONTEXT

Said = Mapping[NamedNode, Mapping[NamedNode, Sequence[NamedNode | Literal]]]
IANA: Final = "http://www.iana.org/assignments/media-types/"


def document(triples: Iterable[Triple], languages: Sequence[str]) -> dict[str, Any]:
    """Return a DCAT catalogue as one document; `triples` describe it. Texts are in the reader's language."""
    said = index(triples)
    (catalogue,) = [node for node in said if term("dcat:Catalog") in said[node].get(term("rdf:type"), ())]
    sets = sorted(said[catalogue][term("dcat:dataset")], key=str)
    return {
        "@context": CONTEXT,
        "@id": catalogue.value,
        "@type": "DataCatalog",
        "name": text(said, catalogue, "dcterms:title", languages),
        "dataset": [_dataset(said, node, languages) for node in sets if isinstance(node, NamedNode)],
    }


def index(triples: Iterable[Triple]) -> Said:
    """Return `triples` by subject and predicate."""
    found: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            found[triple.subject][triple.predicate].append(triple.object)
    return found


def text(said: Said, node: NamedNode, name: str, languages: Sequence[str]) -> str:
    """Return the text of `node` under a prefixed predicate that a reader understands best; empty for none."""
    texts = [
        Text(value.value, value.language or "") for value in values(said, node, name) if isinstance(value, Literal)
    ]
    best = best_text(texts, languages)
    return best.text if best else ""


def values(said: Said, node: NamedNode, name: str) -> Sequence[NamedNode | Literal]:
    """Return what is said of `node` under a prefixed predicate."""
    return said.get(node, {}).get(term(name), ())


def _dataset(said: Said, node: NamedNode, languages: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Dataset",
        "@id": node.value,
        "name": text(said, node, "dcterms:title", languages),
        "description": text(said, node, "dcterms:description", languages),
        "isAccessibleForFree": True,
        "license": [value.value for value in values(said, node, "dcterms:license")],
        "keywords": sorted(value.value for value in values(said, node, "dcat:keyword")),
        "creator": [
            {"@type": "Organization", "@id": agent.value, "name": text(said, agent, "foaf:name", languages)}
            for agent in values(said, node, "dcterms:publisher")
            if isinstance(agent, NamedNode)
        ],
        "distribution": [
            _download(said, one) for one in values(said, node, "dcat:distribution") if isinstance(one, NamedNode)
        ],
    }
    changed = [value.value for name in ("modified", "issued") for value in values(said, node, f"dcterms:{name}")]
    return found | ({"dateModified": changed[0]} if changed else {})


def _download(said: Said, node: NamedNode) -> dict[str, str]:
    (address,), (kind,) = values(said, node, "dcat:downloadURL"), values(said, node, "dcat:mediaType")
    (size,) = values(said, node, "dcat:byteSize")
    format_ = kind.value.removeprefix(IANA)
    return {"@type": "DataDownload", "contentUrl": address.value, "encodingFormat": format_, "contentSize": size.value}
