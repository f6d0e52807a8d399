"""What goes back into the files that curators edit changes nothing that nobody changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from libri_graph.errors import ResourceNotFound
from libri_graph.namespaces import EU_COUNTRY, GRAPHS, IDS, term
from libri_graph.publish.blocks import TurtleFile
from libri_graph.publish.layout import write_layout

GRAPH = NamedNode(GRAPHS + "example")
LABEL, COUNTRY = term("skos:prefLabel"), term("libri:country")
HEAD = """@prefix initiative: <https://w3id.org/libri/id/initiative/> .
@prefix libri: <https://w3id.org/libri/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

"""
LV = (
    HEAD
    + """# Initiatives in Latvia.

initiative:a a libri:Initiative ;
    skos:prefLabel "Viens"@lv , "One"@en ;
    libri:country <http://publications.europa.eu/resource/authority/country/LVA> .

# The next one is a favourite.
initiative:c a libri:Initiative ;
    skos:prefLabel   "Trīs"@lv ;   # by hand
    libri:country <http://publications.europa.eu/resource/authority/country/LVA> .

initiative:d libri:startYear 2020 .
"""
)
PL = (
    HEAD
    + """initiative:p a libri:Initiative ;
    skos:prefLabel "Dwa"@pl ;
    libri:country <http://publications.europa.eu/resource/authority/country/POL> .
"""
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    for name, text in {"initiatives/lv.ttl": LV, "initiatives/pl.ttl": PL}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def store(model: Path) -> Store:
    filled = Store()
    for path in model.rglob("*.ttl"):
        for quad in parse(path=str(path)):
            add(filled, quad.subject, quad.predicate, quad.object)
    for code, short in {"LVA": "LV", "POL": "PL", "ITA": "IT"}.items():
        filled.add(Quad(NamedNode(EU_COUNTRY + code), term("skos:notation"), Literal(short), DefaultGraph()))
    return filled


def add(store: Store, subject: object, predicate: NamedNode, value: object) -> None:
    for graph in (GRAPH, DefaultGraph()):
        store.add(Quad(subject, predicate, value, graph))


def remove(store: Store, subject: NamedNode, predicate: NamedNode | None = None) -> None:
    for quad in list(store.quads_for_pattern(subject, predicate, None)):
        store.remove(quad)


def initiative(slug: str) -> NamedNode:
    return NamedNode(f"{IDS}initiative/{slug}")


def laid_out(store: Store, model: Path, target: Path) -> dict[str, str]:
    write_layout(store, GRAPH, model, target)
    return {str(path.relative_to(target)): path.read_text(encoding="utf-8") for path in target.rglob("*.ttl")}


def test_what_nobody_changed_stays_as_it_was_written(store: Store, model: Path, tmp_path: Path) -> None:
    names, changed = write_layout(store, GRAPH, model, tmp_path / "out")
    assert (names, changed) == (["initiatives/lv.ttl", "initiatives/pl.ttl"], [])
    assert laid_out(store, model, tmp_path / "out") == {"initiatives/lv.ttl": LV, "initiatives/pl.ttl": PL}


def test_one_changed_fact_is_one_changed_line(store: Store, model: Path, tmp_path: Path) -> None:
    remove(store, initiative("a"), LABEL)
    for text, language in (("Viens", "lv"), ("Number one", "en")):
        add(store, initiative("a"), LABEL, Literal(text, language=language))
    expected = LV.replace('"Viens"@lv , "One"@en', '"Viens"@lv , "Number one"@en')
    assert laid_out(store, model, tmp_path / "out")["initiatives/lv.ttl"] == expected


def test_a_new_record_stands_in_the_file_of_its_country_in_its_place(store: Store, model: Path, tmp_path: Path) -> None:
    add(store, initiative("b"), LABEL, Literal("Divi", language="lv"))
    add(store, initiative("b"), COUNTRY, NamedNode(EU_COUNTRY + "LVA"))
    add(store, initiative("b"), term("rdf:type"), term("libri:Initiative"))
    block = """initiative:b a libri:Initiative ;
    skos:prefLabel "Divi"@lv ;
    libri:country <http://publications.europa.eu/resource/authority/country/LVA> .

