"""Rules for hosts that take some: Apache, nginx, object storage; where there are none, pages send on by themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from libri_graph.languages import DEFAULT
from libri_graph.publish.rdf import MEDIA_TYPES
from server.freezing.places import Layout
from server.freezing.rendering import Moved
from server.freezing.workers import Told

TYPES: Final = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples; charset=utf-8",
    "nq": "application/n-quads; charset=utf-8",
    "trig": "application/trig; charset=utf-8",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "ts": "text/plain; charset=utf-8",
    "gz": "application/gzip",
}
"""Suffix of a file -> what a host must say that it is."""
FORMS: Final = {"html": "text/html", **MEDIA_TYPES}
"""Suffix -> media type of the forms of a description."""
UNWEIGHED: Final = r"(,|$)"
WEIGHED: Final = r";(?!\s*q=0(\.0*)?\s*(,|$))"
"""How the name of a form goes on in Accept: without a quality or parameter, and with one that is not 0."""


def files(layout: Layout, told: Told) -> dict[str, bytes]:
    """Return the rules for each kind of host."""
    moved = sorted(told.moved)
    others = [language for language in layout.languages if language != DEFAULT]
    texts = {
        ".htaccess": apache(layout, moved, others),
        "hosting/nginx.conf": nginx(layout, moved, others),
        "_redirects": redirects(moved),
        "hosting/object-storage.json": json.dumps(object_storage(moved), indent=1) + "\n",
        "hosting/content-types.json": json.dumps(TYPES, indent=1) + "\n",
        "404.html": NOT_FOUND,
        "406.html": NOT_ACCEPTABLE,
    }
    return {name: text.encode() for name, text in texts.items()}


def apache(layout: Layout, moved: Sequence[Moved], languages: Iterable[str]) -> str:
    """Return the `.htaccess` of an edition; it needs mod_rewrite, mod_headers and mod_mime."""
    named = [(suffix, media, ends) for ends in (UNWEIGHED, WEIGHED) for suffix, media in FORMS.items()]
    choice = "\n".join(
        f"RewriteCond %{{HTTP:Accept}} (^|,)\\s*{re.escape(media)}\\s*{ends} [NC]\n"
        f"RewriteRule ^ - [E=FORM:{suffix},S={len(named) - place + 1}]"
        for place, (suffix, media, ends) in enumerate(named, 1)
    )
    types = "\n".join(f'AddType "{media}" .{suffix}' for suffix, media in TYPES.items())
    gone = "\n".join(f"RewriteRule ^{re.escape(one.path[1:])}/?$ - [G]" for one in moved if one.status == 410)
    merged = "\n".join(
        f"RewriteRule ^{re.escape(one.path[1:])}/?$ %{{ENV:BASE}}{_negotiated(one)} [R=308,L,NE]"
        for one in moved
        if one.status == 308
    )
    elsewhere = "\n".join(
        f"RewriteRule ^{re.escape(one.path[1:])}/?$ %{{ENV:BASE}}{one.to} [R=303,L,NE]" for one in _sent_on(moved)
    )
    tongues = "\n".join(
        f"RewriteCond %{{HTTP:Accept-Language}} ^{tag}\\b [NC]\nRewriteRule ^$ {tag}/ [R=303,L]" for tag in languages
    )
    data = "\n".join(f"RewriteRule ^{re.escape(path[1:])}$ {path[1:]}.{suffix} [L]" for path, suffix in _data(layout))
    return f"""# Apache: needs AllowOverride FileInfo Indexes, and mod_rewrite, mod_headers, mod_mime.
DirectorySlash Off
AddDefaultCharset utf-8
DirectoryIndex index.html
ErrorDocument 404 {_root(layout)}404.html
ErrorDocument 406 {_root(layout)}406.html
# What is gone has a page of its own that says so (an expression: Apache 2.4.13 or later).
ErrorDocument 410 "/%{{REQUEST_URI}}/index.html"
{types}
<IfModule mod_headers.c>
Header always set Access-Control-Allow-Origin "*"
Header always set Access-Control-Expose-Headers "Content-Type, ETag, Last-Modified, Link, Location, Vary"
Header always set X-Content-Type-Options "nosniff"
Header always set Content-Security-Policy "default-src 'self'; base-uri 'none'; form-action 'self'"
</IfModule>
RewriteEngine On
RewriteBase {_root(layout)}
RewriteRule ^ - [E=BASE:{_root(layout)}]

# What was merged, is gone, or is described elsewhere.
{merged}
{gone}
{elsewhere}

# The form that is asked for: one that is named, HTML first; else HTML where anything is welcome; else none.
RewriteRule ^ - [E=FORM:none]
{choice}
RewriteCond %{{HTTP:Accept}} ^$ [OR]
RewriteCond %{{HTTP:Accept}} (\\*/\\*|text/\\*)
RewriteRule ^ - [E=FORM:html]

