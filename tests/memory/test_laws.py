"""Whatever is done to a memory, it holds what a dictionary would."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from faults.nursery import Nursery
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from strategies import redrawn, scenes

from scenograph.core.scene import Scene
from scenograph.memory import Memory, Note

sources = st.tuples(
    st.none()
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(["Oleg построил мост", "a b"]),
    st.none() | st.sampled_from(["en", "ru"]),
    st.none() | st.text(st.characters(codec="utf-8"), max_size=3),
)
Said = tuple[str | None, str | None, str | None]


OTHERS: list[Nursery] = []
"""Where other processes come from."""


@pytest.fixture(scope="module", autouse=True)
def others() -> Iterator[None]:
    OTHERS.append(Nursery())
    yield
    OTHERS.pop().close()


class MemoryMachine(RuleBasedStateMachine):
    """A memory beside a dictionary of scenes; now and then it is closed, or its index harmed."""

    crystals: Bundle[int] = Bundle("crystals")

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.memory = Memory.open(self.folder)
        self.model: dict[int, tuple[Scene, list[Said]]] = {}
        self.ids: dict[Scene, int] = {}
        self.replaced: set[int] = set()

    def teardown(self) -> None:
        if hasattr(self, "memory"):
            self.memory.recall("anything")  # makes good what was done to the index last
            assert self.memory.check() == []
            self.memory.close()
            shutil.rmtree(self.folder)

    def expect(self, crystal: int, scene: Scene, said: Said) -> None:
        if scene not in self.ids:
            assert crystal not in self.model
            self.ids[scene] = crystal
            self.model[crystal] = (scene, [])
        self.replaced.discard(crystal)
        known = self.model[crystal][1]
        assert self.ids[scene] == crystal
        if said != (None, None, None) and said not in known:
            known.append(said)

    @rule(target=crystals, scene=scenes(), said=sources)
    def remember(self, scene: Scene, said: Said) -> int:
        crystal = self.memory.remember(scene, text=said[0], language=said[1], source=said[2])
        self.expect(crystal, scene, said)
        return crystal

    @rule(target=crystals, some=st.lists(st.tuples(scenes(max_nodes=3), sources), max_size=4))
    def remember_many(self, some: list[tuple[Scene, Said]]):
        ids = self.memory.remember_many(Note(scene, *said) for scene, said in some)
        for crystal, (scene, said) in zip(ids, some, strict=True):
            self.expect(crystal, scene, said)
        return multiple(*ids)

    @rule(crystal=crystals, data=st.data(), said=sources)
    def remember_again(self, crystal: int, data: st.DataObject, said: Said) -> None:
        if crystal in self.model:
            again = data.draw(redrawn(self.model[crystal][0]))
            assert self.memory.remember(again, text=said[0], language=said[1], source=said[2]) == crystal
            self.expect(crystal, again, said)

    @rule(crystal=consumes(crystals))
    def forget(self, crystal: int) -> None:
        assert self.memory.forget(crystal).crystals == (crystal in self.model)
        self.lose(crystal)

    def lose(self, crystal: int) -> None:
        self.replaced.discard(crystal)
        if crystal in self.model:
            del self.ids[self.model.pop(crystal)[0]]

    @rule(target=crystals, crystal=crystals, scene=scenes(max_nodes=3), said=sources)
    def correct(self, crystal: int, scene: Scene, said: Said):
        if crystal not in self.model or crystal in self.replaced:
            return multiple()
        new = self.memory.correct(crystal, Note(scene, *said))
        self.replaced.add(crystal)
        self.expect(new, scene, said)
        return new

    @rule(some=st.lists(scenes(max_nodes=3), min_size=1, max_size=3), look=st.booleans())
    def change_of_mind(self, some: list[Scene], look: bool) -> None:
        with suppress(KeyboardInterrupt), self.memory.transaction():
            ids = self.memory.remember_many(some)
            if look:
                self.memory.recall(some[0])
            self.memory.forget(*ids[1:], *list(self.model)[:1])
            raise KeyboardInterrupt

    @rule(target=crystals, some=st.lists(st.tuples(scenes(max_nodes=3), sources), max_size=3), gone=crystals)
    def all_at_once(self, some: list[tuple[Scene, Said]], gone: int):
        with self.memory.transaction():
            ids = self.memory.remember_many(Note(scene, *said) for scene, said in some)
            self.memory.forget(gone)
        for crystal, (scene, said) in zip(ids, some, strict=True):
            self.expect(crystal, scene, said)
        self.lose(gone)
        return multiple(*(crystal for crystal in ids if crystal != gone))

    @rule(target=crystals, scene=scenes(max_nodes=3), said=sources, gone=crystals)
    def another_process(self, scene: Scene, said: Said, gone: int):
        """Another process has the memory open too, learns and forgets, and sees what this one sees."""
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer"
            note = {"scene": str(scene), "said": said, "forget": gone}
            assert OTHERS[0].run("visit", folder=str(self.folder), answer=str(answer), **note) == 0
            told = json.loads(answer.read_text())
        self.lose(gone)
        self.expect(told["crystal"], scene, said)
        file = io.StringIO(newline="")
        self.memory.export_to(file)
        assert file.getvalue() == told["export"]
        return told["crystal"]

    @rule(target=crystals, some=st.lists(st.tuples(scenes(max_nodes=3), sources), max_size=3))
    def merge(self, some: list[tuple[Scene, Said]]):
        replaced = self.replaced.copy()  # what is corrected in one of two memories stays so
        with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as other:
            other.remember_many(Note(scene, *said) for scene, said in some)
            assert self.memory.merge(other).crystals == len({scene for scene, _ in some} - self.ids.keys())
            ids = [self.memory.find(scene) for scene, _ in some]
            for crystal, (scene, said) in zip(ids, some, strict=True):
                assert crystal is not None
                self.expect(crystal, scene, said)
        self.replaced = replaced
        return multiple(*filter(None, ids))

    @rule(full=st.booleans())
    def consolidate(self, full: bool) -> None:
        self.memory.consolidate(full=full)

    @rule(crystal=crystals)
    def recall(self, crystal: int) -> None:
        if crystal in self.model:
            scene = self.model[crystal][0]
            hits = {hit.id: hit for hit in self.memory.recall(scene, k=100)}
            assert hits.keys() <= self.model.keys() - self.replaced
            if crystal in self.replaced:
                return
            assert hits[crystal].parts["unified"] == 1.0
            assert [s.text for s in hits[crystal].sources] == [said[0] for said in self.model[crystal][1]]

    @rule()
    def reopen(self) -> None:
        self.memory.close()
        self.memory = Memory.open(self.folder)

    @rule(rest=st.integers(0, 3000))
    def harm_the_index(self, rest: int) -> None:
        index = self.folder / "vectors.index"
        self.memory.close()
        if index.exists():
            index.write_bytes(index.read_bytes()[:rest])
        self.memory = Memory.open(self.folder)

    @rule()
    def move(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as other:
            first, second = io.StringIO(newline=""), io.StringIO(newline="")
            self.memory.export_to(first)
            assert other.import_from(first.getvalue().split("\n")[:-1]) == len(self.model)
            other.export_to(second)
            assert second.getvalue() == first.getvalue()

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if hasattr(self, "memory"):
            held = {
                crystal.id: (crystal.scene, [(s.text, s.language, s.source) for s in crystal.sources])
                for crystal in self.memory
            }
            assert held == self.model
            assert self.memory.believed() == sorted(self.model.keys() - self.replaced)


TestMemoryMachine = MemoryMachine.TestCase
TestMemoryMachine.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
class TestMemoryMachineForLong(MemoryMachine.TestCase):
    settings = settings(
        max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )


@settings(max_examples=10)
@given(st.lists(scenes(max_nodes=5), min_size=1, max_size=8))
def test_a_rebuilt_index_is_the_one_that_grew(some: list[Scene]) -> None:
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        for scene in some:
            memory.remember(scene)
            grown = memory.recall(some[0], k=20)
        memory.rebuild_index()
        assert memory.recall(some[0], k=20) == grown
        assert memory.check() == []
