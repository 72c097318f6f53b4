"""The step `thinking`, and a hardly trained thinker through every door of a mind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from service.servers import served
from typer.testing import CliRunner

from scenograph import Mind, Scene
from scenograph.adapters.encode import Encoded
from scenograph.answers.answer import Answer
from scenograph.cli import app
from scenograph.errors import BridgeError
from scenograph.mind.adapters.listing import list_adapters, remove_adapters
from scenograph.mind.config_file import FILE
from scenograph.mind.steps import Status, run_steps, thinking
from scenograph.mind.teaching.traces import traces
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.prompts import THINKER
from scenograph.results import restore
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.atoms import thinking_atoms
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")

QUESTION = "Who built the old bridge?"
SCENE = '(b / build :agent (e / entity :name "Oleg") :object (h / bridge :mod old) :tense past)'


def brought_up_to_date(folder: Path) -> Status:
    [status] = run_steps(Workspace(folder), [thinking.STEP], Silent())
    return status


@pytest.fixture(scope="module", autouse=True)
def _few_questions() -> Iterator[None]:
    """Draw small memories and few questions to each: how well a thinker thinks is measured elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenograph.mind.teaching.traces._SCENES", 40)
        patch.setattr("scenograph.mind.teaching.traces._ASKED", 20)
        patch.setattr("scenograph.mind.steps.thinking._HELD_OUT", 6)
        yield


@pytest.fixture(scope="module")
def folder(_few_questions: None, built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small mind with a thinker that has learned from a few questions, and a crystal."""
    folder = Path(shutil.copytree(built_mind, tmp_path_factory.mktemp("thinking") / "mind"))
    text = (folder / FILE).read_text()
    asked = "[thinking]\nsteps = 2\nseconds = 600.0\nexamples = 8\n"
    begin = text.index("[thinking]")
    end = text.find("\n[", begin)
    (folder / FILE).write_text(text[:begin] + asked + (text[end:] if end >= 0 else ""))
    assert brought_up_to_date(folder).state == "done"
    with Mind.open(folder) as mind:
        mind.remember_many([Scene.parse(SCENE)], "a letter")
    return folder


@pytest.fixture(scope="module")
def mind(folder: Path) -> Iterator[Mind]:
    with Mind.open(folder) as mind:
        yield mind


@pytest.fixture(scope="module")
def client(mind: Mind) -> Iterator[httpx.Client]:
    with served(mind) as client:
        yield client


def test_the_step_is_done_once_and_its_adapter_is_listed(folder: Path) -> None:
    assert brought_up_to_date(folder).state == "up to date"
    [info] = [it for it in list_adapters(Workspace(folder)) if it.name == THINKER]
    assert (info.source, info.start) == ("traces", "scene_interpreter")


def test_an_answer_has_its_thought_and_is_that_of_the_outside_loop(mind: Mind) -> None:
    outside = mind.ask(QUESTION)
    inside = mind.ask(QUESTION, inside=True)
    assert outside.thought is None
    assert inside.thought is not None
    assert (inside.scene, inside.crystals, inside.text) == (outside.scene, outside.crystals, outside.text)
    assert inside.thought.sequence.startswith(f"⟁bos{QUESTION}⟁read( ")
    assert bool(inside.thought.note) == (inside.thought.end in ("unread", "stopped"))


def test_what_the_domain_does_not_know_is_not_thought_about(mind: Mind) -> None:
    assert mind.ask("Which database failed?", inside=True).thought is None


def test_command_line(folder: Path) -> None:
    runner = CliRunner()
    said = runner.invoke(app, ["ask", str(folder), QUESTION, "--inside", "--why"])
    assert "one sequence of" in said.stdout
    [line] = runner.invoke(app, ["ask", str(folder), QUESTION, "--inside", "--json"]).stdout.splitlines()
    thought = json.loads(line)["thought"]
    assert set(thought) == {
        "end", "note", "commands", "sequence", "written", "inserted", "passes", "seconds",
    }  # fmt: skip


def test_http(client: httpx.Client) -> None:
    request = {"question": QUESTION, "inside": True}
    found = client.post("/ask", json=request).json()
    assert found["thought"]["sequence"].startswith("⟁bos")
    with client.stream("POST", "/ask/stream", json=request) as answer:
        text = answer.read().decode()
    assert '"adapter": "thinker"' in text or '"adapter":"thinker"' in text
    assert "event: result" in text
    assert restore(Answer, found).thought is not None


def test_a_mind_without_thinker_says_how_to_get_one(built_mind: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(built_mind, tmp_path / "mind"))
    with Mind.open(copy) as mind, pytest.raises(BridgeError, match="scenograph train"):
        mind.ask(QUESTION, inside=True)


def test_a_thinker_is_taken_away(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "mind"))
    remove_adapters(Workspace(copy), [THINKER])
    assert THINKER not in {it.name for it in list_adapters(Workspace(copy))}
    with Mind.open(copy) as mind:
        assert mind.ask(QUESTION).text


def test_traces_are_the_same_for_one_seed_and_learn_what_is_written(folder: Path) -> None:
    vocabulary = Vocabulary.load(folder / "vocabulary").extended(thinking_atoms())
    world = World()

    def drawn(seed: int) -> list[str]:
        return [vocabulary.decode(it.ids) for it in traces_of(seed)]

    def traces_of(seed: int) -> list[Encoded]:
        return traces(world, vocabulary, 12, seed, styles=("plain",), languages=("en",), most=2048)

    assert drawn(1) == drawn(1) != drawn(2)
    for example in traces_of(1):
        text = vocabulary.decode(example.ids)
        begin, end = example.inserted[0]
        assert vocabulary.decode(example.ids[begin - 1 : begin]) == "⟁recall"
        assert vocabulary.decode(example.ids[end - 1 : end]) == "⟁sep"
        assert example.learned == len(example.ids) - example.answer - sum(e - b for b, e in example.inserted)
        assert text.endswith("⟁answer:plain")
        after = example.learned - (begin - example.answer)
        if "( answer:value unknown)" in text and "⟁field" not in text:
            assert after == 0
        assert after <= 3 * (len(example.ids) - end) // 4