# A thing: 303 to what is known of it.
RewriteRule ^id/ - [E=DESCRIBED:1]
RewriteCond %{{ENV:FORM}} =none
RewriteRule ^id/ - [R=406,L]
RewriteCond %{{ENV:FORM}} =html
RewriteRule ^id/([^/]+/[^/]+)/?$ doc/$1/ [R=303,L]
RewriteRule ^id/([^/]+/[^/]+)/?$ doc/$1.%{{ENV:FORM}} [R=303,L]

# A description in the form that is asked for.
RewriteCond %{{REQUEST_FILENAME}}.ttl -f
RewriteRule ^ - [E=DESCRIBED:1]
RewriteCond %{{ENV:DESCRIBED}} =1
RewriteCond %{{ENV:FORM}} =none
RewriteRule ^ - [R=406,L]
RewriteCond %{{ENV:DESCRIBED}} =1
RewriteCond %{{ENV:FORM}} !=html
RewriteRule ^(.+)$ $1.%{{ENV:FORM}} [L,E=VARIES:1]
Header always merge Vary "Accept" env=DESCRIBED
Header always merge Vary "Accept" env=REDIRECT_DESCRIBED

# The language of the first page; others have theirs in their address.
{tongues}

# Pages and data without a suffix or a slash.
{data}
RewriteRule ^(api/.+)$ $1 [E=API:1]
RewriteCond %{{REQUEST_FILENAME}} !-f
RewriteCond %{{REQUEST_FILENAME}}.json -f
RewriteRule ^(api/.+)$ $1.json [L]
RewriteCond %{{REQUEST_FILENAME}} -d
RewriteCond %{{REQUEST_FILENAME}}/index.html -f
RewriteRule ^(.+[^/])$ $1/index.html [L]
"""


def nginx(layout: Layout, moved: Iterable[Moved], languages: Iterable[str]) -> str:
    """Return an nginx configuration to include within ``http``; the words in capitals are to be filled in."""
    root = _root(layout)
    exact = "\n".join(f'    "~*(^|,)\\s*{re.escape(m)}\\s*(,|$)" {s};' for s, m in FORMS.items())
    named = "\n".join(
        f'    "~*(^|,)\\s*{re.escape(m)}\\s*;(?!\\s*q=0(\\.0*)?\\s*(,|$))" {s};' for s, m in FORMS.items()
    )
    types = "\n".join(f"        {media.partition(';')[0]} {' '.join(names)};" for media, names in _by_type())
    places = list(moved)
    gone = "\n".join(f'    "{root}{path}" 410;' for path in _with_slash(one for one in places if one.status == 410))
    elsewhere = "\n".join(f'    "{root}{one.path[1:]}" "{root}{one.to}";' for one in _sent_on(places))
    merged = "\n".join(
        f'    "{root}{path}" "{root}{_negotiated(one)}";'
        for one in places
        if one.status == 308
        for path in _with_slash([one])
    )
    tongues = "\n".join(f'    "~*^{tag}\\b" {tag};' for tag in languages)
    data = "\n".join(
        f"    location = {root}{path[1:]} {{ rewrite ^ {root}{path[1:]}.{suffix} last; }}"
        for path, suffix in _data(layout)
    )
    return f"""# nginx: include it within http, with ROOT (the folder of the edition) and HOST:PORT replaced.
map $http_accept $libri_form {{
    default none;
    "" html;
{exact}
{named}
    "~\\*/\\*" html;
    "~*text/\\*" html;
}}
map $http_accept_language $libri_language {{
    default "";
{tongues}
}}
map $uri $libri_gone {{
    default 0;
{gone}
}}
map $uri $libri_merged {{
    default "";
{merged}
}}
map $uri $libri_elsewhere {{
    default "";
{elsewhere}
}}
map $libri_form $libri_suffix {{ default .$libri_form; html /; none /; }}
map $libri_form $libri_page {{ default .$libri_form; html /index.html; none /index.html; }}

