"""HTTP and the SPARQL protocol, misused."""

from __future__ import annotations

from urllib.parse import quote

from .probe import Probe, answered, demand, refused
from .target import Answer, Target

SOUND = "ASK {}"
SLIPPED = "<https://battery.example/slipped>"
HIDDEN = "root:x:0:0"


def query_in_update(target: Target) -> str:
    """An update by GET, and one sent as a query."""
    drop = f"INSERT DATA {{ {SLIPPED} <https://battery.example/p> 1 }}"
    told = [
        target.send("GET", target.update, params={"update": drop}),
        target.send("GET", target.query, params={"update": drop}),
        target.send("GET", target.query, params={"query": drop}),
        target.send("POST", target.query, data={"query": drop}),
    ]
    for answer in told:
        demand(answer.status >= 400 or target.foreign, answer)
    there = target.ask(f"ASK {{ {{ {SLIPPED} ?p ?o }} UNION {{ GRAPH ?g {{ {SLIPPED} ?p ?o }} }} }}")
    demand('"boolean":false' in there.text.replace(" ", ""), "the store was changed")
    return ", ".join(map(str, told))


def injection(target: Target) -> str:
    """Line ends in what comes back as a header."""
    evil = quote("x\r\nSet-Cookie: evil=1\r\n\r\n<script>")
    told = []
    for url in (
        f"{target.query}?query=ASK%20%7B%7D&format={evil}",
        f"{target.query}?query={evil}",
        f"{target.root}/initiatives?lang={evil}",
        f"{target.root}/id/guide/{evil}/",
        f"{target.root}/{evil}/",
        f"{target.graphs}?graph={evil}",
    ):
        answer = target.send("GET", url)
        demand("set-cookie" not in {name.lower() for name in answer.headers}, f"{url}: header injected")
        demand(answer.status < 500 or target.foreign, f"{url}: {answer}")
        told.append(str(answer.status))
    return " ".join(told)


def jsonp(target: Target) -> str:
    answer = target.ask(SOUND, callback="alert", accept="application/javascript, */*;q=0.1")
    demand("alert" not in answer.text, "the callback is carried out")
    return str(answer)


def wrong_content_type(target: Target) -> str:
    answer = target.send("POST", target.query, content=SOUND, headers={"Content-Type": "text/plain"})
    return refused(target, answer, {415}, ("unsupported-media-type",))


def wrong_accept(target: Target) -> str:
    return refused(target, target.ask(SOUND, accept="image/png"), {406}, ("not-acceptable",))


def syntax(target: Target) -> str:
    answer = target.ask("SELECT * WHERE {\n  ?s ?p }\n")
    told = refused(target, answer, {400}, ("query-syntax",))
    demand(target.foreign or ('"line"' in answer.text and '"column"' in answer.text), "says no place")
    return told


def empty_query(target: Target) -> str:
    told = [target.ask(text) for text in ("", " ", "# nothing", "\ufeff", "\x00")]
    return ", ".join(refused(target, answer, {400}, within=1) for answer in told)


def methods(target: Target) -> str:
    """TRACE and friends echo nothing."""
    told = []
    for method in ("TRACE", "TRACK", "CONNECT", "PATCH", "PROPFIND", "X" * 200):
        answer = target.send(method, target.root + "/", headers={"X-Secret": "echo-me"})
        demand("echo-me" not in answer.text, f"{method} echoes")
        demand(target.foreign or answer.status in (400, 405, 501), f"{method[:8]}: {answer}")
        told.append(str(answer.status))
    return " ".join(told)


