"""The gateway asks what the operator allows, for our workers only, and remembers who failed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import Store

from libri_graph.errors import QueryFailed, ResourceNotFound, ServiceFailed, ServiceRefused
from libri_graph.settings import read_settings
from server.asgi import Message, Request
from server.gateway import PATH, Gateway
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
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": query.encode(), "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/sparql-query")]
    scope: dict[str, Any] = {"method": "POST", "path": path, "headers": headers, "query_string": b""}
    asyncio.run(gateway.respond(Request(scope, receive), send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


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


def test_a_service_that_fails_is_named_where_the_query_fails(gateway: Gateway) -> None:
    def run() -> None:
        asked(gateway, way(gateway, CLOSED))
        raise QueryFailed("the engine says so")

    with pytest.raises(ServiceFailed, match="closed"), gateway.asked(federated=True):
        run()


def test_a_query_that_fails_by_itself_blames_no_service(gateway: Gateway) -> None:
    with pytest.raises(QueryFailed), gateway.asked(federated=True):
        raise QueryFailed("the engine says so")
    asked(gateway, way(gateway, CLOSED))
    with pytest.raises(QueryFailed), gateway.asked(federated=False):
        raise QueryFailed("the engine says so")


def test_one_of_many_that_a_variable_names_has_no_answers_when_it_fails(gateway: Gateway) -> None:
    status, body = asked(gateway, way(gateway, CLOSED, "v"))
    assert (status, b'"bindings":[]' in body) == (200, True)


def test_what_a_service_answers_with_an_error_is_a_failure(gateway: Gateway) -> None:
    assert asked(gateway, way(gateway, "http://example2.org/sparql"))[0] == 502
