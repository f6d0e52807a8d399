"""Rules about which form of a thing comes for which Accept header."""

from __future__ import annotations

from typing import Final

from libri_graph.conformance.graph import FORMS, JSON_LD, RDF, RdfInvalid
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import BROWSER, Site, said_links

TURTLE: Final = "text/turtle"
UNKNOWN: Final = "image/png"
ACCEPT: Final = "RFC 9110, 12.5.1"
RECIPES: Final = "W3C, Best Practice Recipes for Publishing RDF Vocabularies"


def _things_answer(site: Site) -> None:
    if not site.things and not site.candidates:
        raise NothingToAsk("nothing was found here that the data names; name a thing's address, or how IRIs begin")
    answers = [site.asker.get(address, TURTLE) for address in site.candidates or site.things]
    bad = [f"{answer.url}: {answer.told}" for answer in answers if answer.status != 200]
    demand(not bad, "; ".join(bad))


def _some_rdf(site: Site) -> None:
    tried = site.things or site.candidates or (site.url,)
    offered = site.forms(tried[0])
    demand(bool(offered), f"for Turtle came {site.form(TURTLE, tried[0]).told}")


def _turtle(site: Site) -> None:
    _has(site, TURTLE)


def _json_ld(site: Site) -> None:
    _has(site, JSON_LD)


def _n_triples(site: Site) -> None:
    _has(site, "application/n-triples")


def _rdf_xml(site: Site) -> None:
    _has(site, "application/rdf+xml")


def _has(site: Site, media_type: str) -> None:
    answer = site.form(media_type)
    demand(answer.status == 200 and answer.media_type == media_type, f"for {media_type} came {answer.told}")


def _true_labels(site: Site) -> None:
    for media in FORMS:
        answer = site.form(media)
        if answer.status == 200 and answer.media_type in FORMS:
            try:
                site.graph(answer)
            except RdfInvalid as fault:
                demand(False, f"for {media} came {answer.told}: {fault}")


def _page_for_browsers(site: Site) -> None:
    answer = site.asker.get(site.thing, BROWSER)
    demand(answer.status == 200 and "html" in answer.media_type, f"for a browser came {answer.told}")


def _weights(site: Site) -> None:
    one, other = _two(site)
    for best, least in ((one, other), (other, one)):
        answer = site.form(f"{least};q=0.1, {best};q=0.9")
        demand(answer.media_type == best, f"{best} was preferred to {least}, and {answer.told} came")


def _accept_list(site: Site) -> None:
    answer = site.form(RDF)
    demand(answer.status == 200 and answer.media_type in FORMS, f"for {RDF} came {answer.told}")


def _weight_zero(site: Site) -> None:
    one, _ = _two(site)
    answer = site.form(f"{one};q=0, */*;q=0.5")
    demand(answer.media_type != one, f"{one} was refused (q=0), and came")


def _two(site: Site) -> tuple[str, str]:
    forms = list(site.forms())
    if len(forms) < 2:
        raise NothingToAsk("the thing has fewer than two forms of RDF")
    return forms[0], forms[1]


def _parameters(site: Site) -> None:
    media, _ = site.described()
    media = JSON_LD if JSON_LD in site.forms() else media
    profile = "http://www.w3.org/ns/json-ld#compacted" if media == JSON_LD else "https://example.org/none"
    answer = site.form(f'{media};profile="{profile}"')
    demand(answer.status == 200 and answer.media_type == media, f"for {media} with a profile came {answer.told}")


def _capitals(site: Site) -> None:
    media, _ = site.described()
    answer = site.form(media.upper())
    demand(answer.media_type == media, f"for {media.upper()} came {answer.told}")


def _anything(site: Site) -> None:
    answer = site.form("*/*")
    demand(answer.status == 200 and bool(answer.body), f"for */* came {answer.told}")


def _no_accept(site: Site) -> None:
    answer = site.asker.follow(site.thing, {"Accept": ""})[-1]
    demand(answer.status == 200, f"for an empty Accept came {answer.told}")


def _unacceptable(site: Site) -> None:
    answer = site.form(UNKNOWN)
    demand(answer.status == 406, f"for {UNKNOWN} alone came {answer.told}")


def _unacceptable_lists(site: Site) -> None:
    answer = site.form(UNKNOWN)
    if answer.status != 406:
        raise NothingToAsk("nothing is answered by 406")
    said = answer.text + answer.header("Link") + answer.header("Alternates")
    demand(any(media in said for media in FORMS), "the 406 names no form that there is")


