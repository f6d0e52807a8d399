"""One run of the rules against one server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from libri_graph.conformance import (
    absence,
    caching,
    content,
    cors,
    dataset,
    endpoint,
    language,
    linking,
    methods,
    negotiation,
    redirects,
    static_site,
    wayfinding,
)
from libri_graph.conformance.asker import Asker, Limits, location
from libri_graph.conformance.link_header import LinkInvalid
from libri_graph.conformance.rule import Broken, Level, NothingToAsk, Rule, Verdict
from libri_graph.conformance.site import Site
from libri_graph.conformance.static_site import StaticSite
from libri_graph.errors import RequestInvalid, SourceUnavailable

SUBJECTS: Final = {
    "forms by Accept": negotiation.RULES,
    "redirects": redirects.RULES,
    "methods": methods.RULES,
    "what is not there": absence.RULES,
    "caching": caching.RULES,
    "scripts elsewhere": cors.RULES,
    "content": content.RULES,
    "links": linking.RULES,
    "languages": language.RULES,
    "SPARQL": endpoint.RULES,
    "data set": dataset.RULES,
    "finding the way": wayfinding.RULES,
}
"""Subject -> its rules, in the order in which they are asked."""
RULES: Final = {rule.id: rule for rules in SUBJECTS.values() for rule in rules}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule."""

    rule: Rule
    verdict: Verdict
    came: str
    """What came instead, or what there was nothing of; empty for a rule that is kept."""
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A run, whole."""

    url: str
    things: tuple[str, ...]
    """Addresses of the things that were asked about."""
    endpoint: str | None
    requests: int
    outcomes: tuple[Outcome, ...]

    def broken(self, *levels: Level) -> list[Outcome]:
        """Return the broken rules of `levels`."""
        return [found for found in self.outcomes if found.verdict is Verdict.broken and found.rule.level in levels]

    @property
    def conforms(self) -> bool:
        """Whether every rule that says must or should is kept, as far as there was something to ask."""
        return not self.broken(Level.must, Level.should)


def check(
    url: str,
    *,
    only: Collection[str] = (),
    base: str | None = None,
    gone: str | None = None,
    static: bool = False,
    limits: Limits | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Ask the server at `url` by all rules, or `only` some, by their ids or how these begin.

    `base` is how the IRIs begin that it answers for, if not like `url`; `gone` an address that must be gone.
    Of a `static` site, files below `url`, only what files can keep is asked.
    Raises `SourceUnavailable` where nothing answers, `RequestInvalid` for a rule that there is not.
    """
    rules = [rule for rule in _chosen(only) if not static or rule.id in static_site.ASKED]
    asker = Asker(url, limits or Limits(), tell, static_site.leads if static else location)
    try:
        asker.ask(url, headers={"Accept": "*/*"})
    except (Broken, NothingToAsk) as fault:
        raise SourceUnavailable(str(fault)) from fault
    site = (StaticSite if static else Site)(asker, url, base, gone)
    outcomes = tuple(_outcome(rule, site) for rule in rules)
    return Report(url, *_found(site), asker.sent, outcomes)


def _chosen(only: Collection[str]) -> Sequence[Rule]:
    for name in only:
        if not any(_is(rule, name) for rule in RULES):
            raise RequestInvalid(f"there is no rule {name}; docs/check.md lists all")
    return [rule for id_, rule in RULES.items() if not only or any(_is(id_, name) for name in only)]


def _is(rule: str, name: str) -> bool:
    return rule == name or rule.startswith(f"{name}-")


def _outcome(rule: Rule, site: Site) -> Outcome:
    site.asker.asked.clear()
    try:
        rule.probe(site)
        verdict, came = Verdict.kept, ""
    except Broken as fault:
        verdict, came = Verdict.broken, str(fault)
    except NothingToAsk as fault:
        verdict, came = Verdict.not_asked, str(fault)
    except LinkInvalid as fault:
        verdict, came = Verdict.not_asked, f"Link headers do not parse: {fault}"
    return Outcome(rule, verdict, came, tuple(site.asker.asked))


def _found(site: Site) -> tuple[tuple[str, ...], str | None]:
    try:
        things = site.things
    except NothingToAsk:
        things = ()
    try:
        return things, site.endpoint
    except NothingToAsk:
        return things, None
