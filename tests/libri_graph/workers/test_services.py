"""A query reaches the services that the operator allows, by our gateway alone, and no other."""

from __future__ import annotations

import pytest

from libri_graph.errors import ServiceRefused
from libri_graph.workers.precheck import Allowed, checked
from libri_graph.workers.services import Services
from libri_graph.workers.tokens import scan

GATEWAY = "http://127.0.0.1:8000/gate/"
ONE, TWO = "https://one.example/sparql", "https://two.example/sparql"
ALLOWED = Allowed(services=Services.of([ONE, f"{TWO}=http://127.0.0.1:9/inside"], GATEWAY))


def routed(query: str) -> str:
    return checked(query, ALLOWED).text


def iris(text: str) -> list[str]:
    return [token.text for token in scan(text) if token.kind == "iri"]


def test_the_setting_names_services_and_where_else_they_are() -> None:
    services = ALLOWED.services
    assert services.targets == {ONE: ONE, TWO: "http://127.0.0.1:9/inside"}
    assert [services.target(number) for number in range(2)] == [ONE, "http://127.0.0.1:9/inside"]
    with pytest.raises(ServiceRefused):
        services.target(2)


def test_an_address_may_have_an_equals_sign_of_its_own() -> None:
    address = "https://one.example/sparql?key=value"
    assert Services.of([address]).targets == {address: address}


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ SERVICE <{TWO}> {{ ?s ?p ?o }} }}",
        f"ask {{ service silent <{TWO}> {{ ?s ?p ?o }} }}",
        "PREFIX two: <https://two.example/> ASK { SERVICE two:sparql { ?s ?p ?o } }",
        f"ASK {{ SERVICE#x\n<{TWO}> {{ ?s ?p ?o }} }}",
    ],
)
def test_an_allowed_service_is_asked_through_the_gateway(query: str) -> None:
    found = checked(query, ALLOWED)
    assert f"<{GATEWAY}1>" in iris(found.text)
    assert f"<{TWO}>" not in iris(found.text)
    assert found.federated


def test_several_services_keep_their_places() -> None:
    text = routed(f"ASK {{ SERVICE <{ONE}> {{ ?a ?b ?c }} SERVICE <{TWO}> {{ ?c ?d ?e }} }}")
    assert text == f"ASK {{ SERVICE <{GATEWAY}0> {{ ?a ?b ?c }} SERVICE <{GATEWAY}1> {{ ?c ?d ?e }} }}"


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <https://three.example/sparql> { ?s ?p ?o } }",
        "ASK { SERVICE SILENT <https://three.example/sparql> { ?s ?p ?o } }",
        f"ASK {{ SERVICE <{ONE}/> {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE <{GATEWAY}0> {{ ?s ?p ?o }} }}",
        "ASK { SERVICE unknown:name { ?s ?p ?o } }",
        "ASK { SERVICE",
        "ASK { SERVICE SILENT",
        "ASK { SERVICE ?where { ?s ?p ?o ",
        f"ASK {{ SERVICE <{ONE}> {{ SERVICE <https://three.example/> {{ ?s ?p ?o }} }} }}",
        f"ASK {{ SERVICE ?where {{ SERVICE <{ONE}> {{ ?s ?p ?o }} }} }}",
        "ASK { \\u0053ERVICE <https://three.example/sparql> { ?s ?p ?o } }",
    ],
)
def test_any_other_service_is_refused_silent_or_not(query: str) -> None:
    with pytest.raises(ServiceRefused):
        checked(query, ALLOWED)


def test_a_service_that_a_variable_names_is_each_of_the_allowed_ones() -> None:
    text = routed("SELECT * { SERVICE SILENT ?where { ?s ?p ?o } }")
    assert iris(text) == [f"<{GATEWAY}v0>", f"<{ONE}>", f"<{GATEWAY}v1>", f"<{TWO}>"]
    assert text.count("SERVICE SILENT") == 2
    assert "UNION" in text


def test_without_services_none_may_be_asked() -> None:
    with pytest.raises(ServiceRefused, match="not allowed here"):
        checked(f"ASK {{ SERVICE <{ONE}> {{ ?s ?p ?o }} }}")


def test_a_query_that_only_speaks_of_service_is_left_alone() -> None:
    query = 'ASK { ?service <https://example.org/SERVICE> "SERVICE <https://x/>" } # SERVICE'
    found = checked(query, ALLOWED)
    assert (found.text, found.federated) == (query, False)