def _alternates(site: Site) -> None:
    linked = [link for link in said_links(site.form(BROWSER)) if link.rel == "alternate" and link.media_type in FORMS]
    if not linked:
        raise NothingToAsk("the page leads to no other forms (rule link-alternate)")
    for link in linked:
        answer = site.asker.get(site.here(link.target) or link.target, "text/html, */*;q=0.1")
        demand(
            answer.status == 200 and answer.media_type == link.media_type,
            f"{link.target} is said to be {link.media_type}, and {answer.told} came",
        )


RULES: Final = (
    Rule(
        "iri-answers",
        Level.must,
        "The IRI of a thing in the data can be asked, and is answered.",
        "Linked Data principles, 2 and 3",
        "Answer for the IRIs in your data on the paths that they have, or publish under IRIs that you answer for.",
        _things_answer,
    ),
    Rule(
        "rdf-some",
        Level.must,
        "A thing can be had in some form of RDF by its Accept header.",
        "Linked Data principles, 3",
        "Let the address of a thing choose the form by Accept; begin with text/turtle.",
        _some_rdf,
    ),
    Rule("rdf-turtle", Level.should, "A thing can be had as Turtle.", RECIPES, "Offer text/turtle.", _turtle),
    Rule(
        "rdf-json-ld",
        Level.should,
        "A thing can be had as JSON-LD.",
        "JSON-LD 1.1, 6",
        "Offer application/ld+json.",
        _json_ld,
    ),
    Rule(
        "rdf-n-triples",
        Level.may,
        "A thing can be had as N-Triples.",
        RECIPES,
        "Offer application/n-triples.",
        _n_triples,
    ),
    Rule("rdf-xml", Level.may, "A thing can be had as RDF/XML, for older clients.", RECIPES, "Offer it.", _rdf_xml),
    Rule(
        "rdf-labels-true",
        Level.must,
        "What is labelled as a form of RDF parses as that form.",
        "RFC 9110, 8.3",
        "Write the Content-Type from the serialiser that was used, not from the request.",
        _true_labels,
    ),
    Rule(
        "accept-html",
        Level.should,
        "A browser gets a page about the thing.",
        RECIPES,
        "Offer text/html beside RDF and let it win for what browsers send.",
        _page_for_browsers,
    ),
    Rule(
        "accept-list",
        Level.must,
        "Who accepts several forms of RDF gets one of them.",
        ACCEPT,
        "Parse Accept by a library; it is a list, with spaces and q-values.",
        _accept_list,
    ),
    Rule(
        "accept-weights",
        Level.must,
        "Of two forms, the one with the higher q comes.",
        ACCEPT,
        "Parse Accept by a library that knows q-values; do not look for substrings.",
        _weights,
    ),
    Rule(
        "accept-weight-zero",
        Level.should,
        "A form with q=0 does not come.",
        "RFC 9110, 12.4.2",
        "Leave out what the client refuses before choosing the best.",
        _weight_zero,
    ),
    Rule(
        "accept-parameters",
        Level.should,
        "A parameter such as a profile does not keep the form from being found.",
        "JSON-LD 1.1, 6; RFC 9110, 12.5.1",
        "Compare media types without their parameters, then look at the profile.",
        _parameters,
    ),
    Rule(
        "accept-capitals",
        Level.should,
        "Media types are found in capitals too.",
        "RFC 9110, 8.3.1",
        "Compare media types in lower case.",
        _capitals,
    ),
    Rule("accept-any", Level.must, "Who accepts anything gets something.", ACCEPT, "Have a default form.", _anything),
    Rule(
        "accept-empty",
        Level.should,
        "Who says nothing about forms gets something.",
        ACCEPT,
        "Treat an empty Accept header like */*.",
        _no_accept,
    ),
    Rule(
        "accept-none",
        Level.should,
        "Who accepts only what there is not is told so by 406.",
        "RFC 9110, 15.5.7",
        "Answer 406 when nothing that is offered is accepted.",
        _unacceptable,
    ),
    Rule(
        "accept-none-lists",
        Level.may,
        "A 406 lists the forms that there are.",
        "RFC 9110, 15.5.7",
        "Name the forms in the body of the 406.",
        _unacceptable_lists,
    ),
    Rule(
        "alternates-true",
        Level.must,
        "An address that is linked as another form gives that form, whatever Accept says.",
        "RFC 8288; HTML, 4.6.7.1",
        "Let the address of a form (a suffix or parameter) win over Accept.",
        _alternates,
    ),
)
