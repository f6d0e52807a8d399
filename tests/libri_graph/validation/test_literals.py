"""What the store would rewrite or cannot read is reported from what was written."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.languages import TAGS
from libri_graph.namespaces import term
from libri_graph.validation import Result, Shapes, literals
from libri_graph.validation.shapes import VIOLATION, WARNING

LONG = NamedNode("https://example.org/model#long")
HERE = NamedNode("https://example.org/id/here")


def checked(shapes: Shapes, text: str, datatype: str) -> list[Result]:
    value = Literal(text, datatype=term(f"xsd:{datatype}"))
    return list(literals.check([Triple(HERE, LONG, value)], shapes))


@pytest.mark.parametrize(
    ("text", "datatype", "stored"),
    [("01", "integer", "1"), ("56.90", "decimal", "56.9"), ("1", "boolean", "true"), ("7", "int", "7")],
)
def test_a_literal_that_will_be_rewritten_is_a_warning(shapes: Shapes, text: str, datatype: str, stored: str) -> None:
    (result,) = checked(shapes, text, datatype)
    assert result.severity == WARNING
    assert stored in result.messages["lv"]
    assert result.names["en"] == "Longitude"


@pytest.mark.parametrize(
    ("text", "datatype"), [("2022-13-45", "date"), ("many", "integer"), ("x", "int"), ("2022-5", "gYearMonth")]
)
def test_a_literal_that_cannot_be_read_is_an_error(shapes: Shapes, text: str, datatype: str) -> None:
    (result,) = checked(shapes, text, datatype)
    assert result.severity == VIOLATION
    assert result.messages.keys() == {*TAGS}


@pytest.mark.parametrize(
    ("text", "datatype"),
    [("12", "integer"), ("56.95", "decimal"), ("2024-05", "gYearMonth"), ("a", "string"), ("x y", "anyURI")],
)
def test_a_plain_literal_is_fine(shapes: Shapes, text: str, datatype: str) -> None:
    assert checked(shapes, text, datatype) == []


def test_canonical_forms_of_our_own_data_survive_the_store() -> None:
    forms = {
        "integer": "12",
        "decimal": "56.95",
        "date": "2024-05-31",
        "dateTime": "2024-05-31T09:00:00Z",
        "gYear": "2024",
        "gYearMonth": "2024-05",
        "boolean": "true",
    }
    assert literals.rewritten(Literal(text, datatype=term(f"xsd:{kind}")) for kind, text in forms.items()) == {}


def test_a_language_tag_is_no_matter_of_spelling() -> None:
    assert literals.rewritten([Literal("Rīga", language="lv")]) == {}
