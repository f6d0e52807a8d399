"""The only code that writes into query text: it puts values into the row that a query marks for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from libri_graph.errors import BindingInvalid
from libri_graph.store.protocol import Bindable, Page

ROW = re.compile(r"^(?P<indent>[ \t]*)VALUES\s*\((?P<names>[^)]*)\)\s*\{.*\}\s*#\s*bind\s*$", re.MULTILINE)
"""The marked row: ``VALUES (?a ?b) { (...) }  # bind``, on one line."""


LAST_LANGUAGE = re.compile(r"(?P<before>\?lang\)\s*\{.*)\"[A-Za-z-]+\"(?P<after>\)\s*\}\s*# bind)")
"""The end of a marked row whose last variable is ``?lang``."""


def in_language(text: str, language: str) -> str:
    """Return `text` with `language` for ``?lang`` where its marked row ends with that, else as it is.

    >>> in_language('VALUES (?km ?lang) { (200 "lv") }  # bind', "pl")
    'VALUES (?km ?lang) { (200 "pl") }  # bind'
    """
    return LAST_LANGUAGE.sub(lambda row: f"{row['before']}{Literal(language)}{row['after']}", text)


def bind(text: str, values: Mapping[str, Bindable | Sequence[Bindable]], page: Page | None = None) -> str:
    """Return `text` with the terms of `values` in its marked row, and with LIMIT and OFFSET where `page` asks.

    A sequence as a value makes one row for each member; at most one value may be a sequence.
    ``None`` leaves the variable unbound. Plain strings become plain literals, integers ``xsd:integer``.
    Raises `BindingInvalid` unless the names are exactly those of the row.

    >>> bind('SELECT * {\\n VALUES (?s) { (<http://a>) }  # bind\\n ?s ?p ?o }', {"s": "x"})
    'SELECT * {\\n VALUES (?s) { ("x") }\\n ?s ?p ?o }'
    """
    rows = list(ROW.finditer(text))
    if len(rows) != (1 if values else 0):
        raise BindingInvalid(f"the query has {len(rows)} marked rows and {len(values)} values")
    bound = text
    for row in rows:
        names = re.findall(r"\?(\w+)", row["names"])
        if set(names) != set(values):
            raise BindingInvalid(f"the query takes {sorted(names)}, not {sorted(values)}")
        body = " ".join(f"({' '.join(map(_written, solution))})" for solution in _solutions(names, values))
        start = f"{row['indent']}VALUES ({' '.join('?' + name for name in names)})"
        bound = f"{text[: row.start()]}{start} {{ {body} }}{text[row.end() :]}"
    return bound if page is None else f"{bound}\nLIMIT {page.limit:d} OFFSET {page.offset:d}"


def _solutions(names: Sequence[str], values: Mapping[str, Bindable | Sequence[Bindable]]) -> list[list[Bindable]]:
    many = [name for name in names if isinstance(values[name], list | tuple)]
    if len(many) > 1:
        raise BindingInvalid(f"only one of {many} may hold several values")
    if not many:
        return [[values[name] for name in names]]  # type: ignore[misc]  # no sequence among them
    members: Sequence[Bindable] = values[many[0]]  # type: ignore[assignment]  # it is one
    return [[member if name == many[0] else values[name] for name in names] for member in members]  # type: ignore[misc]  # names and values were checked above


def _written(value: Bindable) -> str:
    if value is None:
        return "UNDEF"
    if isinstance(value, NamedNode | Literal):
        return str(value)
    return str(Literal(value))