"""
    expected = LV.replace("# The next one", f"{block}# The next one")
    assert laid_out(store, model, tmp_path / "out")["initiatives/lv.ttl"] == expected


def test_a_first_record_of_a_country_makes_a_file_for_it(store: Store, model: Path, tmp_path: Path) -> None:
    add(store, initiative("i"), COUNTRY, NamedNode(EU_COUNTRY + "ITA"))
    written = laid_out(store, model, tmp_path / "out")["initiatives/it.ttl"]
    assert written.startswith("@prefix ")
    assert written.endswith(
        "initiative:i libri:country <http://publications.europa.eu/resource/authority/country/ITA> .\n"
    )


def test_a_record_that_is_gone_leaves_its_neighbours_and_their_comments(
    store: Store, model: Path, tmp_path: Path
) -> None:
    remove(store, initiative("a"))
    written = laid_out(store, model, tmp_path / "out")["initiatives/lv.ttl"]
    assert "initiative:a" not in written
    assert written.endswith(LV[LV.index("# The next one") :])


def test_a_file_without_records_is_gone(store: Store, model: Path) -> None:
    remove(store, initiative("p"))
    assert list(laid_out(store, model, model)) == ["initiatives/lv.ttl"]


def test_a_prefix_is_declared_when_it_is_needed(store: Store, model: Path, tmp_path: Path) -> None:
    add(store, initiative("p"), term("schema:startDate"), Literal("2024-05-01", datatype=term("xsd:date")))
    written = laid_out(store, model, tmp_path / "out")["initiatives/pl.ttl"]
    assert 'schema:startDate "2024-05-01"^^xsd:date' in written
    prefixes = [line for line in written.splitlines() if line.startswith("@prefix")]
    assert [line.split()[1] for line in prefixes] == ["initiative:", "libri:", "schema:", "skos:", "xsd:"]


def test_a_text_goes_where_texts_of_its_language_are(tmp_path: Path) -> None:
    model, store = tmp_path / "model", Store()
    for language in ("lv", "fr"):
        path = model / language / "initiatives.ttl"
        path.parent.mkdir(parents=True)
        path.write_text(f'{HEAD}initiative:a skos:prefLabel "{language}"@{language} .\n', encoding="utf-8")
        add(store, initiative("a"), LABEL, Literal(language, language=language))
    add(store, initiative("a"), term("libri:gloss"), Literal("nouveau", language="fr"))
    add(store, initiative("b"), LABEL, Literal("jauns", language="lv"))
    written = laid_out(store, model, tmp_path / "out")
    assert '"nouveau"@fr' in written["fr/initiatives.ttl"]
    assert '"jauns"@lv' in written["lv/initiatives.ttl"]


def test_a_source_without_files_gets_some_by_kind(store: Store, tmp_path: Path) -> None:
    add(store, GRAPH, term("libri:entersView"), Literal(True))
    add(store, NamedNode(f"{IDS}strategy/s"), LABEL, Literal("S", language="en"))
    add(store, NamedNode("https://example.org/x"), LABEL, Literal("X", language="en"))
    written = laid_out(store, tmp_path / "none", tmp_path / "out")
    assert sorted(written) == ["initiatives.ttl", "others.ttl", "source.ttl", "strategies.ttl"]


def test_an_unknown_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResourceNotFound):
        write_layout(Store(), GRAPH, tmp_path, tmp_path / "out")


def test_literals_that_the_store_spells_otherwise_are_no_change(model: Path, tmp_path: Path) -> None:
    text = f'{HEAD}initiative:p libri:startYear "02020"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    shutil.rmtree(model)
    model.mkdir()
    (model / "a.ttl").write_text(text, encoding="utf-8")
    store = Store()
    add(store, initiative("p"), term("libri:startYear"), Literal(2020))
    assert laid_out(store, model, tmp_path / "out") == {"a.ttl": text}


def test_the_real_data_come_back_byte_for_byte(knowledge: Path) -> None:
    files = sorted((knowledge / "data").rglob("*.ttl"))
    assert len(files) > 100
    for path in files:
        text = path.read_text(encoding="utf-8")
        file = TurtleFile.read(text)
        same = file.rewritten([set(block.triples) for block in file.blocks], [], {})
        assert same.text == text, path


SUBJECTS = st.sampled_from([initiative("a"), initiative("q"), NamedNode("https://example.org/x"), BlankNode("n")])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
VALUES = st.one_of(
    TEXTS.map(Literal),
    TEXTS.map(lambda text: Literal(text, language="lv")),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.sampled_from([NamedNode("https://example.org/y"), BlankNode("m"), Literal("0.5", datatype=term("xsd:decimal"))]),
)
TRIPLES = st.sets(st.builds(Triple, SUBJECTS, st.sampled_from([LABEL, COUNTRY, term("rdf:type")]), VALUES), min_size=1)


@given(TRIPLES)
@settings(max_examples=60, deadline=None)
def test_what_is_laid_out_reads_as_the_same_triples(
    tmp_path_factory: pytest.TempPathFactory, triples: set[Triple]
) -> None:
    store, folder = Store(), tmp_path_factory.mktemp("layout")
    store.extend(Quad(t.subject, t.predicate, t.object, GRAPH) for t in triples)
    stored = {quad.triple for quad in store}
    (folder / "model").mkdir()
    (folder / "model" / "lv.ttl").write_text(LV, encoding="utf-8")
    written = laid_out(store, folder / "model", folder / "out")
    read = {q.triple for text in written.values() for q in parse(text.encode(), format=RdfFormat.TURTLE)}
    assert read == stored