server {{
    listen HOST:PORT;
    root ROOT;
    index index.html;
    absolute_redirect off;
    charset utf-8;
    charset_types text/plain text/turtle text/csv text/css text/javascript application/n-triples
        application/trig application/n-quads;
    gzip on;
    gzip_vary on;
    gzip_types text/plain text/turtle text/csv text/css text/javascript application/json application/ld+json
        application/geo+json application/n-triples application/trig application/rdf+xml application/xml image/svg+xml;
    types {{
{types}
    }}
    default_type application/octet-stream;
    add_header Access-Control-Allow-Origin "*" always;
    add_header Access-Control-Expose-Headers "Content-Type, ETag, Last-Modified, Link, Location, Vary" always;
    add_header X-Content-Type-Options nosniff always;
    add_header Content-Security-Policy "default-src 'self'; base-uri 'none'; form-action 'self'" always;
    add_header Vary $libri_vary always;
    error_page 404 {root}404.html;
    error_page 406 {root}406.html;

    # All choices are made here: a location with an "if" that holds forgets its try_files.
    set $libri_vary "";
    set $libri_kind other;
    if (-f $request_filename.ttl) {{ set $libri_kind described; }}
    if ($libri_kind = described) {{ set $libri_vary Accept; }}
    set $libri_case "$libri_kind:$libri_form";
    if ($libri_case = "described:none") {{ return 406; }}
    if ($libri_merged) {{ return 308 $libri_merged; }}
    if ($libri_gone) {{ return 410; }}
    if ($libri_elsewhere) {{ return 303 $libri_elsewhere; }}
    error_page 410 @gone;
    location @gone {{ try_files $uri/index.html =410; }}

    location ~ ^{root}id/(?<libri_thing>[^/]+/[^/]+?)/?$ {{
        set $libri_vary Accept;
        if ($libri_form = none) {{ return 406; }}
        return 303 {root}doc/$libri_thing$libri_suffix;
    }}
    location = {root}406.html {{ set $libri_vary Accept; }}
    location = {root} {{
        set $libri_vary Accept-Language;
        if ($libri_language) {{ return 303 {root}$libri_language/; }}
        try_files {root}index.html =404;
    }}
{data}
    location {root}api/ {{ try_files $uri $uri.json $uri/index.html =404; }}
    location {root} {{
        try_files $uri $uri$libri_page $uri/index.html =404;
    }}
}}
"""


def redirects(moved: Iterable[Moved]) -> str:
    """Return `_redirects`, as Netlify, Cloudflare Pages and others read it. They cannot negotiate."""
    lines = [f"{one.path} /{one.to} {301 if one.status == 308 else one.status}" for one in moved if _is_ours(one)]
    return "\n".join(["# from to status", "/id/:kind/:slug /doc/:kind/:slug/ 303", *lines]) + "\n"


def object_storage(moved: Iterable[Moved]) -> dict[str, object]:
    """Return the website configuration of a bucket (S3 and those like it)."""
    rules: list[dict[str, object]] = [
        {
            "Condition": {"KeyPrefixEquals": "id/"},
            "Redirect": {"ReplaceKeyPrefixWith": "doc/", "HttpRedirectCode": "303"},
        }
    ]
    rules += [
        {
            "Condition": {"KeyPrefixEquals": one.path[1:]},
            "Redirect": {"ReplaceKeyWith": one.to, "HttpRedirectCode": "308"},
        }
        for one in moved
        if one.status == 308
    ]
    return {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "404.html"},
        "RoutingRules": rules[:50],
    }


def _sent_on(moved: Iterable[Moved]) -> list[Moved]:
    """Return what sends on for now, but for things, which have a rule of their own."""
    return [one for one in moved if one.status in (301, 302, 303) and _is_ours(one)]


def _is_ours(one: Moved) -> bool:
    return one.status in (301, 302, 303, 308) and not one.path.startswith("/id/") and "://" not in one.to


def _negotiated(one: Moved) -> str:
    """Return where a merged thing sends to: the address that answers in every form, not the folder of the page."""
    return one.to.rstrip("/")


def _with_slash(moved: Iterable[Moved]) -> list[str]:
    """Return the paths, and each as that of a folder too."""
    return [path for one in moved for path in (one.path[1:], f"{one.path[1:]}/")]


def _data(layout: Layout) -> list[tuple[str, str]]:
    return sorted((path, suffix) for path, suffix in layout.data.items() if not path.startswith("/api"))


def _by_type() -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for suffix, media in TYPES.items():
        found.setdefault(media, []).append(suffix)
    merged: dict[str, list[str]] = {}
    for media, names in found.items():
        merged.setdefault(media.partition(";")[0], []).extend(names)
    return sorted(merged.items())


def _root(layout: Layout) -> str:
    """Return the path of the edition on its host, with a slash at both ends."""
    return "/" + layout.public_url.split("/", 3)[3]


def _note(title: str, text: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<h1>{title}</h1>\n{text}\n</html>\n"
    )


NOT_FOUND: Final = _note("404", "<p>There is no page at this address.</p>")
NOT_ACCEPTABLE: Final = _note(
    "406",
    "<p>It is not to be had in a form that you accept. There are:</p>\n<ul>"
    + "".join(f"<li>{media}</li>" for media in FORMS.values())
    + "</ul>",
)
