"""Every setting, read once from the environment by `cli` or `server` and handed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from libri_graph.errors import SettingInvalid
from libri_graph.namespaces import BASE

PREFIX = "LIBRI_"
Address = Annotated[str, Meta(pattern="^https?://")]


@dataclass(frozen=True, slots=True)
class Settings:
    """How one instance of LIBRI Graph runs. Each field is the environment variable `LIBRI_` plus its name."""

    base_iri: str = BASE
    """Begins every IRI that names our own things; stored IRIs are never rewritten."""
    public_url: Address | None = None
    """Where this server is reached from outside; without it, its own host and port."""
    own_url: str | None = None
    """Where this server reaches itself, for SERVICE; `libri serve` sets it."""
    data_dir: Path = Path("var/libri")
    """Folder of generations and everything else stored."""
    query_seconds: Annotated[float, Meta(gt=0)] = 10.0
    """Longest run of one query, in seconds."""
    query_memory_mb: Annotated[int, Meta(ge=64)] = 2048
    """Most memory of one query, in MiB, beyond the open store."""
    result_mb: Annotated[int, Meta(ge=1)] = 4096
    """Most bytes of one answer, in MiB; a larger one is broken off."""
    query_workers: Annotated[int, Meta(ge=1)] = field(default_factory=lambda: os.cpu_count() or 1)
    """Query workers; as many as processor cores."""
    service_allow: str = ""
    """Services that a query may ask, with commas between: addresses, or ADDRESS=TARGET."""
    service_seconds: Annotated[float, Meta(gt=0)] = 5.0
    """Longest wait for one answer of a service, in seconds."""
    trusted_proxies: str = ""
    """Addresses or networks (CIDR), with commas between, whose X-Forwarded-For is believed."""
    write_seconds: Annotated[float, Meta(gt=0)] = 60.0
    """Longest work on one write, in seconds."""
    write_memory_mb: Annotated[int, Meta(ge=256)] = 2048
    """Most memory of the process that writes while it works on one write, in MiB."""
    write_mb: Annotated[int, Meta(ge=1)] = 10
    """Most MiB of RDF in one write, unpacked."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What the log tells: debug, info, warning or error; debug shows query texts."""
    contact: Annotated[str, Meta(pattern="^(mailto:|https://)")] | None = None
    """Who answers for this server (mailto: or https:); named where people look for it."""
    generations: Annotated[int, Meta(ge=1)] = 8
    """How many of the last generations are kept."""

    def __post_init__(self) -> None:
        """End addresses in a slash, so that what follows can be put behind them."""
        for name in ("base_iri", "public_url"):
            address = getattr(self, name)
            if address and not address.endswith("/"):
                object.__setattr__(self, name, address + "/")


def names() -> frozenset[str]:
    """Return the environment variables that are read."""
    return frozenset(PREFIX + known.name.upper() for known in fields(Settings))


def read_settings(environment: Mapping[str, str], **overrides: object) -> Settings:
    """Return the settings of this process; `overrides` (command-line options that are not None) win.

    Raises `SettingInvalid` for a value of the wrong kind and for a `LIBRI_` variable that nobody knows.
    """
    known = names()
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingInvalid(f"unknown setting {', '.join(unknown)}; the settings are {', '.join(sorted(known))}")
    given: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): environment[name] for name in known & set(environment)
    }
    given |= {name: value for name, value in overrides.items() if value is not None}
    kinds = get_type_hints(Settings, include_extras=True)
    return Settings(**{name: _read(name, value, kinds[name]) for name, value in given.items()})


def _read(name: str, value: object, kind: Any) -> Any:
    try:
        return Path(str(value)) if kind is Path else msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as problem:
        wanted = str(problem).partition(", got")[0].replace("`", "")
        raise SettingInvalid(f"{PREFIX}{name.upper()}: {wanted}, got {value!r}") from problem
