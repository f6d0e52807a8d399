"""The one place where IRIs of things become URLs of this server, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from libri_graph.namespaces import EU_COUNTRY

RESERVED = "/:@!$&'()*+,;=~-._"
"""Characters that a path may hold as they are. Source: RFC 3986, section 3.3."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses for one deployment. Paths begin with ``/``; absolute ones with the public address."""

    base_iri: str
    public_url: str

    def path_of(self, iri: str) -> str:
        """Return the path of the page about `iri`; things that are not ours have one too.

        >>> Urls("https://w3id.org/libri/", "http://x/").path_of("https://w3id.org/libri/id/guide/a")
        '/doc/guide/a'
        """
        ours = iri.removeprefix(self.base_iri)
        if ours == iri:
            return self._foreign(iri)
        thing, hash_, part = ours.partition("#")
        fragment = f"#{quote(part)}" if hash_ else ""
        place = f"doc/{thing.removeprefix('id/')}" if thing.startswith("id/") else thing
        return "/" + quote(place, safe=RESERVED) + fragment

    def history_path(self, iri: str) -> str:
        """Return the path of the history of `iri`.

        >>> Urls("https://w3id.org/libri/", "http://x/").history_path("https://w3id.org/libri/id/guide/a")
        '/doc/guide/a/history'
        """
        path = self.path_of(iri)
        if path.startswith("/doc/") and "#" not in path and path.count("/") == 3:
            return f"{path}/history"
        return "/history?" + urlencode({"iri": iri})

    def url_of(self, iri: str) -> str:
        """Return the absolute URL of the page about `iri`."""
        return self.absolute(self.path_of(iri))

    @staticmethod
    def with_arguments(path: str, arguments: Mapping[str, str]) -> str:
        """Return `path`, which may have arguments already, with `arguments` added."""
        place, hash_, part = path.partition("#")
        joined = f"{'&' if '?' in place else '?'}{urlencode(arguments)}" if arguments else ""
        return f"{place}{joined}{hash_}{part}"

    def absolute(self, path: str) -> str:
        """Return the public URL of a path of this server."""
        return self.public_url + path.removeprefix("/")

    def iri_of(self, path: str) -> str:
        """Return the IRI of ours that the page at `path` is about; ``doc/`` pages are about ``id/`` things.

        >>> Urls("https://w3id.org/libri/", "http://x/").iri_of("/doc/guide/a")
        'https://w3id.org/libri/id/guide/a'
        """
        ours = unquote(path).removeprefix("/")
        if ours.startswith("doc/"):
            ours = "id/" + ours.removeprefix("doc/")
        return self.base_iri + ours

    def _foreign(self, iri: str) -> str:
        code = iri.removeprefix(EU_COUNTRY)
        if code != iri and code.isalnum():
            return f"/country/{code}"
        return "/resource?" + urlencode({"iri": iri})
