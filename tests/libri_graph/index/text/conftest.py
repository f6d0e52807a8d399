"""A few documents that say and name things in several languages."""

from __future__ import annotations

import pytest

from libri_graph.index.text.document import Document, Link, Words
from libri_graph.index.text.index import TextIndex

CAFE = "https://example.org/concept/cafe"
SUPPORT = "https://example.org/concept/support"
RIGA = "https://example.org/place/riga"
LATVIA = "https://example.org/country/latvia"


def words(*texts: tuple[str, str, str], draft: bool = False) -> tuple[Words, ...]:
    return tuple(Words(name, language, text, draft) for name, language, text in texts)


DOCUMENTS = (
    Document(SUPPORT, "skos:Concept", words(("skos:prefLabel", "en", "language support"))),
    Document(
        CAFE,
        "skos:Concept",
        words(
            ("skos:prefLabel", "en", "conversation group"),
            ("skos:altLabel", "en", "language café"),
            ("skos:prefLabel", "lv", "sarunu klubs"),
            ("skos:prefLabel", "pl", "kawiarenka językowa"),
            ("skos:hiddenLabel", "ar", "مقهى لغوي"),
        ),
        (Link("skos:broader", SUPPORT),),
    ),
    Document(
        LATVIA, "dcterms:Location", words(("skos:prefLabel", "en", "Latvia"), ("skos:prefLabel", "lv", "Latvija"))
    ),
    Document(
        RIGA,
        "Place",
        words(("skos:prefLabel", "lv", "Rīga"), ("skos:prefLabel", "uk", "Рига")),
        (Link("libri:country", LATVIA),),
    ),
    Document(
        "https://example.org/initiative/riga",
        "Initiative",
        words(
            ("skos:prefLabel", "lv", "Tiekamies bibliotēkā"),
            ("libri:gloss", "en", "Let us meet in the library"),
            ("dcterms:description", "en", "Weekly evenings with tea and games for everybody who is new in town."),
        ),
        (Link("libri:serviceType", CAFE), Link("libri:place", RIGA), Link("libri:country", LATVIA)),
        "a",
    ),
    Document(
        "https://example.org/initiative/oslo",
        "Initiative",
        (
            *words(("skos:prefLabel", "nb", "Språkkafé"), ("libri:gloss", "en", "Language café in Oslo")),
            *words(("libri:gloss", "lv", "Sarunu klubs Oslo"), draft=True),
        ),
        (Link("libri:serviceType", CAFE),),
        "b",
    ),
    Document(
        "https://example.org/guide/refugees",
        "Guide",
        words(("skos:prefLabel", "pl", "Biblioteki dla uchodźców"), ("skos:prefLabel", "lv", "Bibliotēkas bēgļiem")),
    ),
)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    return TextIndex.make(tmp_path_factory.mktemp("text") / "index", DOCUMENTS)
