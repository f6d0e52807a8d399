"""The static edition from beginning to end: find everything, render it, add what hosts and readers need, publish."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from libri_graph import __version__
from libri_graph.errors import DataChanged, StoreMissing
from libri_graph.languages import TAGS
from libri_graph.publish import dumps
from libri_graph.settings import Settings
from libri_graph.store.generations import Generations
from server.freezing import folder, hosting, inventory, readme, workers
from server.freezing.folder import Measure
from server.freezing.places import Address, Layout
from server.freezing.workers import BATCH, Companion, Order, Told

STATIC: Final = Path(__file__).parents[1] / "static"
AHEAD: Final = 4
"""Batches that wait for each process, so that none is idle."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How an edition is wished for."""

    public_url: str
    """Where it will be reached; ends in ``/``."""
    languages: tuple[str, ...] = TAGS
    histories: bool = True
    processes: int = 2


@dataclass(frozen=True, slots=True)
class Frozen:
    """What became of it."""

    generation: int
    measure: Measure
    broken: tuple[str, ...]
    """Files that links lead to and that are not there."""


def freeze(settings: Settings, target: Path, wish: Wish, tell: Callable[[str], None]) -> Frozen:
    """Write a static edition of the current generation into `target`, whole or not at all.

    Raises `EditionRefused` for a folder that holds something else, `DataChanged` where another generation is
    published meanwhile, `StoreMissing`.
    """
    folder.demand_free(target)
    generations = Generations(settings.data_dir)
    current = generations.current()
    if current is None:
        raise StoreMissing("nothing has been loaded yet")
    tell("writing the files to take home")
    dumps.refresh(generations, settings.base_iri)
    with folder.fresh(target) as root:
        app = workers.site(settings, wish.public_url)
        data = inventory.data_addresses(app)
        order = Order(settings, wish.public_url, current.number, wish.languages, wish.histories, data, root)
        layout = Layout(app, current.number, wish.languages, data, histories=wish.histories)
        told = _render(order, wish.processes, inventory.everything(app, layout), workers.parts(app), tell)
        shutil.copytree(STATIC, root / "static", dirs_exist_ok=True)
        told.files |= {path.relative_to(root).as_posix() for path in (root / "static").rglob("*") if path.is_file()}
        about = _about(current.number, current.epoch, current.created, wish)
        for file, body in {**hosting.files(layout, told), **readme.files(app, about)}.items():
            folder.write(root, file, body)
        tell("writing checksums")
        measure = folder.finish(root, about, current.created)
        if generations.current_number() != current.number:
            raise DataChanged(f"the data changed while generation {current.number} was being frozen; freeze again")
    return Frozen(current.number, measure, tuple(sorted(told.linked - told.files)))


def _render(
    order: Order,
    processes: int,
    seeds: Iterable[Address],
    companions: Iterable[Companion],
    tell: Callable[[str], None],
) -> Told:
    """Write the files of `seeds` and of everything that they lead to, and what scripts read."""
    told, queue, known, done = Told(), deque[Address](), set[Address](), 0

    def queued(addresses: Iterable[Address]) -> None:
        new = [address for address in addresses if address not in known]
        known.update(new)
        queue.extend(new)

    queued(dict.fromkeys(seeds))
    with workers.pool(order, processes) as executor:
        running: set[Future[Told]] = {executor.submit(workers.companions, part) for part in companions}
        while queue or running:
            while queue and len(running) < processes * AHEAD:
                batch = [queue.popleft() for _ in islice(range(BATCH), min(BATCH, len(queue)))]
                running.add(executor.submit(workers.render, batch))
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for one in finished:
                part = one.result()
                queued(sorted(part.found))
                part.found = set()
                told.add(part)
            done += len(finished)
            if done % 25 == 0:
                tell(f"{len(known) - len(queue)} of {len(known)} addresses, {len(told.files)} files")
    return told


def _about(generation: int, epoch: str, created: str, wish: Wish) -> dict[str, Any]:
    return {
        "generation": generation,
        "epoch": epoch,
        "created": created,
        "publicUrl": wish.public_url,
        "languages": list(wish.languages),
        "histories": wish.histories,
        "software": f"LIBRI Graph {__version__}",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
    }
