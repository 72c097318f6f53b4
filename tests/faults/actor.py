"""
What a process does to a memory while the tests kill it, cut its power and break its disk.

`ACTIONS` is the table of all it can do, with how often; a new ability of `Memory` that writes is one more
row in it and, to be cut at every single event, one more row in `SCENARIOS`.
"""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from faults.ledger import Answer, Ledger, believed

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note


class Actor:
    """
    One that writes to a memory, and writes down what was acknowledged.

    Attributes:
        memory: the memory
        ledger: where that is written
        mine: its crystals
    """

    def __init__(self, memory: Memory, ledger: Ledger, seed: int) -> None:
        self.memory = memory
        self.ledger = ledger
        self.rng = random.Random(seed)
        account = ledger.read()
        self.mine = {crystal: account.marks.get(digest, "") for crystal, digest in account.held.items()}

    def act(self, name: str) -> None:
        """Do what `ACTIONS` has under *name*."""
        ACTIONS[name][1](self)

    def act_by_chance(self) -> None:
        """Do anything, some things more often than others."""
        names = list(ACTIONS)
        self.act(self.rng.choices(names, [ACTIONS[name][0] for name in names])[0])

    def draw(self, count: int) -> dict[str, tuple[str, Scene]]:
        """New scenes with their marks, by digest."""
        drawn: dict[str, tuple[str, Scene]] = {}
        for _ in range(count):
            mark = f"N{self.rng.randrange(10**9):09}"
            verb = self.rng.choice(["build", "see", "carry", "believe"])
            thing = self.rng.choice(["bridge", "house", "boat"])
            scene = Scene.parse(
                f'(v / {verb} :agent (p / person :name "{mark}") :object (t / {thing}) '
                f":time {self.rng.randrange(1800, 2000)})"
            )
            drawn[scene.digest.hex()] = (mark, scene)
        return drawn

    def pick(self, most: int = 1) -> list[int]:
        """Some of its crystals."""
        return self.rng.sample(sorted(self.mine), min(len(self.mine), self.rng.randint(1, most)))


def _marks(drawn: dict[str, tuple[str, Scene]]) -> dict[str, str]:
    return {digest: mark for digest, (mark, _) in drawn.items()}


def _remember(actor: Actor) -> None:
    drawn = actor.draw(1)
    with actor.ledger.step("remember", _marks(drawn)) as answer:
        [(digest, (mark, scene))] = drawn.items()
        text = f"Видели {mark}"
        crystal = actor.memory.remember(scene, text=text, language="ru", source="a letter")
        answer.ids[digest] = crystal
        answer.told[crystal] = text
    actor.mine[crystal] = mark


def _remember_many(actor: Actor) -> None:
    drawn = actor.draw(actor.rng.randrange(2, 20))
    with actor.ledger.step("remember many", _marks(drawn)) as answer:
        notes = [Note(scene, f"It was {mark}.", "en", "a book") for mark, scene in drawn.values()]
        ids = actor.memory.remember_many(notes)
        answer.ids |= zip(drawn, ids, strict=True)
        answer.told |= {
            crystal: f"It was {mark}." for crystal, (mark, _) in zip(ids, drawn.values(), strict=True)
        }
    actor.mine |= zip(ids, _marks(drawn).values(), strict=True)


