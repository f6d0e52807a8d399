"""Writing over HTTP: by update and by graph, with a token, never by accident and never for another site."""

from __future__ import annotations

import gzip
from urllib.parse import quote

import httpx
import pytest

from tests.http.conftest import GRAPHS, Running
from tests.w3c.server import said

TURTLE = {"Content-Type": "text/turtle"}


def insert(graph: str, words: str) -> str:
    triple = f'<https://example.org/{graph}> <https://example.org/p> "{words}"'
    return f"INSERT DATA {{ GRAPH <{GRAPHS}{graph}> {{ {triple} }} }}"


def says(graph: str, words: str) -> str:
    return f'ASK {{ GRAPH <{GRAPHS}{graph}> {{ ?s <https://example.org/p> "{words}" }} }}'


def test_an_update_is_seen_by_the_next_reader_under_the_generation_it_names(writable: Running) -> None:
    answer = writable.update(insert("first", "seen"))
    assert answer.status_code == 204
    found = httpx.get(writable.url + "sparql", params={"query": says("first", "seen")})
    assert (found.json()["boolean"], found.headers["Libri-Generation"]) == (True, answer.headers["Libri-Generation"])


def test_an_update_that_changes_nothing_makes_no_generation(writable: Running) -> None:
    first = writable.update(insert("twice", "same"))
    again = writable.update(insert("twice", "same"))
    assert first.headers["Libri-Generation"] == again.headers["Libri-Generation"]


def test_an_update_may_come_as_a_form(writable: Running) -> None:
    sent = httpx.post(
        writable.url + "sparql/update", data={"update": insert("form", "sent")}, headers=writable.may(writable.editor)
    )
    assert sent.status_code == 204
    assert writable.ask(says("form", "sent"))


def test_using_graph_uri_is_what_the_pattern_reads(writable: Running) -> None:
    writable.update(insert("using", "mine"))
    writable.update(insert("other", "not mine"))
    text = f"INSERT {{ GRAPH <{GRAPHS}copied> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    sent = httpx.post(
        writable.url + "sparql/update",
        params={"using-graph-uri": GRAPHS + "using"},
        content=text,
        headers=writable.may(writable.editor, **{"Content-Type": "application/sparql-update"}),
    )
    assert sent.status_code == 204
    assert writable.ask(says("copied", "mine"))
    assert not writable.ask(says("copied", "not mine"))


def test_using_named_graph_uri_is_where_graph_looks(writable: Running) -> None:
    writable.update(insert("named", "here"))
    writable.update(insert("elsewhere", "there"))
    text = f"INSERT {{ GRAPH <{GRAPHS}gathered> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    sent = httpx.post(
        writable.url + "sparql/update",
        data={"update": text, "using-named-graph-uri": GRAPHS + "named"},
        headers=writable.may(writable.editor),
    )
    assert sent.status_code == 204
    assert writable.ask(says("gathered", "here"))
    assert not writable.ask(says("gathered", "there"))


def test_a_data_set_is_named_by_the_request_or_by_the_update_and_not_by_both(writable: Running) -> None:
    text = f"INSERT {{ GRAPH <{GRAPHS}both> {{ ?s ?p ?o }} }} USING <{GRAPHS}small> WHERE {{ ?s ?p ?o }}"
    sent = httpx.post(
        writable.url + "sparql/update",
        data={"update": text, "using-graph-uri": GRAPHS + "small"},
        headers=writable.may(writable.editor),
    )
    assert sent.status_code == 400


def test_an_update_that_does_not_parse_says_where(writable: Running) -> None:
    answer = writable.update("INSERT DATA {\n  GRAPH <http://a/> { nonsense }\n}")
    problem = answer.json()
    assert (answer.status_code, problem["line"]) == (400, 2)
    assert "nonsense" in problem["excerpt"]
    assert problem["column"] > 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "QUERY"])
def test_an_update_is_made_by_post_alone(method: str, writable: Running) -> None:
    answer = httpx.request(
        method,
        writable.url + "sparql/update",
        params={"update": insert("never", "written")},
        headers=writable.may(writable.editor),
    )
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"
    assert not writable.ask(says("never", "written"))


def test_an_update_in_the_address_is_not_carried_out(writable: Running) -> None:
    answer = httpx.post(
        writable.url + "sparql/update",
        params={"update": insert("never", "written")},
        headers=writable.may(writable.editor, **{"Content-Type": "application/x-www-form-urlencoded"}),
    )
    assert answer.status_code == 400
    assert not writable.ask(says("never", "written"))