def host(target: Target) -> str:
    """A forged Host, X-Forwarded-Host or address form changes no link."""
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    told = []
    for path in ("/", "/void", "/sparql", "/id/battery/record", "/doc/battery/record", "/initiatives/", "/nothing"):
        for accept in ("text/html", "text/turtle", "application/ld+json"):
            answer = target.send("GET", target.root + path, headers={**forged, "Accept": accept})
            headers = " ".join(answer.headers.values())
            demand("evil.example" not in answer.text + headers, f"{path} as {accept} names the forged host")
            told.append(str(answer.status))
    raw = target.raw(b"GET http://evil.example/void HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    demand(b"evil.example" not in raw, "an absolute address names the forged host")
    return " ".join(told)


def vary(target: Target) -> str:
    """What depends on a header says so, and what is wrong for one reader is kept for nobody."""
    told = []
    for path in ("/", "/doc/battery/record", "/id/battery/record", "/initiatives", "/nothing", "/void"):
        answer, other, translated = (
            target.send("GET", target.root + path, headers={"Accept": form, "Accept-Language": language})
            for form, language in (("text/html", "lv"), ("text/turtle", "lv"), ("text/html", "pl"))
        )
        if "no-store" not in answer.headers.get("cache-control", ""):
            found = {name.strip().lower() for name in answer.headers.get("vary", "").split(",")}
            says = f"{path}: {answer.status} varies by {sorted(found)}"
            demand("accept" in found or _alike(answer, other), says)
            demand("accept-language" in found or _alike(answer, translated), says)
        told.append(str(answer.status))
    asked = target.send("GET", target.query, params={"query": SOUND})
    demand("accept" in asked.headers.get("vary", "").lower(), "an answer does not vary by Accept")
    failed = target.send("GET", target.query, params={"query": "nonsense"})
    demand("no-store" in failed.headers.get("cache-control", ""), "an error may be kept")
    return " ".join(told)


def _alike(one: Answer, other: Answer) -> bool:
    headers = ("content-type", "content-language", "location")
    return (one.status, one.body) == (other.status, other.body) and all(
        one.headers.get(name) == other.headers.get(name) for name in headers
    )


def unkeyed(target: Target) -> str:
    """Two readers with different headers, one after the other, get each their own form."""
    query = {"query": "SELECT (1 AS ?x) {}"}
    first = target.send("GET", target.query, params=query, headers={"Accept": "text/csv"})
    second = target.send("GET", target.query, params=query, headers={"Accept": "application/sparql-results+json"})
    demand("csv" in first.headers.get("content-type", ""), first.headers.get("content-type"))
    demand("json" in second.headers.get("content-type", ""), second.headers.get("content-type"))
    packed = target.raw(_asks(target, "gzip"), 2)
    plain = target.raw(_asks(target, "identity"), 2)
    demand(b"content-encoding: gzip" not in plain.lower(), "the packed answer went to who takes none")
    return f"{answered(second)}, {len(packed)} and {len(plain)} bytes"


def _asks(target: Target, coding: str) -> bytes:
    head = f"GET {target.path}?query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%20500 HTTP/1.1\r\nHost: x\r\n"
    return f"{head}Accept: text/csv\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n\r\n".encode()


def traversal(target: Target) -> str:
    told = []
    up = "..%2f" * 8
    for path in (
        f"/id/{up}etc%2fpasswd",
        f"/id/guide/{up}etc%2fpasswd",
        f"/doc/guide/{up}etc%2fpasswd.ttl",
        f"/static/{up}etc%2fpasswd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/..%5c..%5cetc%5cpasswd",
        "/static/%00",
        f"/dumps/{up}etc%2fpasswd",
        "/dumps/%2fetc%2fpasswd",
        "/dumps/..%2fgeneration.json",
        f"/graphs/{up}etc%2fpasswd",
        "/health/..%2f..%2fetc%2fpasswd",
        f"/ontology/{up}etc%2fpasswd",
    ):
        answer = target.send("GET", target.root + path)
        demand(HIDDEN not in answer.text, f"{path} was read")
        demand(target.foreign or answer.status in (308, 400, 404), f"{path}: {answer}")
        told.append(str(answer.status))
    return " ".join(told)


def redirects(target: Target) -> str:
    """No address here sends a reader to another site."""
    told = []
    for path in (
        "//evil.example/",
        "//evil.example",
        "/%2fevil.example/",
        "/\\evil.example/",
        "/%5cevil.example/",
        "/.//evil.example/",
        "/id//evil.example",
        "/doc//evil.example/",
        "/id/%2f/evil.example/",
    ):
        came = target.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        lines = came.partition(b"\r\n\r\n")[0].decode("latin-1").splitlines()
        location = next((line[9:].strip() for line in lines if line.lower().startswith("location:")), "")
        outside = location.startswith(("//", "/\\", "\\")) or "://evil" in location
        demand(not outside, f"{path} leads to {location}")
        told.append(came[9:12].decode("latin-1") or "closed")
    return " ".join(told)


def logs(target: Target) -> str:
    """Line ends and colours for the log; whether it stays whole is looked at by who can read it."""
    evil = "x\x1b[31mred\x1b]0;title\x07"
    head = f"GET {target.path}?query=ASK%7B%7D%0A%7B%22level%22:%22forged%22%7D%1b%5b31m HTTP/1.1\r\nHost: x\r\n"
    came = target.raw(f"{head}User-Agent: {evil}\r\nConnection: close\r\n\r\n".encode("latin-1"))
    again = target.send("GET", target.root + "/id/%0A%7B%22level%22:%22forged%22%7D/%1b%5b31m")
    return f"{came[9:12].decode()} {again.status}"


PROBES = (
    Probe("23", "update by GET, and as a query", query_in_update),
    Probe("32", "CRLF in parameters", injection),
    Probe("32b", "JSONP callback", jsonp),
    Probe("37", "wrong content type", wrong_content_type),
    Probe("37b", "wrong Accept", wrong_accept),
    Probe("39", "syntax error", syntax),
    Probe("40", "TRACE and other methods", methods),
    Probe("s12", "query without anything in it", empty_query),
    Probe("s13", "forged Host", host, ours=True),
    Probe("s14", "answers that depend on a header say so", vary, ours=True),
    Probe("s15", "cache poisoning by an unkeyed header", unkeyed),
    Probe("s16", "path traversal", traversal),
    Probe("s17", "redirect to another site", redirects),
    Probe("s18", "log injection", logs),
)
