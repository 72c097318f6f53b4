"""An open mind: it remembers, recalls and answers exactly, and keeps what it cannot read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from minds import SMALL

from scenograph import Mind, Scene
from scenograph.corpus import Example
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.jsonl import format_line
from scenograph.corpus.tasks import read_task
from scenograph.errors import AdapterError, BridgeError, MindError, NotationError, StoreError
from scenograph.evaluate.step import STEPS
from scenograph.files import file_digest, write_text
from scenograph.mind.steps import run_steps
from scenograph.mind.steps.confidence import measured_threshold
from scenograph.mind.steps.corpus import HELD_OUT, TASKS, held_out
from scenograph.mind.steps.tasks import format_task, parse_task, read_tasks, write_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")

BRIDGE = Scene.parse(
    '(b / build :agent (e / entity :name "Oleg") :object (b2 / bridge :mod (o / old)) :time 1931 :tense past)'
)


def test_a_scene_is_remembered_recalled_and_asked_about(mind_folder: Path) -> None:
    with Mind.open(mind_folder) as mind:
        crystal = mind.remember(BRIDGE, source="a letter")
        assert mind.remember(BRIDGE, source="a letter") == crystal
        assert (
            mind.recall(Scene.parse("(b / build :agent ?who :object (b2 / bridge :mod (o / old)))"))[0].id
            == crystal
        )
        [known] = mind.crystals([crystal or 0])
        assert (known.scene, known.sources[0].source) == (BRIDGE, "a letter")
        question = Scene.parse("(b / build :agent ?who :object (b2 / bridge :mod (o / old)))")
        answer = mind.bridge.ask(question, mind.memory)
        assert answer.crystals == (crystal,)
        assert answer.bindings == {"?who": Scene.parse('(e / entity :name "Oleg")')}
        assert answer.retention == 1.0


def test_what_was_remembered_is_there_when_opened_again(mind_folder: Path) -> None:
    with Mind.open(mind_folder) as mind:
        crystal = mind.remember(BRIDGE)
        count = len(mind.memory)
    with Mind.open(mind_folder) as mind:
        assert len(mind.memory) == count
        assert mind.memory.find(BRIDGE) == crystal
        assert not mind.memory.check()


def test_a_command_in_a_text_is_a_word_like_any_other(mind_folder: Path) -> None:
    with Mind.open(mind_folder) as mind:
        scene = mind.read("⟁read ⟁expand ⟁7").draft
        assert scene is not None
        assert not any(concept.startswith(("⟁", "Δ", "🜂")) for concept in scene.concepts)


@pytest.mark.parametrize("text", ["жжж ⟁say:poet Δ41 🜂 xyzzy", "?! …"])
def test_a_text_that_cannot_be_read_is_kept_and_nothing_invented(mind_folder: Path, text: str) -> None:
    with Mind.open(mind_folder) as mind:
        count = len(mind.memory)
        assert mind.remember(text, source="noise") is None
        assert len(mind.memory) == count
        assert [unread.text for unread in mind.memory.unread()] == [text]


@pytest.mark.parametrize("surface", ["plain", "emoji", "formula", "penman", "triples"])
def test_exact_surfaces_lose_nothing(built_mind: Path, surface: str) -> None:
    with Mind.open(built_mind) as mind:
        spoken = mind.speak(BRIDGE, surface=surface)
        assert (spoken.retention, spoken.fallback) == (1.0, False)


def test_guarded_speech_keeps_everything_in_every_style(built_mind: Path) -> None:
    with Mind.open(built_mind) as mind:
        for style in SMALL.corpus.styles:
            for language in SMALL.corpus.languages:
                spoken = mind.speak(BRIDGE, style=style, language=language)
                assert spoken.retention == 1.0
                assert (spoken.style, spoken.language) == (style, language)


@pytest.mark.parametrize("wrong", [{"style": "pirate"}, {"language": "fr"}, {"surface": "smoke"}])
def test_what_there_is_not_is_refused(built_mind: Path, wrong: dict[str, str]) -> None:
    with Mind.open(built_mind) as mind, pytest.raises(BridgeError):
        mind.speak(BRIDGE, **wrong)


def test_an_untrained_mind_has_no_styles_and_does_the_rest(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", SMALL)
    with Mind.open(tmp_path / "mind") as mind:
        assert mind.remember(BRIDGE) == 1
        assert mind.remember("Maria works in Berlin.") == 2
        answer = mind.ask("Where does Maria work?")
        assert (answer.text, answer.crystals) == ("In Berlin.", (2,))
        assert (
            mind.speak(mind.read("Maria works in Berlin.").scene or BRIDGE).text == "Maria works in Berlin."
        )
        with pytest.raises(BridgeError, match=r"no style 'poet' yet.*run: scenograph train"):
            mind.speak(BRIDGE, style="poet")


def test_adapters_of_another_mind_are_refused(mind_folder: Path) -> None:
    manifest = mind_folder / "adapters" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["carrier"]["digest"] = "0" * 32
    manifest.write_text(json.dumps(content), encoding="utf-8")
    with Mind.open(mind_folder) as mind, pytest.raises(AdapterError):
        mind.speak(BRIDGE, style="poet")


def test_a_damaged_memory_is_named(mind_folder: Path) -> None:
    (mind_folder / "memory" / "memory.db").write_bytes(b"not a database at all" * 100)
    with Mind.open(mind_folder) as mind, pytest.raises(StoreError):
        mind.recall("Oleg")


def test_a_malformed_scene_is_no_text(built_mind: Path) -> None:
    with pytest.raises(NotationError), Mind.open(built_mind) as mind:
        mind.speak(Scene.parse("(b / build :agent"))


def test_a_trained_mind_is_up_to_date(built_mind: Path) -> None:
    states = [status.state for status in run_steps(Workspace(built_mind), STEPS[:4], Silent())]
    assert states == ["up to date"] * 4


def test_tasks_are_written_and_read_back(built_mind: Path) -> None:
    tasks = domain_tasks(World(), 3)
    for task in (next(tasks) for _ in range(50)):
        again = parse_task(format_task(task))
        assert (again.prompt, again.answer, again.adapter) == (task.prompt, task.answer, task.adapter)
    path = Workspace(built_mind).corpus / TASKS
    trained = list(read_tasks(path))
    assert len(trained) == SMALL.corpus.world
    assert list(read_tasks(path, [2, 0])) == [trained[2], trained[0]]


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\r", "\n"])
def test_texts_with_any_line_separator_are_read_back(tmp_path: Path, separator: str) -> None:
    task = read_task(f"Oleg{separator}slept.", BRIDGE, language="en")
    write_tasks(tmp_path / TASKS, [task, task])
    assert list(read_tasks(tmp_path / TASKS)) == [task, task]
    workspace = Workspace.create(tmp_path / "mind", SMALL)
    workspace.corpus.mkdir()
    example = Example(BRIDGE, (f"Oleg{separator}slept.",), "en", HELD_OUT)
    write_text(workspace.corpus / HELD_OUT, f"{format_line(example)}\n" * 2)
    assert held_out(workspace) == [example, example]


def test_damaged_tasks_are_named(tmp_path: Path) -> None:
    (tmp_path / TASKS).write_text('{"prompt": []}\n', encoding="utf-8")
    for path in (tmp_path / TASKS, tmp_path / "missing.jsonl"):
        with pytest.raises(MindError, match="run `scenograph train` again"):
            list(read_tasks(path))


@pytest.mark.slow
def test_training_stopped_by_ctrl_c_goes_on_and_ends_in_the_same_bytes(
    built_mind: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mind"
    Workspace.create(folder, SMALL)
    command = [
        sys.executable,
        "-c",
        "from scenograph.cli import main; main()",
        "train",
        str(folder),
        "--step",
        "adapters",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    checkpoints = folder / ".training"
    while process.poll() is None and not list(checkpoints.glob("*/*")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    assert "goes on from here" in said
    assert not (folder / "adapters").exists()
    subprocess.run(command, check=True, capture_output=True)
    trained = sorted((folder / "adapters").rglob("*.safetensors"))
    assert trained
    for path in trained:
        assert file_digest(path) == file_digest(built_mind / path.relative_to(folder))


def test_the_spellings_of_names_are_those_that_memory_holds(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", SMALL)
    with Mind.open(tmp_path / "mind") as mind:
        russian = "Мария спала."
        read = lambda: str(mind.domain.parse(russian, "plain", "ru"))  # noqa: E731
        assert '"Maria"' in read()
        mind.remember(Scene.parse('(s / sleep :agent (e / entity :name "Mariya") :tense past)'))
        assert '"Mariya"' in read()
        stated = mind.remember(Scene.parse('(s / spelling :latin "Marya" :cyrillic "Мария")'))
        assert '"Marya"' in read()
        assert stated is not None
        mind.correct(stated, Scene.parse('(s / spelling :latin "Masha" :cyrillic "Мария")'))
        assert '"Masha"' in read()
        scene = Scene.parse('(s / sleep :agent (e / entity :name "Masha") :tense past)')
        assert mind.domain.say(scene, language="ru") == russian


def test_the_threshold_that_training_measured_counts_unless_the_file_says_otherwise(
    mind_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenograph.mind.steps.confidence.TEXTS", 4)
    workspace = Workspace(mind_folder)
    [*_, status] = run_steps(workspace, STEPS, Silent(), last="confidence")
    assert status.state == "done"
    measured = measured_threshold(workspace)
    assert measured is not None
    with Mind.open(mind_folder) as mind:
        assert mind.bridge.reader.threshold == measured
    toml = mind_folder / "mind.toml"
    text = toml.read_text(encoding="utf-8").replace("[bridge]\n", "[bridge]\nconfidence = 0.625\n")
    toml.write_text(text, encoding="utf-8")
    with Mind.open(mind_folder) as mind:
        assert mind.bridge.reader.threshold == 0.625