def test_a_form_of_another_site_writes_nothing(writable: Running) -> None:
    data = {"update": insert("never", "written")}
    by_cookie = httpx.post(writable.url + "sparql/update", data=data, headers={"Origin": "https://evil.example"})
    assert by_cookie.status_code == 401
    for origin in ("https://evil.example", "null"):
        headers = writable.may(writable.editor, Origin=origin)
        assert httpx.post(writable.url + "sparql/update", data=data, headers=headers).status_code == 403
    assert not writable.ask(says("never", "written"))


def test_a_page_of_our_own_may_write(writable: Running) -> None:
    assert writable.update(insert("own", "page"), Origin=writable.url.rstrip("/")).status_code == 204


def test_no_other_site_learns_what_a_write_answered(writable: Running) -> None:
    for path, method in (("sparql/update", "POST"), ("graphs?graph=x", "PUT"), ("graphs/small", "DELETE")):
        asked = {"Origin": "https://example.org", "Access-Control-Request-Method": method}
        asked["Access-Control-Request-Headers"] = "authorization"
        preflight = httpx.options(writable.url + path, headers=asked)
        refused = httpx.request(method, writable.url + path, headers={"Origin": "https://example.org"})
        for answer in (preflight, refused):
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert (preflight.status_code, refused.status_code) == (204, 401)


def test_without_a_token_or_with_a_wrong_one_nothing_is_written(writable: Running) -> None:
    bare = httpx.post(writable.url + "sparql/update", data={"update": insert("never", "written")})
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, 'Bearer realm="LIBRI Graph"')
    altered = writable.editor[:-1] + ("A" if writable.editor[-1] != "A" else "B")
    assert writable.update(insert("never", "written"), altered).status_code == 401
    assert not writable.ask(says("never", "written"))


def test_a_token_writes_no_more_than_its_scope(writable: Running) -> None:
    assert writable.update(insert("never", "written"), writable.reviewer).status_code == 403
    assert writable.update(insert("never", "written"), writable.small).status_code == 403
    both = f"{insert('small', 'too')} ; {insert('never', 'written')}"
    assert writable.update(both, writable.small).status_code == 403
    assert not writable.ask(says("small", "too"))
    assert writable.update(insert("small", "mine"), writable.small).status_code == 204
    refused = httpx.put(writable.url + "graphs/never", content="", headers=writable.may(writable.small, **TURTLE))
    assert refused.status_code == 403


def test_many_wrong_tokens_of_one_client_make_it_wait_and_nobody_else(writable: Running) -> None:
    def tried(client: str, token: str) -> httpx.Response:
        return writable.update("", token, **{"X-Forwarded-For": client})

    statuses = [tried("203.0.113.7", f"libri_0000000{n}_{'x' * 43}").status_code for n in range(10)]
    assert statuses == [401] * 10
    stopped = tried("203.0.113.7", writable.editor)
    assert (stopped.status_code, stopped.json()["type"]) == (429, "/problems/too-many-requests")
    assert int(stopped.headers["Retry-After"]) >= 30
    assert stopped.headers["Libri-Limit"] == "too-many-requests"
    assert writable.update(insert("patient", "yes"), **{"X-Forwarded-For": "203.0.113.8"}).status_code == 204


def test_a_revoked_token_is_no_token(writable: Running) -> None:
    place = ("--data-dir", str(writable.log.parent / "libri"))
    token = said("token", "add", "short-lived", "--may", "write", *place).strip()
    assert writable.update(insert("revoked", "before"), token).status_code == 204
    said("token", "revoke", "short-lived", *place)
    assert writable.update(insert("revoked", "after"), token).status_code == 401


@pytest.mark.parametrize(
    "text",
    [
        "DROP ALL",
        "CLEAR DEFAULT",
        'INSERT DATA { <https://example.org/a> <https://example.org/b> "c" }',
        'INSERT DATA { GRAPH <https://example.org/g> { <https://example.org/a> <https://example.org/b> "c" } }',
        f'INSERT DATA {{ GRAPH <{GRAPHS}shapes> {{ <https://example.org/a> <https://example.org/b> "c" }} }}',
        f'INSERT {{ ?s <https://example.org/b> "c" }} WHERE {{ GRAPH <{GRAPHS}small> {{ ?s ?p ?o }} }}',
    ],
)
def test_only_graphs_of_sources_are_written(text: str, writable: Running) -> None:
    before = httpx.get(writable.url + "health/ready").json()
    assert writable.update(text).status_code in (400, 403)
    assert httpx.get(writable.url + "health/ready").json() == before


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1:9/>", "LOAD SILENT <http://127.0.0.1:9/>"])
def test_an_update_fetches_nothing(text: str, writable: Running) -> None:
    assert writable.update(text).status_code in (204, 400, 403)


