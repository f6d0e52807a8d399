"""A draft that is made before anybody writes is used by the next write, and by no write of another state."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.store.generations import FOLDER, SPARE, Generation, Generations
from libri_graph.store.spare import Spare

EPOCH = "an epoch"


def publish(generations: Generations, number: int) -> Generation:
    draft = generations.begin()
    node = NamedNode("https://example.org/a")
    draft.store.add(Quad(node, node, Literal(number)))
    generation = generations.seal(draft, number, EPOCH)
    generations.publish(draft, generation)
    return generation


def spares(data_dir: Path) -> list[Path]:
    return list((data_dir / FOLDER).glob(f"{SPARE}*"))


def test_it_is_taken_once(tmp_path: Path) -> None:
    generations, spare = Generations(tmp_path), Spare()
    first = publish(generations, 1)
    spare.make(generations)
    draft = spare.take(generations, first)
    assert draft is not None
    assert len(draft.store) == 1
    assert spare.take(generations, first) is None
    generations.publish(draft, generations.seal(draft, 2, EPOCH))
    assert generations.current_number() == 2
    assert not spares(tmp_path)


def test_after_a_write_of_another_process_it_is_thrown_away(tmp_path: Path) -> None:
    generations, spare = Generations(tmp_path), Spare()
    publish(generations, 1)
    spare.make(generations)
    second = publish(generations, 2)
    assert len(spares(tmp_path)) == 1, "it is held, so the other's write takes it for no leftover"
    assert spare.take(generations, second) is None
    assert not spares(tmp_path)


def test_one_that_its_process_left_behind_is_cleared_away_by_the_next_write(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    publish(generations, 1)
    generations.discard(generations.begin(prefix=SPARE))
    (tmp_path / FOLDER / f"{SPARE}1-1" / "store").mkdir(parents=True)
    publish(generations, 2)
    assert not spares(tmp_path)


def test_before_the_first_generation_there_is_nothing_to_make(tmp_path: Path) -> None:
    spare = Spare()
    spare.make(Generations(tmp_path))
    assert not spares(tmp_path)
