"""The gateway asks what the operator allows, for our workers only, and remembers who failed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pyoxigraph import Store

from libri_graph.errors import QueryFailed, ResourceNotFound, ServiceFailed, ServiceRefused
from libri_graph.settings import read_settings
from server.gateway import PATH, Gateway
from tests.server.exchange import answered
from tests.w3c.stub import Stubs

CLOSED = "http://127.0.0.1:9/closed"
OWN = "http://127.0.0.1:8000/"


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    with Stubs() as started:
        started.stores = {"example.org": Store()}
        yield started


@pytest.fixture
def gateway(stubs: Stubs) -> Gateway:
    allowed = f" {stubs.allowed()} , {CLOSED} ,"
    return Gateway(read_settings({"LIBRI_SERVICE_ALLOW": allowed, "LIBRI_SERVICE_SECONDS": "2"}), OWN)


def asked(gateway: Gateway, path: str, query: str = "SELECT * { ?s ?p ?o }") -> tuple[int, bytes]:
    fields = {"content-type": "application/sparql-query"}
    status, _, body = answered(gateway.respond, "POST", path, fields=fields, body=query.encode())
    return status, body


def way(gateway: Gateway, address: str, mark: str = "") -> str:
    place = gateway.services.gateway.removeprefix(OWN.rstrip("/"))
    return f"{place}{mark}{gateway.services.number(address)}"


def test_an_allowed_service_answers_through_it(gateway: Gateway) -> None:
    status, body = asked(gateway, way(gateway, "http://example.org/sparql"))
    assert (status, b'"bindings"' in body) == (200, True)


@pytest.mark.parametrize("path", ["", "0", "wrong/0", "/0", "wrong/", "wrong/v0"])
def test_nobody_else_may_use_it(path: str, gateway: Gateway) -> None:
    with pytest.raises(ResourceNotFound):
        asked(gateway, PATH + path)


def test_a_number_that_no_service_has_is_refused(gateway: Gateway) -> None:
    with pytest.raises(ServiceRefused):
        asked(gateway, way(gateway, CLOSED)[:-1] + "99")
    with pytest.raises(ResourceNotFound):
        asked(gateway, way(gateway, CLOSED) + "x")


def test_every_server_has_another_secret(gateway: Gateway) -> None:
    other = Gateway(read_settings({}), OWN)
    assert other.services.gateway != gateway.services.gateway
    assert len(gateway.services.gateway.split("/")[-2]) >= 20


def failing(gateway: Gateway, query: str) -> str:
    """Have the engine run a query whose SERVICE leads to `gateway`; return how it fails."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, body = asked(gateway, self.path)
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as door:
        Thread(target=door.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{door.server_port}/"
        try:
            list(Store().query(query.replace(OWN, root)))
        except (OSError, RuntimeError) as fault:
            return str(fault).replace(root, OWN)
        finally:
            door.shutdown()
    return ""


@pytest.fixture
def words(gateway: Gateway) -> str:
    """How the engine says that a service failed."""
    place = OWN.rstrip("/") + way(gateway, CLOSED)
    return failing(gateway, f"SELECT * {{ SERVICE <{place}> {{ ?s ?p ?o }} }}")


def test_a_service_that_fails_is_named_where_the_query_fails(gateway: Gateway, words: str) -> None:
    with pytest.raises(ServiceFailed, match=CLOSED) as failed, gateway.asked(federated=True):
        raise QueryFailed(words)
    assert gateway.services.gateway not in str(failed.value)


def test_a_query_that_fails_by_itself_blames_no_service(gateway: Gateway, words: str) -> None:
    with pytest.raises(QueryFailed), gateway.asked(federated=True):
        raise QueryFailed("the engine says so")
    with pytest.raises(QueryFailed), gateway.asked(federated=False):
        raise QueryFailed(words)


def test_of_two_queries_at_once_each_is_told_of_its_own_failure(gateway: Gateway, words: str) -> None:
    async def run(said: str) -> None:
        with gateway.asked(federated=True):
            await asyncio.sleep(0)
            raise QueryFailed(said)

    async def both() -> list[BaseException | None]:
        return await asyncio.gather(run(words), run("another fault"), return_exceptions=True)

    first, second = asyncio.run(both())
    assert (type(first), type(second)) == (ServiceFailed, QueryFailed)


def test_a_service_is_named_where_the_engine_cannot_use_its_answer(gateway: Gateway) -> None:
    place = OWN.rstrip("/") + way(gateway, "http://example.org/sparql")
    with pytest.raises(ServiceFailed, match="cannot be used"), gateway.asked(federated=True):
        raise QueryFailed(f"Unsupported Content-Type returned by service <{place}>: text/html")


def test_one_of_many_that_a_variable_names_has_no_answers_when_it_fails(gateway: Gateway) -> None:
    status, body = asked(gateway, way(gateway, CLOSED, "v"))
    assert (status, b'"bindings":[]' in body) == (200, True)


def test_what_a_service_answers_with_an_error_is_a_failure(gateway: Gateway) -> None:
    assert asked(gateway, way(gateway, "http://example2.org/sparql"))[0] == 502
