"""The command that shows what waits in review, and decides."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final

import typer
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph import terminal
from libri_graph.changes.reviews import Difference, decide, difference
from libri_graph.cli.options import DataDir, faults_told, house_of, settings_of
from libri_graph.errors import ResourceNotFound, SettingInvalid
from libri_graph.journal import reviews
from libri_graph.journal.journal import Journal
from libri_graph.journal.versions import Verdict, Version
from libri_graph.knowledge import knowledge_dir
from libri_graph.namespaces import GRAPHS, compact
from libri_graph.publish import dumps
from libri_graph.settings import Settings
from libri_graph.store.generations import Generations

ACTOR: Final = "review"


class Taken(StrEnum):
    """Which version shall hold."""

    file = "file"
    served = "served"


def review(
    entity: Annotated[str | None, typer.Argument(help="IRI of a record that waits; else all are listed.")] = None,
    take: Annotated[Taken | None, typer.Option(help="Which version shall hold: the file's, or what is served.")] = None,
    source: Annotated[str | None, typer.Option(help="Id of the source, where a record waits in several.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Show records that were changed here and, otherwise, in their file; decide which version holds."""
    settings = settings_of(data_dir)
    found = [one for one in _waiting(settings) if source is None or one.graph == GRAPHS + source]
    if entity is None:
        if take is not None:
            raise SettingInvalid("say of which record, by its IRI")
        _list(found)
        return
    found = [one for one in found if one.entity == entity]
    if not found:
        raise ResourceNotFound(f"no version of {entity} waits; what does: libri review")
    if take is None:
        store = Generations(settings.data_dir).open_current().raw
        for one in found:
            _show(difference(store, one))
        return
    if len(found) > 1:
        raise SettingInvalid(f"it waits in {', '.join(map(_source, found))}; say in which with --source ID")
    _decide(settings, found[0], Verdict(take.value))


def _waiting(settings: Settings) -> list[Version]:
    with Journal.reading(settings.data_dir) as journal:
        return reviews.waiting(journal) if journal else []


def _decide(settings: Settings, version: Version, verdict: Verdict) -> None:
    with terminal.progress() as tell, faults_told([knowledge_dir() / "data"]):
        decide(house_of(settings), version, verdict, ACTOR, tell)
        tell("writing the files to take home")
        dumps.refresh(Generations(settings.data_dir), settings.base_iri)
    print(f"{version.entity} is what {'its file says' if verdict is Verdict.file else 'was served'}")


def _list(found: Iterable[Version]) -> None:
    listed = list(found)
    for one in listed:
        print(f"{one.time[:16].replace('T', ' ')}  {_source(one)}  {one.entity}")
    told = "show one: libri review IRI; decide: --take file, or --take served" if listed else "nothing waits"
    terminal.say(told)


def _show(found: Difference) -> None:
    """Print what each side says that the other does not."""
    version = found.version
    print(f"{version.entity} in the source {_source(version)}, since {version.time[:16].replace('T', ' ')} UTC")
    if not version.lines:
        print("  the file does not describe it any more")
    for side, quads in (("served", found.served), ("file", found.filed)):
        for line in sorted(_line(version.entity, quad) for quad in quads):
            print(f"  {side:<7}{line}")
    if not found.served and not found.filed:
        print("  both say the same")


def _line(entity: str, quad: Quad) -> str:
    subject = "" if quad.subject == NamedNode(entity) else f"{_word(quad.subject)} "
    return f"{subject}{_word(quad.predicate)} {_word(quad.object)}"


def _word(term: object) -> str:
    if isinstance(term, NamedNode):
        return compact(term.value)
    if isinstance(term, Literal) and not term.language and term.value.isprintable():
        return term.value
    return str(term)


def _source(version: Version) -> str:
    return version.graph.removeprefix(GRAPHS)
