"""In whose words a record is told: ours, or those of schema.org. Source: W3C, Content Negotiation by Profile."""

from __future__ import annotations

import re
from typing import Final

from flask import request

from libri_graph.errors import RepresentationUnavailable
from libri_graph.namespaces import BASE
from libri_graph.publish.rdf import MEDIA_TYPES
from server.urls import Urls

JSON_LD: Final = MEDIA_TYPES["jsonld"]
OURS: Final = "libri"
SCHEMA_ORG: Final = "schema"
PROFILES: Final = {OURS: BASE + "profile/portal", SCHEMA_ORG: "https://schema.org/"}
"""Name of a profile in addresses -> its IRI."""
CHOOSING: Final = ("Accept", "Accept-Profile")
"""Headers by which a client chooses form and profile."""
_IN_ACCEPT: Final = re.compile(r';\s*profile\s*=\s*(?:"([^"]*)"|([^\s;,]+))', re.IGNORECASE)
_IN_HEADER: Final = re.compile(r"<([^>]*)>")


def asked() -> str:
    """Return the name of the profile that is asked for: by ``profile=``, else in Accept, else in Accept-Profile.

    Headers may name what we do not have: then it is ours. Raises `RepresentationUnavailable` for an unknown argument.
    """
    given = request.args.get("profile", "")
    if given:
        if (found := _profile(given)) is None:
            raise RepresentationUnavailable(f"there is no profile {given[:80]!r}", tuple(PROFILES.values()))
        return found
    named = [quoted or bare for quoted, bare in _IN_ACCEPT.findall(request.headers.get("Accept", ""))]
    named += _IN_HEADER.findall(request.headers.get("Accept-Profile", ""))
    asked = (_profile(one) for name in named for one in name.split())
    return next((name for name in asked if name), OURS)


def _profile(name: str) -> str | None:
    alike = {"https://schema.org": SCHEMA_ORG, "http://schema.org/": SCHEMA_ORG, **{v: k for k, v in PROFILES.items()}}
    return name if name in PROFILES else alike.get(name)


def links(chosen: str, path: str) -> list[str]:
    """Return the links that name the profile of an answer and the others."""
    found = [f'<{PROFILES[chosen]}>; rel="profile"']
    for name, iri in PROFILES.items():
        rel = "self" if name == chosen else "alternate"
        address = Urls.with_arguments(path, {"profile": name})
        found.append(f'<{address}>; rel="{rel}"; type="{JSON_LD}"; profile="{iri}"')
    return found


def typed(media_type: str, chosen: str) -> str:
    """Return the media type of an answer with its profile, where the type knows of profiles."""
    return f'{media_type};profile="{PROFILES[chosen]}"' if media_type == JSON_LD else media_type
