"""Ready programs hold any query as it is, and addresses are only as long as others pass on."""

from __future__ import annotations

import ast
import shlex

from hypothesis import given
from hypothesis import strategies as st

from server.pages.snippets import use

ENDPOINT = "https://libri.example.org/sparql"
QUERIES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=60)


def snippet(query: str, name: str) -> str:
    found = use(query, 7, ENDPOINT, language="lv", is_graph=False).snippets
    return next(one.text for one in found if one.name == name)


@given(QUERIES)
def test_the_shell_gets_the_query_unchanged(query: str) -> None:
    words = shlex.split(snippet(query, "curl").replace("\\\n", " ", 3))
    assert words[-1] == f"query={query.strip()}\n"


@given(QUERIES)
def test_python_gets_the_query_unchanged(query: str) -> None:
    tree = ast.parse(snippet(query, "Python"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert any(text.lstrip("\n") == (query.strip() + "\n").lstrip("\n") for text in texts)


def test_a_reader_s_spreadsheet_program_gets_its_separator() -> None:
    forms = {tag: use("ASK {}", 7, ENDPOINT, language=tag, is_graph=False).downloads[1].form for tag in ("en", "lv")}
    assert forms == {"en": "excel-comma", "lv": "excel"}


def test_a_query_that_is_too_long_for_an_address_has_none() -> None:
    found = use("SELECT * {}" + "#" * 9000, 7, ENDPOINT, language="en", is_graph=False)
    assert found.permanent == ""
    assert all("query=" not in file.address for file in found.downloads)


def test_a_graph_comes_in_forms_of_graphs() -> None:
    found = use("DESCRIBE <x:>", 7, ENDPOINT, language="en", is_graph=True)
    assert [file.form for file in found.downloads] == ["ttl", "nt", "rdf", "jsonld"]
    assert "text/turtle" in found.snippets[0].text
