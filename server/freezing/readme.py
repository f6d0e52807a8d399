"""What lies beside an edition for whoever finds it later: what it is, how to serve it, how to bring it back to life."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask

from libri_graph.publish import dumps
from libri_graph.store.generations import Generations

TEXT: Final = """\
LIBRI Graph, a static edition
=============================
State {generation} of the data, published {created}.
Made with {software} for {publicUrl}

What this is
------------
The whole site as files: every page in {many} ({languages}),
every record as Turtle, N-Triples, RDF/XML, JSON-LD and TriG, the API's records and lists,
and all the data in dumps/. English stands at the root, other languages in folders (lv/, ar/ ...).
Filters, search and the map work in the browser, with files under search/ and beside each list.
It cannot answer SPARQL, show older states of the data, or be written to.
Histories of records are {histories}.

Licence
-------
Data CC BY 4.0 ({licence}), vocabulary CC0; each record names its sources.

How to serve it
---------------
Any host of files will do; links are relative, so any folder of any host will do.
To look at it here:     python3 -m http.server --bind 127.0.0.1 8000
Apache:                 .htaccess is ready (mod_rewrite, mod_headers, mod_mime).
nginx:                  hosting/nginx.conf, with ROOT and HOST:PORT filled in.
Object storage (S3):    hosting/object-storage.json is the website configuration.
Netlify and the like:   _redirects is read as it is.
Content types:          hosting/content-types.json says what each suffix is.
With the rules of Apache or nginx, /id/... answers 303 by Accept, descriptions come in the form that is asked for
(first a form named without a quality, HTML first of several; other qualities are not weighed), 406, 410 and 308 are
answered; without rules, pages send on by themselves, and each form has its own address (/doc/practice/x.ttl).

Whether it is whole:    sha256sum --quiet --check SHA256SUMS

How to bring it back to life
----------------------------
With the software (the repository of LIBRI Graph), in the folder of this edition. The data directory is new:

  export LIBRI_DATA_DIR=/where/it/shall/be
  libri init --empty
  libri load dumps/{whole}
  libri serve

The second loads every graph, vocabulary and rules among them, as one change, for what one source says may rest on
another. What is published then is what was published; histories begin anew. It follows no data/ of the software.
The same file is for any other RDF store.
"""


def files(app: Flask, about: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the README of an edition, for terminals and for browsers."""
    generations: Generations = app.extensions["libri"].current.generations
    found = dumps.read_index(generations.folder(about["generation"]) / dumps.FOLDER)
    whole = next(dump.name for dump in found if dump.graph == "all")
    given = {**about, "languages": ", ".join(about["languages"]), "many": f"{len(about['languages'])} languages"}
    given["histories"] = "here too" if about["histories"] else "left out"
    text = TEXT.format(**given, whole=whole)
    page = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>LIBRI Graph, a static edition</title>\n<pre>{html.escape(text)}</pre>\n</html>\n"
    )
    return {"README.txt": text.encode(), "README.html": page.encode()}
