"""A small server on loopback that keeps every rule, and can be made to break one."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from libri_graph.errors import RepresentationUnavailable
from server.negotiation import media_type

MOMENT = "Tue, 24 Nov 2026 10:00:00 GMT"
FORMS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
NOTE = "http://www.w3.org/2004/02/skos/core#note"
CONTEXT = {"@context": {"label": LABEL, "note": NOTE, "type": "@type", "id": "@id"}}
DATA = f"""
<ROOT/id/riga> a <ROOT/City> ; <{LABEL}> "Rīga" ; <{NOTE}> "{"A long word about Rīga. " * 200}" .
"""
VOID = """
@prefix void: <http://rdfs.org/ns/void#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<ROOT/dataset> a void:Dataset , dcat:Dataset ; dcterms:title "Cities" ; dcterms:description "All that there are." ;
  dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcterms:publisher <ROOT/us> ;
  void:triples 3 ; void:sparqlEndpoint <ROOT/sparql> ; void:dataDump <ROOT/dump.nt.gz> ;
  void:exampleResource <ROOT/id/riga> ; void:uriSpace "ROOT/" ; void:classPartition [ void:triples 2 ] ;
  dcat:distribution <ROOT/dataset/file> .
<ROOT/dataset/file> a dcat:Distribution ; dcat:downloadURL <ROOT/dump.nt.gz> .
"""
DESCRIPTION = """
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<ROOT/service> a sd:Service ; sd:endpoint <ROOT/sparql> .
"""
PAGE = """<!doctype html><html lang="{language}"><head><title>Rīga</title>
<script type="application/ld+json">{{"@context": "https://schema.org", "@id": "{root}/id/riga",
"name": "Rīga"}}</script>
</head><body><h1>{greeting}</h1><a href="/id/riga">Rīga</a></body></html>"""
GREETINGS = {"en": "Hello", "lv": "Labdien"}
LICENCE = '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"'
READ, ASK = "GET, HEAD, OPTIONS", "GET, HEAD, POST, QUERY, OPTIONS"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Request:
    """What was asked; a fault may change it before it is answered."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "")

    @accept.setter
    def accept(self, value: str) -> None:
        self.headers["accept"] = value


