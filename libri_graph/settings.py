"""Every setting, read once from the environment by `cli` or `server` and handed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from libri_graph.errors import SettingInvalid
from libri_graph.namespaces import BASE

PREFIX = "LIBRI_"


def _reachable(contact: str) -> str:
    if not contact.startswith(("mailto:", "https://")):
        raise ValueError("should begin with mailto: or https://")
    return contact


def _with_slash(address: str) -> str:
    return address if address.endswith("/") else address + "/"


class Settings(BaseModel):
    """How one instance of LIBRI Graph runs. Each field is the environment variable `LIBRI_` plus its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    base_iri: Annotated[str, AfterValidator(_with_slash)] = Field(
        default=BASE, description="Begins every IRI that names our own things; stored IRIs are never rewritten."
    )
    public_url: Annotated[str, AfterValidator(_with_slash)] | None = Field(
        default=None, description="Where this server is reached from outside; without it, its own host and port."
    )
    own_url: str | None = Field(
        default=None, description="Where this server reaches itself, for SERVICE; `libri serve` sets it."
    )
    data_dir: Path = Field(default=Path("var/libri"), description="Folder of generations and everything else stored.")
    query_seconds: float = Field(default=10.0, gt=0, description="Longest run of one query, in seconds.")
    query_memory_mb: int = Field(
        default=2048, ge=64, description="Most memory of one query, in MiB, beyond the open store."
    )
    result_mb: int = Field(
        default=4096, ge=1, description="Most bytes of one answer, in MiB; a larger one is broken off."
    )
    query_workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, description="Query workers; as many as processor cores."
    )
    service_allow: str = Field(
        default="",
        description="Services that a query may ask, with commas between: addresses, or ADDRESS=TARGET.",
    )
    service_seconds: float = Field(
        default=5.0, gt=0, description="Longest wait for one answer of a service, in seconds."
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks (CIDR), with commas between, whose X-Forwarded-For is believed.",
    )
    write_seconds: float = Field(default=60.0, gt=0, description="Longest work on one write, in seconds.")
    write_mb: int = Field(default=10, ge=1, description="Most MiB of RDF in one write, unpacked.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What the log tells: debug, info, warning or error; debug shows query texts."
    )
    contact: Annotated[str, AfterValidator(_reachable)] | None = Field(
        default=None, description="Who answers for this server (mailto: or https:); named where people look for it."
    )
    generations: int = Field(default=8, ge=1, description="How many of the last generations are kept.")


def read_settings(environment: Mapping[str, str], **overrides: object) -> Settings:
    """Return the settings of this process; `overrides` (command-line options that are not None) win.

    Raises `SettingInvalid` for a value of the wrong kind and for a `LIBRI_` variable that nobody knows.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingInvalid(f"unknown setting {', '.join(unknown)}; the settings are {', '.join(sorted(known))}")
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name in known}
    given |= {name: value for name, value in overrides.items() if value is not None}  # type: ignore[misc]
    try:
        return Settings.model_validate(given)
    except ValidationError as problem:
        first = problem.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingInvalid(f"{name}: {first['msg']}, got {first.get('input')!r}") from problem
