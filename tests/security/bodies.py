"""Requests whose size, coding or framing is an attack."""

from __future__ import annotations

import gzip
import io
import zipfile

from .probe import Failed, Probe, demand, demand_writer, refused
from .target import Target

BOMB_MB = 300
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


def large(target: Target) -> str:
    """Sixty megabytes; the answer must not wait for them."""
    body = b"query=ASK%20%7B%7D%20%23" + b"x" * (60 << 20)
    answer = target.send("POST", target.query, content=body, headers={"Content-Type": FORM})
    if not answer.status and "413" in (early := _early(target)):
        return early
    return refused(target, answer, {413}, ("too-large",), 1)


def _early(target: Target) -> str:
    """Return the status line that comes before the body is sent, for a client that did not look."""
    head = f"POST {target.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {60 << 20}\r\n\r\n"
    return target.raw(head.encode(), 2)[:40].decode("latin-1")


def endless(target: Target) -> str:
    """Chunks without end."""
    head = f"POST {target.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    came = target.raw(head.encode() + chunk * 160, 5)
    if not came:  # it closed while we still sent
        return "connection closed"
    demand(400 <= int(came[9:12]) < 500, came[:12])
    return came[9:12].decode()


def long_address(target: Target) -> str:
    request = f"GET {target.path}?query=ASK%20%7B%7D&x={'a' * 200_000} HTTP/1.1\r\nHost: x\r\n\r\n"
    return _status(target, request.encode(), 5, {414})


def many_headers(target: Target) -> str:
    lines = "".join(f"X-{number}: a\r\n" for number in range(2_000))
    return _status(target, f"GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode(), 5, {400, 431})


def gzip_bomb(target: Target) -> str:
    """300 KB that would become 300 MB, as query and as write."""
    packed = gzip.compress(bytes(1 << 20) * BOMB_MB)
    coded = {"Content-Encoding": "gzip"}
    asked = target.send("POST", target.query, content=packed, headers={"Content-Type": QUERY, **coded})
    refused(target, asked, {400, 413, 415}, within=2)
    headers = {"Content-Type": "text/turtle", **coded, **target.authorization}
    written = target.send("PUT", target.aside("bomb"), content=packed, headers=headers)
    return refused(target, written, {413} if target.token else {401}, within=2)


def archive(target: Target) -> str:
    """A zip whose member would lie outside its folder."""
    demand_writer(target)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("../../../../tmp/libri-zip-slip", "slipped")
    headers = {"Content-Type": "application/zip", **target.authorization}
    answer = target.send("PUT", target.aside("zip"), content=content.getvalue(), headers=headers)
    return refused(target, answer, {415})


def no_utf8(target: Target) -> str:
    body = target.send("POST", target.query, content=b"ASK { \xff\xfe }", headers={"Content-Type": QUERY})
    refused(target, body, {400}, within=1)
    form = target.send("POST", target.query, content=b"query=ASK%20%7B%FF%7D", headers={"Content-Type": FORM})
    refused(target, form, {400}, within=1)
    return refused(target, target.send("GET", target.query + "?query=ASK%20%7B%C0%AF%7D"), {400}, within=1)


def smuggling(target: Target) -> str:
    """Two lengths for one body: it must be refused, or answered once on a connection that is closed then."""
    inside = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    told = []
    for framing, body in (
        ("Content-Length: 6\r\nTransfer-Encoding: chunked", f"0\r\n\r\n{inside}"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6", f"0\r\n\r\n{inside}"),
        ("Content-Length: 6\r\nContent-Length: 5", f"ASK {{}}{inside}"),
        ("Transfer-Encoding: xchunked", f"0\r\n\r\n{inside}"),
        ("Transfer-Encoding:\x0bchunked", f"0\r\n\r\n{inside}"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", f"0\r\n\r\n{inside}"),
        ("Content-Length : 6", f"ASK {{}}{inside}"),
        ("Content-Length: +6", f"ASK {{}}{inside}"),
    ):
        head = f"POST {target.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\n{framing}\r\n\r\n"
        came = target.raw((head + body).encode("latin-1"), 3)
        answers = came.count(b"HTTP/1.1 ")
        status = int(came[9:12]) if answers else 0
        demand(answers <= 1 and status < 500 and b"smuggled" not in came, f"{framing!r}: {answers} answers, {status}")
        told.append(str(status or "closed"))
    return " ".join(told)


def ranges(target: Target) -> str:
    """Many small and overlapping ranges must not multiply the work or the answer."""
    header = {"Range": "bytes=" + ",".join(f"{number}-" for number in range(1300))}
    plain = target.send("GET", target.root + "/")
    told = []
    for url in (target.root + "/", target.query + "?query=ASK%20%7B%7D", target.root + "/dumps/SHA256SUMS"):
        answer = target.send("GET", url, headers=header)
        demand(answer.status in (200, 206, 404, 416) and not answer.fault, f"{url}: {answer}")
        demand(len(answer.body) <= 2 * len(plain.body) + 65_536, f"{url}: {len(answer.body)} bytes")
        told.append(str(answer.status))
    return " ".join(told)


def _status(target: Target, message: bytes, seconds: float, expected: set[int]) -> str:
    came = target.raw(message, seconds)
    if not came and target.foreign:
        return "connection closed"
    if not came.startswith(b"HTTP/1.1 "):
        raise Failed(f"no status: {came[:60]!r}")
    status = int(came[9:12])
    demand(status in expected or (target.foreign and 400 <= status < 500), status)
    return str(status)


PROBES = (
    Probe("12", "60 MB body", large),
    Probe("14", "200 KB URI", long_address),
    Probe("30", "gzip bomb, 300 KB -> 300 MB", gzip_bomb),
    Probe("36", "invalid UTF-8", no_utf8),
    Probe("s06", "chunks without end", endless),
    Probe("s07", "2,000 header fields", many_headers),
    Probe("s08", "request smuggling: two lengths, odd codings", smuggling),
    Probe("s09", "1,300 overlapping ranges", ranges),
    Probe("s10", "zip whose member lies outside its folder", archive),
)
