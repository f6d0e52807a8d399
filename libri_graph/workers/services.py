"""Other services that a query may ask: which there are, and how a query is led to them through our gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from libri_graph.errors import ServiceRefused
from libri_graph.workers.tokens import Token

BY_VARIABLE: Final = "v"
"""Before the number of a service that is asked only in case a variable names it: if it fails, it has no answers."""


@dataclass(frozen=True, slots=True)
class Services:
    """The services that may be asked."""

    targets: Mapping[str, str] = field(default_factory=dict)
    """Address that a query writes -> address that is asked."""
    gateway: str = ""
    """Address of our gateway; the number of a service is appended to it."""

    @classmethod
    def of(cls, allowed: Sequence[str], gateway: str = "") -> Services:
        """Return the services of a setting: each an address, or ``ADDRESS=TARGET`` where another one is asked."""
        pairs = (entry.partition("=") if _is_alias(entry) else (entry, "", entry) for entry in allowed)
        return cls({name: target for name, _, target in pairs}, gateway)

    def number(self, address: str) -> int:
        """Return the number of the service at `address`. Raises `ServiceRefused` when it is not allowed."""
        names = list(self.targets)
        if address not in names:
            known = ", ".join(names) or "none"
            raise ServiceRefused(f"{address} is not among the services that may be asked from here: {known}")
        return names.index(address)

    def target(self, number: int) -> str:
        """Return the address that is asked for service `number`. Raises `ServiceRefused` when there is none."""
        targets = list(self.targets.values())
        if not 0 <= number < len(targets):
            raise ServiceRefused("there is no such service")
        return targets[number]


def _is_alias(entry: str) -> bool:
    return "=http://" in entry or "=https://" in entry


def routed(tokens: Sequence[Token], text: str, services: Services) -> str:
    """Return `text` with each SERVICE led to the gateway.

    A SERVICE by variable becomes the union of all allowed services, each with the variable bound to its address.
    Raises `ServiceRefused` where one is not allowed, SILENT or not.
    """
    if not services.targets:
        raise ServiceRefused("SERVICE asks another server, which is not allowed here")
    edits: list[tuple[int, int, str]] = []
    for at, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            edits += _edits(tokens, at, text, services)
    for start, end, replacement in sorted(edits, reverse=True):
        text = f"{text[:start]}{replacement}{text[end:]}"
    return text


def _edits(tokens: Sequence[Token], at: int, text: str, services: Services) -> list[tuple[int, int, str]]:
    place = at + 1
    silent = place < len(tokens) and tokens[place].text.upper() == "SILENT"
    place += silent
    if place >= len(tokens):
        raise ServiceRefused("SERVICE names no server")
    named = tokens[place]
    if named.kind == "iri":
        return [(named.start, named.end, f"<{services.gateway}{services.number(named.text[1:-1])}>")]
    if named.text[:1] in "?$":
        return [_by_variable(tokens, at, place, text, services, silent)]
    address = _expanded(tokens, named.text)
    return [(named.start, named.end, f"<{services.gateway}{services.number(address)}>")]


def _by_variable(
    tokens: Sequence[Token], at: int, place: int, text: str, services: Services, silent: bool
) -> tuple[int, int, str]:
    end = _closing(tokens, place + 1)
    block = text[tokens[place + 1].start : tokens[end].end]
    if any(token.text.upper() == "SERVICE" for token in tokens[place + 1 : end] if token.kind == "word"):
        raise ServiceRefused("a SERVICE inside a SERVICE that a variable names is not carried out")
    word = "SERVICE SILENT" if silent else "SERVICE"
    variable = tokens[place].text
    ways = (
        f"{{ {word} <{services.gateway}{BY_VARIABLE}{number}> {block} VALUES {variable} {{ <{address}> }} }}"
        for number, address in enumerate(services.targets)
    )
    return tokens[at].start, tokens[end].end, f"{{ {' UNION '.join(ways)} }}"


def _closing(tokens: Sequence[Token], place: int) -> int:
    """Return where the block that opens at `place` ends."""
    depth = 0
    for at in range(place, len(tokens)):
        depth += (tokens[at].kind == "open") - (tokens[at].kind == "close")
        if depth == 0:
            return at
    raise ServiceRefused("the block of a SERVICE does not end")


def _expanded(tokens: Sequence[Token], name: str) -> str:
    """Return the IRI of a prefixed name; the empty text where its prefix is not declared."""
    prefix, colon, local = name.partition(":")
    for at, token in enumerate(tokens[:-2]):
        if token.kind == "word" and token.text.upper() == "PREFIX" and tokens[at + 1].text == prefix + colon:
            return tokens[at + 2].text[1:-1] + local
    return ""
