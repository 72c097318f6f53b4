"""Reader and decoders learn from scenes and texts without a partner; what is empty or copied is left out."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from scenograph import corpus
from scenograph.adapters.tune import Tuning
from scenograph.core import Scene
from scenograph.corpus.tasks import read_task
from scenograph.mind import Mind
from scenograph.mind.adapters.layers import mind_adapters
from scenograph.mind.adapters.listing import list_adapters
from scenograph.mind.carrier import open_carrier
from scenograph.mind.sections import TrainingConfig
from scenograph.mind.steps import facts, run_steps
from scenograph.mind.steps.cycle import STEP
from scenograph.mind.teaching.cycle import Cycle, Text, is_copy
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")

WORLD = World()
SLEPT = Scene.parse('(s / sleep :agent (e / entity :name "Vera") :in (f / forest) :tense past)')
WORKED = Scene.parse('(w / work :agent (e / entity :name "Oleg"))')
SHORT = Tuning(steps=4, looks=2, batch=512)


@pytest.fixture(scope="module")
def teacher(built_mind: Path) -> Teacher:
    workspace = Workspace(built_mind)
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    return Teacher(carrier, adapters, workspace.domain, 0)


def texts_of(scenes: Sequence[Scene], style: str = "plain") -> list[Text]:
    return [Text(WORLD.say(scene, style, "en"), "en", style) for scene in scenes]


def test_an_exercise_asks_what_was_made_and_wants_what_was_given(teacher: Teacher) -> None:
    scenes, texts = list(WORLD.scenes(5, 21)), texts_of(list(WORLD.scenes(5, 22)), "poet")
    two = Cycle(teacher, scenes, texts, [], ("poet",), ("en", "ru"))
    made = two.exercises(teacher.bridge(), scenes, texts, 1)
    reads = [it for it in made.tasks if it.ability == "read"]
    says = [it for it in made.tasks if it.ability == "speak"]
    assert len(made.tasks) == len(reads) + len(says) == 10 - made.refused.total()
    assert len(reads) >= 2
    assert len(says) >= 2
    assert {it.scene for it in reads} <= set(scenes)
    assert {it.answer[1] for it in says} <= {it.text for it in texts}
    assert {it.adapter for it in made.tasks} == {"scene_interpreter", "decoder.poet"}
    assert two.exercises(teacher.bridge(), scenes, texts, 1) == made
    again = two.exercises(teacher.bridge(), scenes, texts, 2).tasks
    assert [it.prompt for it in again if it.ability == "read"] != [it.prompt for it in reads]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (None, "nothing"),
        ("  ", "nothing"),
        ("(s / sleep)", "a game"),
        ("⟁say Vera", "a game"),
        ("Vera slept in the forest.", "a game"),
        ("Vera slept in the forest, " * 9, "a game"),
        ("Hush, stars!", "two scenes"),
    ],
)
def test_a_text_that_teaches_nothing_is_refused(
    teacher: Teacher, monkeypatch: pytest.MonkeyPatch, written: str | None, reason: str
) -> None:
    bridge = teacher.bridge()
    monkeypatch.setattr(
        type(bridge.speaker), "drafted", lambda _, requests, draws=(): [written] * len(requests)
    )
    scenes = [SLEPT, WORKED] if reason == "two scenes" else [SLEPT]
    made = Cycle(teacher, scenes, [], [], ("poet",), ("en",)).exercises(bridge, scenes, [], 1)
    assert made.tasks == []
    assert made.refused == Counter({reason: len(scenes)})


def test_a_scene_that_is_the_text_itself_is_a_copy() -> None:
    text = "Vera slept in the dark forest."
    assert is_copy(Scene.parse('(t / text :name "Vera slept in the dark")'), text)
    assert not is_copy(SLEPT, text)
    assert not is_copy(
        Scene.parse('(s / sleep :agent (e / entity :name "Vera Maria Lind"))'), "Vera Maria Lind slept."
    )


def test_both_learn_and_the_mind_stays_as_it_was(teacher: Teacher) -> None:
    before = [factor.detach().clone() for factor in teacher.adapters.lora.parameters()]
    known = [*WORLD.scenes(4, 25)]
    tasks = [read_task(WORLD.say(scene, "plain", "en"), scene, language="en") for scene in known]
    seen: list[tuple[int, int]] = []
    two = Cycle(
        teacher, list(WORLD.scenes(8, 23)), texts_of(list(WORLD.scenes(8, 24))), tasks, ("plain",), ("en",)
    )
    done = two.learn(2, tuning=SHORT, on_round=lambda number, of, share: seen.append((number, of)))
    assert seen == [(1, 2), (2, 2)]
    assert 0.0 <= done.before <= done.after <= 1.0
    assert (done.adapters is not None) == (done.rounds > 0) == (done.after > done.before)
    assert done.exercises > 0
    assert all(bool((a == b).all()) for a, b in zip(before, teacher.adapters.lora.parameters(), strict=True))


def test_a_reader_that_reads_nothing_teaches_no_decoder(
    teacher: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenograph.mind.teaching.cycle._read", lambda bridge, texts: [None] * len(texts))
    two = Cycle(teacher, [], texts_of(list(WORLD.scenes(4, 24))), [], ("plain",), ("en",))
    done = two.learn(3, tuning=SHORT)
    assert (done.adapters, done.rounds, done.before, done.after, done.exercises) == (None, 0, 0.0, 0.0, 0)
    assert done.refused == Counter({"nothing": 3})


def test_the_step_learns_from_what_has_no_partner_and_takes_its_layer_away(
    built_mind: Path, tmp_path: Path, short_lessons: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mind = Path(shutil.copytree(built_mind, tmp_path / "mind"))
    settings = (mind / "mind.toml").read_text(encoding="utf-8")

    def train(rounds: int) -> str:
        (mind / "mind.toml").write_text(settings.replace("cycle = 0", f"cycle = {rounds}"), encoding="utf-8")
        (status,) = run_steps(Workspace(mind), [STEP], Silent())
        return status.state

    assert train(1) == "done"
    assert facts(Workspace(mind), "cycle") == {}
    lines = [{"scene": scene.format(indent=None)} for scene in WORLD.scenes(6, 31)]
    lines += [{"text": it.text, "style": "poet"} for it in texts_of(list(WORLD.scenes(6, 32)), "poet")]
    lines += [{"text": "Texte sans scène.", "language": "fr"}, {"text": "a", "style": "bard"}]
    file = tmp_path / "alone.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    corpus.add(Workspace(mind).sources, file)
    shares = iter([0.25, 0.5, 0.5])
    monkeypatch.setattr(Cycle, "returned", lambda *_: next(shares))
    assert train(1) == "done"
    workspace = Workspace(mind)
    found = facts(workspace, "cycle")
    assert (found["rounds"], found["returned"]) == (1, [0.25, 0.5])
    assert found["exercises"] > 0
    sources = {info.name: info.source for info in list_adapters(workspace)}
    assert sources["scene_interpreter"] == sources["decoder.poet"] == "cycle"
    assert sources["response_synthesizer.poet"] == "training"
    with Mind.open(mind, read_only=True) as opened:
        assert opened.speak(SLEPT, style="poet").retention == 1.0
    assert train(1) == "up to date"
    assert train(0) == "done"
    assert not workspace.cycled.exists()


@pytest.mark.parametrize("rounds", [-1, 101, "two", 1.5])
def test_rounds_are_a_whole_number(rounds: object) -> None:
    with pytest.raises(ValidationError, match="cycle"):
        TrainingConfig.model_validate({"cycle": rounds})