def test_an_update_asks_no_service(writable: Running) -> None:
    text = (
        f"INSERT {{ GRAPH <{GRAPHS}s> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <http://example.org/sparql> {{ ?s ?p ?o }} }}"
    )
    assert writable.update(text).status_code == 403


def test_a_write_over_its_size_is_413_and_says_so_in_the_header(writable: Running) -> None:
    answer = writable.update(insert("large", "x" * (2 << 20)))
    assert (answer.status_code, answer.headers["Libri-Limit"]) == (413, "too-large")


def test_a_graph_is_put_read_added_to_and_deleted_by_its_address(writable: Running) -> None:
    address, headers = writable.url + "graphs/direct", writable.may(writable.editor, **TURTLE)
    made = httpx.put(address, content='<https://example.org/a> <https://example.org/p> "ā" .'.encode(), headers=headers)
    assert (made.status_code, made.headers["Location"]) == (201, address)
    added = httpx.post(address, content='<https://example.org/a> <https://example.org/p> "b" .', headers=headers)
    assert added.status_code == 204
    read = httpx.get(address, headers={"Accept": "application/n-triples"})
    assert sorted(read.text.splitlines()) == [
        '<https://example.org/a> <https://example.org/p> "b" .',
        '<https://example.org/a> <https://example.org/p> "ā" .',
    ]
    assert read.headers["Libri-Generation"] == added.headers["Libri-Generation"]
    replaced = httpx.put(address, content='<https://example.org/a> <https://example.org/p> "c" .', headers=headers)
    assert replaced.status_code == 204
    assert writable.ask(says("direct", "c"))
    assert not writable.ask(says("direct", "b"))
    assert httpx.delete(address, headers=headers).status_code == 204
    assert httpx.get(address).status_code == 404
    assert httpx.delete(address, headers=headers).status_code == 404


def test_a_graph_is_named_indirectly_too(writable: Running) -> None:
    asked = {"graph": GRAPHS + "indirect"}
    body = '<https://example.org/a> <https://example.org/p> "put" .'
    sent = httpx.put(
        writable.url + "graphs", params=asked, content=body, headers=writable.may(writable.editor, **TURTLE)
    )
    assert (sent.status_code, sent.headers["Location"]) == (201, writable.url + "graphs/indirect")
    head = httpx.head(writable.url + "graphs", params=asked)
    assert (head.status_code, head.content) == (200, b"")
    assert "put" in httpx.get(writable.url + "graphs", params=asked).text


def test_a_form_of_several_parts_becomes_one_graph(writable: Running) -> None:
    files = [
        ("one", ("one.ttl", '<https://example.org/a> <https://example.org/p> "vīns" .'.encode(), "text/turtle")),
        ("two", ("two.nt", b'<https://example.org/a> <https://example.org/p> "two" .\n', "application/n-triples")),
    ]
    address = writable.url + "graphs/parts"
    sent = httpx.post(address, files=files, headers=writable.may(writable.editor))
    assert sent.status_code == 201
    assert writable.ask(says("parts", "vīns"))
    assert writable.ask(says("parts", "two"))


def test_a_form_with_a_part_that_is_no_rdf_changes_nothing(writable: Running) -> None:
    files = [
        ("one", ("one.ttl", b'<https://example.org/a> <https://example.org/p> "one" .', "text/turtle")),
        ("two", ("two.pdf", b"%PDF", "application/pdf")),
    ]
    sent = httpx.post(writable.url + "graphs/mixed", files=files, headers=writable.may(writable.editor))
    assert sent.status_code == 415
    assert httpx.get(writable.url + "graphs/mixed").status_code == 404


def test_a_post_without_a_graph_makes_one_and_says_where(writable: Running) -> None:
    body = '<https://example.org/a> <https://example.org/p> "new" .'
    made = httpx.post(writable.url + "graphs", content=body, headers=writable.may(writable.editor, **TURTLE))
    assert made.status_code == 201
    assert "new" in httpx.get(made.headers["Location"]).text


def test_a_body_may_come_in_gzip(writable: Running) -> None:
    body = gzip.compress(b'<https://example.org/a> <https://example.org/p> "packed" .')
    headers = writable.may(writable.editor, **TURTLE, **{"Content-Encoding": "gzip"})
    assert httpx.put(writable.url + "graphs/packed", content=body, headers=headers).status_code == 201
    assert writable.ask(says("packed", "packed"))
    bomb = gzip.compress(b" " * (64 << 20))
    assert httpx.put(writable.url + "graphs/packed", content=bomb, headers=headers).status_code == 413


