"""What a reader takes away from a query: addresses, a citation, and programs that ask it again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

LONGEST_ADDRESS: Final = 8000
"""Characters of an address that browsers, mail programs and servers between still pass on."""
TABLES: Final = (("csv", "CSV"), ("excel", "Excel"), ("json", "JSON"), ("xml", "XML"), ("tsv", "TSV"))
GRAPHS: Final = (("ttl", "Turtle"), ("nt", "N-Triples"), ("rdf", "RDF/XML"), ("jsonld", "JSON-LD"))
COMMA_LANGUAGES: Final = frozenset({"en"})
"""Languages whose spreadsheet programs expect commas between columns; the others expect semicolons."""

PRINT_ROWS: Final = """\
for row in client.query().convert()["results"]["bindings"]:
    print({name: cell["value"] for name, cell in row.items()})"""


@dataclass(frozen=True, slots=True)
class Download:
    """The whole answer in one form."""

    form: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A program that asks the query."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """All that a reader takes away."""

    generation: int
    permanent: str
    """The address of this query on this generation; empty where it would be too long."""
    downloads: tuple[Download, ...]
    snippets: tuple[Snippet, ...]
    created: str
    """Day of the generation; empty where nobody knows."""
    today: str


def use(query: str, generation: int, endpoint: str, *, language: str, is_graph: bool, created: str = "") -> Use:
    """Return what can be taken away from `query` on `generation`, asked at the absolute address `endpoint`."""
    permanent = f"{endpoint}?{urlencode({'query': query, 'generation': generation})}"
    fits = len(permanent) <= LONGEST_ADDRESS
    return Use(
        generation=generation,
        permanent=permanent if fits else "",
        downloads=_downloads(query if fits else "", generation, language, GRAPHS if is_graph else TABLES),
        snippets=_snippets(query, generation, endpoint, is_graph=is_graph),
        created=created,
        today=datetime.now(UTC).date().isoformat(),
    )


def _downloads(query: str, generation: int, language: str, forms: tuple[tuple[str, str], ...]) -> tuple[Download, ...]:
    named = [
        ("excel-comma" if form == "excel" and language in COMMA_LANGUAGES else form, label) for form, label in forms
    ]
    asked = {"query": query} if query else {}
    return tuple(
        Download(form, label, f"/sparql?{urlencode({**asked, 'generation': generation, 'format': form})}")
        for form, label in named
    )


def _snippets(query: str, generation: int, endpoint: str, *, is_graph: bool) -> tuple[Snippet, ...]:
    text = query.strip() + "\n"
    make = (_curl, _python, _r, _javascript)
    names = ("curl", "Python", "R", "JavaScript")
    return tuple(
        Snippet(name, one(text, generation, endpoint, is_graph)) for name, one in zip(names, make, strict=True)
    )


def _curl(query: str, generation: int, endpoint: str, is_graph: bool) -> str:
    accept = "text/turtle" if is_graph else "text/csv"
    quoted = query.replace("'", "'\\''")
    return f"""curl '{endpoint}' \\
  -H 'Accept: {accept}' \\
  -d generation={generation} \\
  --data-urlencode 'query={quoted}'
"""


def _python(query: str, generation: int, endpoint: str, is_graph: bool) -> str:
    form = "TURTLE" if is_graph else "JSON"
    rest = "print(client.query().convert().decode())" if is_graph else PRINT_ROWS
    return f"""# pip install sparqlwrapper
from SPARQLWrapper import {form}, POST, SPARQLWrapper

client = SPARQLWrapper({json.dumps(endpoint)})
client.setMethod(POST)
client.setReturnFormat({form})
client.addParameter("generation", "{generation}")
client.setQuery({_python_text(query)})
{rest}
"""


def _python_text(query: str) -> str:
    plain = '"""' not in query and "\\" not in query
    return f'"""\n{query}"""' if plain else json.dumps(query, ensure_ascii=False)


def _r(query: str, generation: int, endpoint: str, is_graph: bool) -> str:
    read = (
        'writeLines(readLines(paste0(address, "&format=ttl"), encoding = "UTF-8"))'
        if is_graph
        else 'answer <- read.csv(paste0(address, "&format=csv"), encoding = "UTF-8")\nprint(answer)'
    )
    return f"""query <- r"---({query})---"
address <- paste0({json.dumps(endpoint)}, "?generation={generation}&query=",
                  URLencode(query, reserved = TRUE))
{read}
"""


def _javascript(query: str, generation: int, endpoint: str, is_graph: bool) -> str:
    escaped = query.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    accept = "text/turtle" if is_graph else "application/sparql-results+json"
    rest = (
        "console.log(await answer.text());"
        if is_graph
        else "const { results } = await answer.json();\nconsole.table(results.bindings.map((row) =>\n"
        "  Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell.value]))));"
    )
    return f"""const query = `{escaped}`;
const answer = await fetch({json.dumps(endpoint)}, {{
  method: "POST",
  headers: {{ Accept: "{accept}" }},
  body: new URLSearchParams({{ query, generation: "{generation}" }}),
}});
{rest}
"""
