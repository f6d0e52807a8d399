"""The real shapes over the real data: sound, as the reference has it, and able to find every spoilt record."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from libri_graph.ingest.folder import read_knowledge
from libri_graph.languages import TAGS
from libri_graph.namespaces import term
from libri_graph.store import view
from libri_graph.validation import (
    ChangeValidator,
    Result,
    Shapes,
    ValidationReport,
    Validator,
    fallback,
    load_shapes,
    validate,
)
from libri_graph.validation.compile import Left
from libri_graph.validation.locate import Files
from libri_graph.validation.names import NamesInStore
from libri_graph.validation.report import as_text
from libri_graph.validation.report.reading import Finding, read
from libri_graph.validation.shapes import VIOLATION

IDS = "https://w3id.org/libri/id/"


@dataclass(frozen=True)
class Loaded:
    """A knowledge folder as it is published."""

    store: Store
    """The view is its default graph."""
    written: list[Quad]
    """What the parser gave."""


def loaded(folder: Path) -> Loaded:
    written = [quad for source in read_knowledge(folder) for quad in source.quads()]
    store = Store()
    store.bulk_extend(written)
    view.rebuild(store)
    return Loaded(store, written)


@pytest.fixture(scope="module")
def real(knowledge: Path) -> Loaded:
    return loaded(knowledge)


@pytest.fixture(scope="module")
def rules(knowledge: Path) -> Shapes:
    return load_shapes(knowledge / "shapes")


@pytest.fixture(scope="module")
def judge(rules: Shapes) -> Validator:
    return Validator.of(rules)


def test_the_data_has_no_violation(real: Loaded, rules: Shapes) -> None:
    report = validate(real.store, rules, written=real.written)
    assert [result.key() for result in report.results if result.severity == VIOLATION] == []


def test_every_rule_is_compiled(judge: Validator) -> None:
    assert len(judge.compiled.checks) > 100
    assert judge.compiled.left == ()


def test_every_rule_explains_itself_in_every_language(rules: Shapes) -> None:
    named = [shape for shape in rules.property_shapes if isinstance(shape.node, NamedNode)]
    assert named
    silent = {(str(s.node), tag) for s in named for tag in TAGS if tag not in s.messages or tag not in s.names}
    assert silent == set()


def said(results: Iterable[Result]) -> Counter[tuple[str, ...]]:
    return Counter(
        (
            str(result.focus_node),
            result.component.value,
            "" if isinstance(result.source_shape, BlankNode) else str(result.source_shape),
        )
        for result in results
    )


def numbered(case: Path, number: int) -> list[Triple]:
    """Return the triples of one case of a rule, its example records told apart from those of other cases."""
    text = (
        case.read_text().replace("place/example", f"place/example-{number}").replace(":example", f":example-{number}")
    )
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


@pytest.mark.long
@pytest.mark.usefixtures("terse_reference")
@pytest.mark.timeout(300)
def test_results_on_every_case_of_a_rule_are_those_of_the_reference(
    knowledge: Path, rules: Shapes, judge: Validator
) -> None:
    folder = knowledge / "tests" / "shapes"
    cases = sorted(folder.glob("cases/*/*.ttl"))
    assert len(cases) > 400
    triples = [triple for number, case in enumerate(cases) for triple in numbered(case, number)]
    triples += numbered(folder / "background.ttl", 0)
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    everything = [Left(root, root, None, "asked for") for root in rules.targeted]
    ours, reference = said(judge.validate(store).results), said(fallback.validate(set(triples), rules, everything))
    assert ours == reference
    assert len({shape for _, _, shape in ours}) > 200


@dataclass(frozen=True)
class Spoil:
    """One fault put into a copy of the data, and what the report must say of it."""

    file: str
    subject: str
    right: str
    wrong: str
    record: str
    label: str
    value: str | None

    def apply(self, folder: Path) -> None:
        path = folder / "data" / self.file
        head, mark, rest = path.read_text().partition(f"\n{self.subject} ")
        assert mark, self.subject
        block, end, tail = rest.partition("\n\n")
        assert self.right in block, (self.subject, self.right)
        path.write_text(f"{head}{mark}{block.replace(self.right, self.wrong, 1)}{end}{tail}")


INITIATIVES, ORGANISATIONS = "libri/initiatives/lv.ttl", "libri/organisations/lv.ttl"
SPOILT = {
    "no label": Spoil(
        INITIATIVES,
        "initiative:jelgava-ukrainian-culture-week",
        '\n    skos:prefLabel "Ukraiņu kultūras nedēļa"@lv ;',
        "",
        "initiative/jelgava-ukrainian-culture-week",
        "",
        None,
    ),
    "two labels in one language": Spoil(
        INITIATIVES,
        "initiative:jelgava-language-carousel",
        '"Valodu karuselī"@lv',
        '"Valodu karuselī"@lv , "Valodu karuseļi"@lv',
        "initiative/jelgava-language-carousel",
        "Valodu karuselī",
        "Valodu karuseļi",
    ),
    "unknown language tag": Spoil(
        INITIATIVES,
        "initiative:ventspils-ukrainian-centre",
        '"Ukraiņu centrs Ventspilī"@lv',
        '"Ukraiņu centrs Ventspilī"@xx',
        "initiative/ventspils-ukrainian-centre",
        "Ukraiņu centrs Ventspilī",
        "Ukraiņu centrs Ventspilī",
    ),
    "end before start": Spoil(
        INITIATIVES,
        "initiative:valmiera-forward-together",
        'libri:endYear "2025"',
        'libri:endYear "2021"',
        "initiative/valmiera-forward-together",
        "Kopā tālāk / Forward Together",
        "2021",
    ),
    "latitude and longitude swapped": Spoil(
        "geonames/places.ttl",
        "place:riga-lv",
        "geo:lat 56.946 ;\n    geo:long 24.10589 ;",
        "geo:lat 24.10589 ;\n    geo:long 56.946 ;",
        "place/riga-lv",
        "Riga",
        "24.10589",
    ),
    "concept of another scheme": Spoil(
        "classification/initiatives/lv.ttl",
        "initiative:daugavpils-hackathon",
        "target-group:local-authorities",
        "service-type:exhibition",
        "initiative/daugavpils-hackathon",
        "Hakatons Latgales Centrālajā bibliotēkā",
        "izstāde",
    ),
    "organiser that does not exist": Spoil(
        INITIATIVES,
        "initiative:ventspils-parventa-language-cafe",
        "organisation:ventspils-library",
        "organisation:no-such-library",
        "initiative/ventspils-parventa-language-cafe",
        "Latviešu valodas kafejnīca Pārventas bibliotēkā",
        f"{IDS}organisation/no-such-library",
    ),
    "no source": Spoil(
        INITIATIVES,
        "initiative:ventspils-latvian-and-ukrainian-activities",
        " ;\n    dcterms:source <http://www.saulesberni.org/jaunumi/previous/2> .",
        " .",
        "initiative/ventspils-latvian-and-ukrainian-activities",
        "Ukrainas bērnu un jauniešu nodarbības latviešu valodā",
        None,
    ),
    "malformed ISIL": Spoil(
        "links/organisations.ttl",
        "<https://w3id.org/libri/id/organisation/liepaja-central-library>",
        '"LV-BIB-000076"',
        '"LV BIB 76"',
        "organisation/liepaja-central-library",
        "",
        "LV BIB 76",
    ),
    "e-mail address of a person": Spoil(
        ORGANISATIONS,
        "organisation:jekabpils-main-library",
        "org:classification",
        'schema:email "anna.berzina@jekabpils.lv" ;\n    org:classification',
        "organisation/jekabpils-main-library",
        "Jēkabpils novada Galvenā bibliotēka",
        "anna.berzina@jekabpils.lv",
    ),
}


@dataclass(frozen=True)
class Spoilt:
    """The copy in which every fault was made, and what is found in it."""

    store: Store
    report: ValidationReport
    text: str
    findings: dict[tuple[str, str], tuple[str, list[Finding]]]
    """(file, record) -> what the record is called, and what is wrong with it."""


@pytest.fixture(scope="module")
def spoilt(knowledge: Path, rules: Shapes, tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    folder = tmp_path_factory.mktemp("knowledge")
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(knowledge / name, folder / name)
    for spoil in SPOILT.values():
        spoil.apply(folder)
    copy = loaded(folder)
    report = validate(copy.store, rules, written=copy.written)
    names, files = NamesInStore(copy.store), Files([folder / "data"])
    found = {
        (str(file.file and file.file.relative_to(folder / "data")), record.address): (
            record.name.text if record.name else "",
            list(record.findings),
        )
        for section in read(report, "lv", names, files).sections
        for file in section.files
        for record in file.records
    }
    return Spoilt(copy.store, report, as_text(report, "lv", names, files), found)


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_record_is_reported_in_latvian(kind: str, spoilt: Spoilt) -> None:
    spoil = SPOILT[kind]
    label, findings = spoilt.findings[spoil.file, IDS + spoil.record]
    assert spoil.label in label
    told = [one for one in findings if _shows(one, spoil.value)]
    assert told
    assert all(one.field is not None and one.field.language == "lv" for one in told)
    assert all(one.advice.language == "lv" for one in told)
    assert all(one.place is not None and one.place.line for one in told)


def _shows(finding: Finding, value: str | None) -> bool:
    return not finding.values if value is None else value in [shown.text for shown in finding.values]


def test_nothing_else_is_reported_than_what_was_spoilt(spoilt: Spoilt) -> None:
    assert {record for _, record in spoilt.findings} == {IDS + spoil.record for spoil in SPOILT.values()}


def test_one_changed_record_is_validated_without_the_rest(real: Loaded, judge: Validator) -> None:
    changes = ChangeValidator.of(judge)
    spoil = SPOILT["organiser that does not exist"]
    initiative = NamedNode(IDS + spoil.record)
    added = Triple(initiative, term("skos:prefLabel"), Literal("Vēl viens nosaukums", language="lv"))
    real.store.add(Quad(added.subject, added.predicate, added.object, DefaultGraph()))
    try:
        looked_at = changes.affected(real.store, {added}, ())
        report = changes.validate(real.store, {added}, ())
    finally:
        real.store.remove(Quad(added.subject, added.predicate, added.object, DefaultGraph()))
    assert {result.focus_node for result in report.results if result.severity == VIOLATION} == {initiative}
    assert looked_at is not None
    assert len(looked_at) < 10


@pytest.mark.usefixtures("terse_reference")
@pytest.mark.long
@pytest.mark.timeout(600)
def test_results_on_spoilt_data_are_those_of_the_reference(spoilt: Spoilt, rules: Shapes, judge: Validator) -> None:
    everything = [Left(root, root, None, "asked for") for root in rules.targeted]
    triples = (quad.triple for quad in spoilt.store.quads_for_pattern(None, None, None, DefaultGraph()))
    ours, reference = said(judge.validate(spoilt.store).results), said(fallback.validate(triples, rules, everything))
    assert ours == reference
    assert sum(ours.values()) > len(SPOILT)
