"""For every rule, one thing that goes wrong on the model site, by which that rule is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from libri_graph.conformance.graph import RDF

from .model_site import FORM, FORMS, Fault, Request, Response

Change = Callable[[Request], Any]
When = Callable[[Request, Response], bool]
HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
RESULTS = "application/sparql-results+json"


def thing(request: Request, _: Response | None = None) -> bool:
    return request.path.startswith(("/id/", "/doc/"))


def on_endpoint(request: Request, _: Response | None = None) -> bool:
    return request.path == "/sparql"


def asked(accept: str, instead: str, where: Callable[[Request], bool] = thing) -> Fault:
    """A server that takes one Accept header for another."""

    def change(request: Request) -> None:
        if where(request) and request.accept == accept:
            request.accept = instead

    return Fault(before=change)


def unasked(header: str, only: Callable[[str], bool] = lambda _: True) -> Fault:
    """A server that does not read a header."""

    def change(request: Request) -> None:
        if only(request.headers.get(header, "")):
            request.headers.pop(header, None)

    return Fault(before=change)


def status(wrong: int, when: When) -> Fault:
    def change(request: Request, response: Response) -> None:
        if when(request, response):
            response.status = wrong

    return Fault(after=change)


def header(name: str, value: str | None, when: When = lambda _, __: True) -> Fault:
    """A header that is another, or none."""

    def change(request: Request, response: Response) -> None:
        if when(request, response):
            response.headers.pop(name, None)
            if value is not None:
                response.headers[name] = value

    return Fault(after=change)


def body(old: str, new: str, when: When = lambda _, __: True) -> Fault:
    def change(request: Request, response: Response) -> None:
        if when(request, response):
            response.body = response.body.replace(old.encode(), new.encode())

    return Fault(after=change)


def whole(new: bytes, when: When) -> Fault:
    def change(request: Request, response: Response) -> None:
        if when(request, response):
            response.body = new

    return Fault(after=change)


def link(old: str, new: str) -> Fault:
    def change(_: Request, response: Response) -> None:
        if "Link" in response.headers:
            response.headers["Link"] = response.headers["Link"].replace(old, new)

    return Fault(after=change)


def both(one: Fault, other: Fault) -> Fault:
    def before(request: Request) -> None:
        one.before(request)
        other.before(request)

    def after(request: Request, response: Response) -> None:
        one.after(request, response)
        other.after(request, response)

    return Fault(before, after)


def at(path: str) -> When:
    return lambda request, _: request.path == path


def came(code: int) -> When:
    return lambda _, response: response.status == code


def kind(media_type: str) -> When:
    return lambda _, response: response.kind == media_type


def by(method: str, where: When = thing) -> When:
    return lambda request, response: request.method == method and where(request, response)


def browsers(request: Request, _: Response) -> bool:
    return request.path == "/id/riga" and request.accept.startswith(HTML)


def _to(place: str) -> Fault:
    return header("Location", place, browsers)


def _first(request: Request) -> None:
    if ";q=0.1" in request.accept and "*/*" not in request.accept:
        request.accept = request.accept.partition(";")[0]


def _only_html(request: Request) -> None:
    if thing(request):
        request.accept = HTML


def _no_page(request: Request) -> None:
    if thing(request) and HTML in request.accept:
        request.accept = TURTLE


def _zero(request: Request) -> None:
    request.accept = request.accept.replace(";q=0,", ",")


def _profile(request: Request) -> None:
    if "profile=" in request.accept:
        request.accept = HTML


def _capitals(request: Request) -> None:
    if request.accept.isupper():
        request.accept = HTML


def _hops(request: Request, response: Response) -> None:
    if request.path == "/id/riga" and response.status == 303:
        response.headers["Location"] = "/hop/2" + response.headers["Location"]


def _as_get(request: Request) -> None:
    if request.method == "LIBRICHECK":
        request.method = "GET"


def _shout(_: Request, response: Response) -> None:
    response.body_after_head = True


def _weak(_: Request, response: Response) -> None:
    if "ETag" in response.headers:
        response.headers["ETag"] = "W/" + response.headers["ETag"]


def _any_tag(request: Request, response: Response) -> None:
    if "if-none-match" in request.headers:
        response.status, response.body = 304, b""


def _same_tag(_: Request, response: Response) -> None:
    if "ETag" in response.headers:
        response.headers["ETag"] = response.headers["ETag"].replace("-gzip", "")


def _packed_for_all(request: Request) -> None:
    request.headers["accept-encoding"] = "gzip"


def _echo(request: Request, response: Response) -> None:
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("origin", "null")


def _expanded(request: Request, response: Response) -> None:
    if response.kind == JSON_LD and thing(request):
        response.body = b'[{"@id": "http://example.org/a", "http://example.org/b": [{"@value": "c"}]}]'


def _without_language(request: Request) -> None:
    request.query.pop("lang", None)


def _query(form: str) -> When:
    return by("POST", lambda request, _: on_endpoint(request) and request.headers.get("content-type") == form)


def _open(request: Request, response: Response) -> None:
    if b"update=" in request.body:
        response.status = 204


def _as_rows(request: Request, response: Response) -> None:
    if on_endpoint(request) and response.kind == "application/rdf+xml":
        response.headers["Content-Type"] = "application/sparql-results+xml"


def _plain_query(request: Request) -> None:
    if request.headers.get("content-type") == "text/plain":
        request.headers["content-type"] = "application/sparql-query"


def _no_licence(request: Request, response: Response) -> None:
    link('rel="license"', 'rel="other"').after(request, response)
    body("dc/terms/license", "dc/terms/rights").after(request, response)
    body("dcterms:license", "dcterms:rights").after(request, response)


VOID_AT = "/.well-known/void"
FAULTS: dict[str, Fault] = {
    "iri-answers": status(404, at("/id/riga")),
    "rdf-some": Fault(before=_only_html),
    "rdf-turtle": asked(TURTLE, HTML),
    "rdf-json-ld": asked(JSON_LD, HTML),
    "rdf-n-triples": asked(FORMS["nt"], HTML),
    "rdf-xml": asked(FORMS["rdf"], HTML),
    "rdf-labels-true": whole(b"<not", kind(FORMS["rdf"])),
    "accept-html": Fault(before=_no_page),
    "accept-list": asked(RDF, HTML),
    "accept-weights": Fault(before=_first),
    "accept-weight-zero": Fault(before=_zero),
    "accept-parameters": Fault(before=_profile),
    "accept-capitals": Fault(before=_capitals),
    "accept-any": status(406, lambda request, _: thing(request) and request.accept == "*/*"),
    "accept-empty": status(406, lambda request, _: thing(request) and request.accept == ""),
    "accept-none": asked("image/png", HTML),
    "accept-none-lists": whole(b"no", came(406)),
    "alternates-true": header("Content-Type", "text/plain", at("/doc/riga.nt")),
    "redirect-303": status(302, came(303)),
    "redirect-vary": header("Vary", None, came(303)),
    "redirect-short": Fault(after=_hops),
    "redirect-ends": _to("/loop"),
    "redirect-public": _to("http://10.0.0.1/"),
    "redirect-location": _to("/doc/riga?a=b c"),
    "slash-redirects": status(404, at("/id/riga/")),
    "slash-one-address": status(200, at("/id/riga/")),
    "head-status": status(405, by("HEAD", lambda request, _: request.path.startswith("/doc/"))),
    "head-thing": status(405, by("HEAD", lambda request, _: request.path.startswith("/id/"))),
    "head-headers": header("ETag", None, by("HEAD")),
    "head-empty": Fault(after=_shout),
    "options-allow": header("Allow", None, by("OPTIONS")),
    "method-unknown": Fault(before=_as_get),
    "method-allow": header("Allow", None, came(405)),
    "missing-page": status(200, came(404)),
    "missing-rdf": status(200, lambda request, response: response.status == 404 and request.accept == TURTLE),
    "missing-told": whole(b"", came(404)),
    "missing-cors": header("Access-Control-Allow-Origin", None, came(404)),
    "gone-410": status(404, came(410)),
    "vary-accept": header("Vary", None, at("/doc/riga")),
    "etag": header("ETag", None),
    "etag-strong": Fault(after=_weak),
    "etag-by-form": header("ETag", '"same"'),
    "not-modified": unasked("if-none-match"),
    "not-modified-list": unasked("if-none-match", lambda tags: "," in tags),
    "modified": Fault(after=_any_tag),
    "not-modified-headers": header("ETag", None, came(304)),
    "last-modified": header("Last-Modified", None),
    "modified-since": unasked("if-modified-since"),
    "cache-control": header("Cache-Control", None),
    "gzip": unasked("accept-encoding"),
    "gzip-vary": header("Vary", "Accept", lambda _, response: "Content-Encoding" in response.headers),
    "gzip-etag": Fault(after=_same_tag),
    "gzip-not-forced": Fault(before=_packed_for_all),
    "cors-read": header("Access-Control-Allow-Origin", None, came(200)),
    "cors-redirect": header("Access-Control-Allow-Origin", None, came(303)),
    "cors-expose": header("Access-Control-Expose-Headers", None),
    "cors-preflight": header("Access-Control-Allow-Headers", None),
    "cors-no-credentials": header("Access-Control-Allow-Credentials", "true"),
    "cors-vary": Fault(after=_echo),
    "graphs-equal": body("Rīga. A", "Riga. A", at("/doc/riga.nt")),
    "graph-about": body("/id/riga", "/id/rome", at("/doc/riga.nt")),
    "graph-named": body("rdf-schema#label", "rdf-schema#comment", thing),
    "graph-typed": body("rdf-syntax-ns#type", "rdf-syntax-ns#value", at("/doc/riga.ttl")),
    "utf-8": whole(b"<html>R\xefga", kind(HTML)),
    "charset": header("Content-Type", TURTLE, kind(TURTLE)),
    "embedded": body("application/ld+json", "text/plain", kind(HTML)),
    "embedded-parses": body('{"@context"', '{{"@context"', kind(HTML)),
    "embedded-about": body("/id/riga", "/id/rome", kind(HTML)),
    "json-ld-compact": Fault(after=_expanded),
    "json-ld-context": header("Access-Control-Allow-Origin", None, at("/context.jsonld")),
    "link-parses": header("Link", "</a; rel=x", kind(HTML)),
    "link-alternate": both(link('rel="alternate"; type', 'rel="x"; type'), link("describedby", "x")),
    "link-license": link('rel="license"', 'rel="x"'),
    "link-describedby": link("describedby", "x"),
    "link-cite-as": link("cite-as", "x"),
    "link-cite-as-true": link('/id/riga>; rel="cite-as"', '/doc/riga>; rel="cite-as"'),
    "link-type": link('rel="type"', 'rel="x"'),
    "links-answer": status(404, lambda request, _: request.path == "/doc/riga.nt" and request.accept == "*/*"),
    "page-title": body("<title>Rīga</title>", "", kind(HTML)),
    "language-declared": body("<html lang", "<html data-lang", kind(HTML)),
    "language-header": header("Content-Language", None),
    "language-accepted": unasked("accept-language"),
    "language-unknown": status(406, lambda request, _: "klingon" in request.headers.get("accept-language", "")),
    "language-vary": header("Vary", "Accept"),
    "language-alternates": Fault(before=_without_language),
    "sparql-get": status(500, lambda request, _: on_endpoint(request) and "SELECT" in request.query.get("query", "")),
    "sparql-post-form": status(415, _query(FORM)),
    "sparql-post-query": status(415, _query("application/sparql-query")),
    "sparql-query-method": status(405, by("QUERY", on_endpoint)),
    "sparql-ask": body("false", "true", on_endpoint),
    "sparql-xml": asked("application/sparql-results+xml", RESULTS, on_endpoint),
    "sparql-csv": asked("text/csv", RESULTS, on_endpoint),
    "sparql-csv-lines": body("\r\n", "\n", kind("text/csv")),
    "sparql-tsv": asked("text/tab-separated-values", RESULTS, on_endpoint),
    "sparql-charset": header("Content-Type", "text/csv", kind("text/csv")),
    "sparql-turtle": asked(TURTLE, FORMS["rdf"], on_endpoint),
    "sparql-json-ld": asked(JSON_LD, FORMS["rdf"], on_endpoint),
    "sparql-labels-true": Fault(after=_as_rows),
    "sparql-weights": Fault(before=_first),
    "sparql-accept-list": status(406, lambda request, _: on_endpoint(request) and request.accept == RDF),
    "sparql-accept-none": asked("image/png", RESULTS, on_endpoint),
    "sparql-syntax": status(500, came(400)),
    "sparql-syntax-place": whole(b"no", came(400)),
    "sparql-post-type": Fault(before=_plain_query),
    "sparql-update-as-query": status(
        200, lambda request, response: response.status == 400 and "INSERT" in request.query.get("query", "")
    ),
    "sparql-update-closed": Fault(after=_open),
    "sparql-description": header(
        "Content-Type", HTML, lambda request, _: on_endpoint(request) and not request.query and request.method == "GET"
    ),
    "sparql-head": status(405, by("HEAD", on_endpoint)),
    "sparql-vary": header("Vary", "Origin", on_endpoint),
    "sparql-cors": header("Access-Control-Allow-Origin", None, came(400)),
    "sparql-preflight": header("Access-Control-Allow-Headers", None),
    "sparql-etag": header("ETag", None),
    "void-found": status(404, at(VOID_AT)),
    "void-dataset": body("dcterms:title", "dcterms:source", at(VOID_AT)),
    "void-statistics": body("void:triples 2", "void:triples 4", at(VOID_AT)),
    "void-plausible": body("void:triples 3", "void:triples 30", at(VOID_AT)),
    "void-endpoint": body("void:sparqlEndpoint", "void:feature", at(VOID_AT)),
    "void-dumps": whole(b"nothing", at("/dump.nt.gz")),
    "void-example": both(body("exampleResource", "feature", at(VOID_AT)), body("uriSpace", "x", at(VOID_AT))),
    "dcat-dataset": body("dcterms:description", "dcterms:source", at(VOID_AT)),
    "dcat-distributions": status(404, at("/dump.nt.gz")),
    "licence": Fault(after=_no_licence),
    "robots": status(404, at("/robots.txt")),
    "robots-things": body("/sparql", "/id/", at("/robots.txt")),
    "robots-sitemap": body("Sitemap", "Map", at("/robots.txt")),
    "sitemap": status(404, at("/sitemap.xml")),
    "sitemap-valid": body("</urlset>", "", at("/sitemap.xml")),
    "sitemap-true": body("/doc/riga", "/id/riga", at("/sitemap.xml")),
    "security-txt": status(404, at("/.well-known/security.txt")),
    "security-txt-valid": body("2126", "2016", at("/.well-known/security.txt")),
    "page-no-sniff": header("X-Content-Type-Options", None),
}