@dataclass
class Response:
    """What is answered; a fault may change it before it is sent."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body_after_head: bool = False

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]


@dataclass(frozen=True)
class Fault:
    """What goes wrong."""

    before: Callable[[Request], Any] = lambda _: None
    after: Callable[[Request, Response], Any] = lambda _, __: None


class ModelSite:
    """The server, from `with` to its end; `fault` may be put in and taken out while it runs."""

    def __init__(self) -> None:
        self.fault = Fault()

    def __enter__(self) -> ModelSite:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.reply(site.answer(Request(self.command, parts.path, query, headers, body)))

            def reply(self, response: Response) -> None:
                self.send_response(response.status)
                for name, value in response.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(response.body)))
                self.end_headers()
                if self.command != "HEAD" or response.body_after_head:
                    self.wfile.write(response.body)

            def log_message(self, *_: object) -> None:
                pass

        for method in ("GET", "HEAD", "POST", "OPTIONS", "QUERY", "LIBRICHECK"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.store = Store()
        self.store.load(self._text(DATA), format=RdfFormat.TURTLE)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: Request) -> Response:
        self.fault.before(request)
        response = self._negotiated(request)
        self.fault.after(request, response)
        return response

    def _negotiated(self, request: Request) -> Response:
        try:
            response = self._routed(request)
        except RepresentationUnavailable:
            response = said(406, "there is: " + ", ".join(FORMS.values()))
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        response.headers.setdefault("Vary", "Accept, Accept-Language, Accept-Encoding")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.status == 200:
            self._finish(request, response)
        return response

    def _finish(self, request: Request, response: Response) -> None:
        tag = hashlib.sha256(response.body + response.headers["Content-Type"].encode()).hexdigest()[:16]
        if "gzip" in request.headers.get("accept-encoding", ""):
            response.body = gzip.compress(response.body)
            response.headers["Content-Encoding"] = "gzip"
            tag += "-gzip"
        response.headers |= {"ETag": f'"{tag}"', "Last-Modified": MOMENT, "Cache-Control": "no-cache"}
        response.headers["Access-Control-Expose-Headers"] = "Link, ETag"
        wanted = request.headers.get("if-none-match", "")
        if f'"{tag}"' in wanted or (not wanted and request.headers.get("if-modified-since") == MOMENT):
            response.status, response.body = 304, b""

    def _routed(self, request: Request) -> Response:
        endpoint = request.path == "/sparql"
        allowed = ASK if endpoint else READ
        if request.method not in allowed.split(", "):
            return Response(405, b"no", {"Allow": allowed, "Content-Type": "text/plain; charset=utf-8"})
        if request.method == "OPTIONS":
            return Response(
                204,
                headers={
                    "Allow": allowed,
                    "Access-Control-Allow-Methods": allowed,
                    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
                },
            )
        return self._sparql(request) if endpoint else self._read(request)

    def _read(self, request: Request) -> Response:
        path = request.path
        if path.startswith("/hop/"):
            _, _, number, rest = path.split("/", 3)
            return Response(
                303, headers={"Location": f"/hop/{int(number) - 1}/{rest}" if number != "1" else f"/{rest}"}
            )
        if path == "/loop":
            return Response(303, headers={"Location": "/loop"})
        if path == "/id/riga/":
            return Response(308, headers={"Location": "/id/riga"})
        if path == "/id/riga":
            kind = media_type(request.accept, tuple(FORMS.values()))
            suffix = next(suffix for suffix, media in FORMS.items() if media == kind)
            return Response(303, headers={"Location": "/doc/riga" + ("" if suffix == "html" else f".{suffix}")})
        if path == "/doc/riga" or path.startswith("/doc/riga."):
            _, _, suffix = path.partition(".")
            return self._described(
                request, FORMS[suffix] if suffix else media_type(request.accept, tuple(FORMS.values()))
            )
        return self._file(path)

    def _described(self, request: Request, kind: str) -> Response:
        triples = [quad.triple for quad in self.store]
        links = [f'<{self.root}/id/riga>; rel="cite-as"', LICENCE, f'<{self.root}/City>; rel="type"']
        if kind == "text/html":
            language = request.query.get("lang") or request.headers.get("accept-language", "en")[:2]
            language = language if language in GREETINGS else "en"
            links += [f'</doc/riga.{suffix}>; rel="alternate"; type="{media}"' for suffix, media in FORMS.items()]
            links += [f'</doc/riga?lang={tag}>; rel="alternate"; hreflang="{tag}"' for tag in GREETINGS]
            links.append('</doc/riga.jsonld>; rel="describedby"; type="application/ld+json"')
            page = PAGE.format(language=language, root=self.root, greeting=GREETINGS[language])
            found = said(200, page, kind)
            found.headers["Content-Language"] = language
        elif kind == "application/ld+json":
            record = {
                "@context": f"{self.root}/context.jsonld",
                "id": f"{self.root}/id/riga",
                "type": f"{self.root}/City",
                **{key: str(self._value(predicate)) for key, predicate in (("label", LABEL), ("note", NOTE))},
            }
            found = Response(200, json.dumps(record).encode(), {"Content-Type": kind})
        else:
            form = RdfFormat.RDF_XML if kind == FORMS["rdf"] else RdfFormat.N_TRIPLES
            found = said(200, (serialize(triples, format=form) or b"").decode(), kind)
        found.headers["Link"] = ", ".join(links)
        return found

    def _value(self, predicate: str) -> str:
        return next(quad.object.value for quad in self.store if quad.predicate.value == predicate)

    def _file(self, path: str) -> Response:
        if path == "/":
            return said(200, PAGE.format(language="en", root=self.root, greeting="Hello"), "text/html")
        if path == "/.well-known/void":
            return said(200, self._text(VOID), "text/turtle")
        if path == "/context.jsonld":
            return said(200, json.dumps(CONTEXT), "application/ld+json")
        if path == "/dump.nt.gz":
            body = gzip.compress(serialize((quad.triple for quad in self.store), format=RdfFormat.N_TRIPLES) or b"")
            return Response(200, body, {"Content-Type": "application/gzip"})
        if path == "/robots.txt":
            return said(200, self._text("User-agent: *\nDisallow: /sparql\nSitemap: ROOT/sitemap.xml\n"))
        if path == "/sitemap.xml":
            text = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>ROOT/doc/riga</loc></url></urlset>'
            return said(200, self._text(text), "application/xml")
        if path == "/.well-known/security.txt":
            return said(200, "Contact: mailto:us@example.org\nExpires: 2126-01-01T00:00:00Z\n")
        if path == "/doc/gone":
            return said(410, "gone")
        if path == "/City":
            return said(200, "a kind of place")
        return said(404, "there is nothing here")

    def _sparql(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0]
        if request.method in ("GET", "HEAD"):
            if "query" not in request.query:
                return said(200, self._text(DESCRIPTION), "text/turtle")
            query = request.query["query"]
        elif kind == FORM:
            form = parse_qs(request.body.decode())
            if "query" not in form:
                return said(400, "no query")
            query = form["query"][0]
        elif kind == "application/sparql-query":
            query = request.body.decode()
        else:
            return said(415, "not a kind of query")
        try:
            found = self.store.query(query)
        except SyntaxError as fault:
            return said(400, f"line 3: {fault}")
        return self._result(found, request.accept)

    def _result(self, found: Any, accept: str) -> Response:
        if isinstance(found, QueryTriples):
            media = media_type(accept, (*list(FORMS.values())[1:], "application/sparql-results+json"))
            forms = {media: RdfFormat.from_media_type(media) for media in FORMS.values() if media != "text/html"}
            body = found.serialize(format=forms.get(media, RdfFormat.TURTLE)) or b""
            return said(200, body.decode(), media if media in forms else "text/turtle")
        offered = tuple(RESULTS) if not isinstance(found, QueryBoolean) else tuple(RESULTS)[:2]
        media = media_type(accept, offered)
        body = (found.serialize(format=RESULTS[media]) or b"").decode()
        return said(200, body.replace("\r\n", "\n").replace("\n", "\r\n") if media == "text/csv" else body, media)

    def _text(self, text: str) -> str:
        return text.replace("ROOT", self.root)


def said(status: int, text: str, kind: str = "text/plain") -> Response:
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Response(status, text.encode(), {"Content-Type": kind + charset})