def test_a_body_that_does_not_parse_says_where_and_changes_nothing(writable: Running) -> None:
    headers = writable.may(writable.editor, **TURTLE)
    answer = httpx.put(
        writable.url + "graphs/broken", content="<https://a/> <https://b/> 1 .\nnonsense", headers=headers
    )
    assert (answer.status_code, answer.json()["line"], answer.json()["excerpt"]) == (400, 2, "nonsense")
    assert httpx.get(writable.url + "graphs/broken").status_code == 404


def test_the_view_is_read_and_never_written(writable: Running) -> None:
    assert httpx.get(writable.url + "graphs", params={"default": ""}).status_code == 200
    answer = httpx.put(
        writable.url + "graphs", params={"default": ""}, content="", headers=writable.may(writable.editor, **TURTLE)
    )
    assert answer.status_code == 403


def test_a_graph_of_any_name_is_made_and_leads_back_to_itself(writable: Running) -> None:
    body, headers = '<https://example.org/a> <https://example.org/p> "x" .', writable.may(writable.editor, **TURTLE)
    for name in ("rīga", "100% {so} \u202e"):
        made = httpx.put(writable.url + f"graphs/{quote(name)}", content=body, headers=headers)
        if made.status_code == 201:
            assert "x" in httpx.get(made.headers["Location"]).text
        else:
            assert (name, made.status_code) == ("100% {so} \u202e", 400)


def test_a_condition_of_a_write_holds_or_nothing_is_done(writable: Running) -> None:
    body, headers = '<https://example.org/a> <https://example.org/p> "{}" .', writable.may(writable.editor, **TURTLE)
    address = writable.url + "graphs/conditions"

    def put(word: str, **conditions: str) -> int:
        told = {name.replace("_", "-"): value for name, value in conditions.items()}
        return httpx.put(address, content=body.format(word), headers={**headers, **told}).status_code

    assert put("early", If_Match="*") == 412
    assert put("first", If_None_Match="*") == 201
    assert put("again", If_None_Match="*") == 412
    assert put("tagged", If_Match='"tag"') == 412
    assert put("part", Content_Range="bytes 0-3/100") == 400
    assert httpx.delete(address, headers={**headers, "If-Match": '"tag"'}).status_code == 412
    assert httpx.get(address).text.count('"') == 2
    assert "first" in httpx.get(address).text
    assert put("second", If_Match="*") == 204


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json"])
def test_a_graph_is_written_only_if_nobody_wrote_it_since_it_was_fetched(writable: Running, accept: str) -> None:
    body, headers = '<https://example.org/a> <https://example.org/p> "{}" .', writable.may(writable.editor, **TURTLE)
    address = writable.url + f"graphs/fetched-{accept[-3:]}"

    def put(word: str, tag: str) -> int:
        return httpx.put(address, content=body.format(word), headers={**headers, "If-Match": tag}).status_code

    assert httpx.put(address, content=body.format("first"), headers=headers).status_code == 201
    tag = httpx.get(address, headers={"Accept": accept}).headers["ETag"]
    writable.update(insert("beside", "does not matter"))
    assert put("mine", f'"another", {tag}') == 204
    assert put("too late", tag) == 412
    assert "mine" in httpx.get(address).text
    again = httpx.get(address, headers={"Accept": accept, "Accept-Encoding": "gzip"}).headers["ETag"]
    assert httpx.delete(address, headers={**headers, "If-Match": tag}).status_code == 412
    assert httpx.delete(address, headers={**headers, "If-Match": again}).status_code == 204


def test_a_method_that_a_graph_does_not_know_is_told_which_it_does(writable: Running) -> None:
    answer = httpx.request("QUERY", writable.url + "graphs/small")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, PUT, POST, DELETE, OPTIONS")


def test_an_unrelated_reader_may_ask_for_the_state_before(writable: Running) -> None:
    writable.update(insert("stated", "before"))
    number = str(httpx.get(writable.url + "health/ready").json()["generation"])
    writable.update(f"DELETE WHERE {{ GRAPH <{GRAPHS}stated> {{ ?s ?p ?o }} }}")
    assert not writable.ask(says("stated", "before"))
    assert writable.ask(says("stated", "before"), generation=number)
    gone = httpx.get(writable.url + "sparql", params={"query": "ASK {}", "generation": "999999"})
    assert (gone.status_code, bool(gone.json()["nearest"])) == (410, True)