def _ingest(actor: Actor) -> None:
    """Three batches, each a step of its own: it begins when it is read and ends when it is told of."""
    batches = [actor.draw(4) for _ in range(3)]

    def notes() -> Iterator[Note]:
        for drawn in batches:
            actor.ledger.begin("ingest", _marks(drawn))
            yield from (Note(scene, source="a stream") for _, scene in drawn.values())

    def acknowledged(taken: int, _new: int) -> None:
        drawn = batches[taken // 4 - 1]
        ids = {digest: _id_of(actor, scene) for digest, (_, scene) in drawn.items()}
        actor.ledger.end(Answer(ids))
        actor.mine |= {ids[digest]: mark for digest, (mark, _) in drawn.items()}

    assert actor.memory.ingest(notes(), batch=4, progress=acknowledged).new == 12


def _id_of(actor: Actor, scene: Scene) -> int:
    crystal = actor.memory.find(scene)
    assert crystal is not None
    return crystal


def _tell_more(actor: Actor) -> None:
    for crystal in actor.pick():
        text = f"Рассказали снова: {actor.mine[crystal]} ({actor.rng.randrange(10**6)})"
        scene = actor.memory.get(crystal).scene
        with actor.ledger.step("tell more", touch=[crystal]) as answer:
            assert actor.memory.remember(scene, text=text, language="ru") == crystal
            answer.told[crystal] = text


def _keep(actor: Actor) -> None:
    with actor.ledger.step("keep"):
        number = actor.memory.keep(f"unread {actor.rng.randrange(10**6)}")
    if actor.rng.random() < 0.5:
        with actor.ledger.step("drop"):
            assert _forgotten(actor, number) == 1


def _change_of_mind(actor: Actor) -> None:
    """A transaction that is taken back: nothing of it may be seen."""
    drawn = actor.draw(3)
    with actor.ledger.step("change of mind"):
        try:
            with actor.memory.transaction():
                actor.memory.remember_many([scene for _, scene in drawn.values()])
                actor.memory.forget(*actor.pick())
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass


def _all_at_once(actor: Actor) -> None:
    """A transaction that learns and forgets."""
    drawn, ids = actor.draw(3), actor.pick(2)
    with actor.ledger.step("all at once", _marks(drawn), ids) as answer, actor.memory.transaction():
        for digest, (mark, scene) in drawn.items():
            crystal = answer.ids[digest] = actor.memory.remember(scene, text=f"Also {mark}")
            answer.told[crystal] = f"Also {mark}"
        actor.memory.forget(*ids)
    _lose(actor, ids)
    actor.mine |= {answer.ids[digest]: mark for digest, (mark, _) in drawn.items()}


def _forget(actor: Actor) -> None:
    ids = actor.pick(3)
    with actor.ledger.step("forget", drop=ids):
        assert _forgotten(actor, *ids) == len(ids)
    _lose(actor, ids)


def _forgotten(actor: Actor, *ids: int) -> int:
    """Forget *ids*; how many were there. A disk that fails meanwhile leaves the step undecided."""
    done = actor.memory.forget(*ids)
    if done.readable and "the write is kept" in done.readable:
        raise StoreError(done.readable)
    return done.crystals


def _lose(actor: Actor, ids: list[int]) -> None:
    for crystal in ids:
        del actor.mine[crystal]


def _recall(actor: Actor) -> None:
    for crystal in map(actor.memory.get, actor.pick()):
        if believed(crystal):
            assert actor.memory.recall(crystal.scene, k=1)[0].id == crystal.id


def _rebuild(actor: Actor) -> None:
    with actor.ledger.step("rebuild"):
        actor.memory.rebuild_index()


def _consolidate(actor: Actor) -> None:
    with actor.ledger.step("consolidate"):
        actor.memory.consolidate(full=actor.rng.random() < 0.3)


def _correct(actor: Actor) -> None:
    for crystal in map(actor.memory.get, actor.pick()):
        if believed(crystal):
            [(digest, (mark, scene))] = actor.draw(1).items()
            with actor.ledger.step("correct", {digest: mark}, touch=[crystal.id]) as answer:
                answer.ids[digest] = actor.memory.correct(crystal.id, Note(scene, f"No, it was {mark}."))
                answer.corrected.append(crystal.id)
            actor.mine[answer.ids[digest]] = mark


def _import(actor: Actor) -> None:
    _take_over(actor, lambda other: actor.memory.import_from(_lines(other)))


def _merge(actor: Actor) -> None:
    _take_over(actor, lambda other: actor.memory.merge(other).crystals)


def _take_over(actor: Actor, take: Callable[[Memory], int]) -> None:
    """Take over what another memory holds."""
    drawn = actor.draw(6)
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as other:
        other.remember_many(Note(scene, f"It was {mark}.") for mark, scene in drawn.values())
        with actor.ledger.step("take over", _marks(drawn)) as answer:
            assert take(other) == len(drawn)
            for digest, (mark, scene) in drawn.items():
                crystal = answer.ids[digest] = _id_of(actor, scene)
                answer.told[crystal] = f"It was {mark}."
    actor.mine |= {answer.ids[digest]: mark for digest, (mark, _) in drawn.items()}


def _lines(memory: Memory) -> Iterator[str]:
    file = io.StringIO(newline="")
    memory.export_to(file)
    file.seek(0)
    yield from file


def _reopen(actor: Actor) -> None:
    actor.memory.close()
    actor.memory = Memory.open(actor.memory.folder, wait=60)


ACTIONS: dict[str, tuple[float, Callable[[Actor], None]]] = {
    "remember": (40, _remember),
    "remember many": (10, _remember_many),
    "ingest": (4, _ingest),
    "tell more": (6, _tell_more),
    "keep": (3, _keep),
    "change of mind": (3, _change_of_mind),
    "all at once": (4, _all_at_once),
    "forget": (12, _forget),
    "correct": (6, _correct),
    "recall": (6, _recall),
    "rebuild": (4, _rebuild),
    "consolidate": (3, _consolidate),
    "import": (2, _import),
    "merge": (1, _merge),
    "reopen": (3, _reopen),
}
"""How often, and how, each thing is done."""

SCENARIOS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "create": ((), ("remember",)),
    "remember": (("remember many",), ("remember", "tell more", "keep", "recall")),
    "remember many": (("remember many",), ("remember many", "ingest")),
    "forget": (("remember many", "rebuild", "keep"), ("forget", "all at once")),
    "forget what was learned from": (("remember many",) * 4 + ("consolidate", "rebuild"), ("forget",)),
    "consolidate": (("remember many",) * 4, ("consolidate",)),
    "rebuild": (("remember many", "remember"), ("rebuild", "rebuild")),
    "import": (("remember many",), ("import", "merge", "change of mind")),
    "correct": (("remember many", "rebuild"), ("correct", "correct")),
    "migrate": ((), ("recall",)),
}
"""What is done before, and what is then cut short at each of its events, opening and closing included."""


def seed_of(scenario: str) -> int:
    """The seed that a scenario is played with."""
    return sum(scenario.encode())


def open_memory(folder: Path) -> Memory:
    """The memory in *folder*, for a writer who waits for others."""
    return Memory.open(folder, wait=60)
