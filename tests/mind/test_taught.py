"""A mind is taught a style and corrected: only the adapters concerned change, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scenograph.adapters import Manifest
from scenograph.adapters.manifest import FILE as MANIFEST
from scenograph.cli import app
from scenograph.errors import AdapterError
from scenograph.evaluate.step import STEPS
from scenograph.mind import Mind
from scenograph.mind.adapters.layers import load_records
from scenograph.mind.adapters.listing import dependents, list_adapters
from scenograph.mind.steps import examine, run_steps
from scenograph.mind.teaching.pairs import Pair
from scenograph.mind.teaching.styles import added_style, own_styles, styled
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.world import World

WORLD = World()
pytestmark = pytest.mark.usefixtures("short_lessons", "short_answers")
LATER = [step for step in STEPS if step.name in ("styles", "feedback")]


def run(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def write(path: Path, records: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(it, ensure_ascii=False) + "\n" for it in records), encoding="utf-8")
    return path


def pairs_of_a_herald() -> list[dict[str, object]]:
    """Ten pairs, by turns in English and in Russian."""
    found: list[dict[str, object]] = []
    for number, scene in enumerate(WORLD.scenes(10, 5)):
        language = ("en", "ru")[number % 2]
        said = WORLD.say(scene, "plain", language)
        text = f"Hear ye! {said}" if language == "en" else f"Слушайте все! {said}"
        found.append({"scene": scene.format(indent=None), "text": text})
    return found


def digests(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def a_taught_mind(short_lessons: None, built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small mind with a style of its own; not to be changed."""
    folder = tmp_path_factory.mktemp("taught")
    mind = Path(shutil.copytree(built_mind, folder / "mind"))
    done = run("style", "add", mind, "herald", write(folder / "pairs.jsonl", pairs_of_a_herald()))
    assert done.exit_code == 0, done.stderr
    assert "8 pairs learned in" in done.stdout
    return mind


@pytest.fixture
def taught_mind(a_taught_mind: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(a_taught_mind, tmp_path / "taught"))


def test_a_style_is_one_more_adapter_and_the_trained_ones_stay(a_taught_mind: Path, built_mind: Path) -> None:
    workspace = Workspace(a_taught_mind)
    assert own_styles(workspace) == ["herald"]
    assert digests(a_taught_mind / "adapters") == digests(built_mind / "adapters")
    assert digests(a_taught_mind / "memory").keys() == digests(built_mind / "memory").keys()
    infos = {info.name: info for info in list_adapters(workspace)}
    herald = infos["decoder.herald"]
    assert (herald.source, dict(herald.examples)) == ("pairs", {"en": 4, "ru": 4})
    assert herald.start in ("decoder.plain", "decoder.poet")
    assert herald.retention is not None
    assert infos["decoder.poet"].source == "training"
    assert sum(infos["decoder.poet"].examples.values()) > 0


def test_the_mind_speaks_in_it_and_the_guard_still_holds(a_taught_mind: Path) -> None:
    with Mind.open(a_taught_mind, read_only=True) as mind:
        scenes = list(WORLD.scenes(3, 9, "test"))
        for said in mind.speak_many(scenes, style="herald"):
            assert said.style == "herald"
            assert said.fallback or said.retention == 1.0
        assert mind.domain.styles[-1] == "herald"
        assert mind.domain.may_say("Hear ye! Oleg slept.", "en")


def test_training_finds_everything_up_to_date(taught_mind: Path) -> None:
    workspace = Workspace(taught_mind)
    before = digests(taught_mind / "taught")
    assert [status.state for status in run_steps(workspace, STEPS, Silent(), last="memory")] == [
        "up to date"
    ] * 8
    assert digests(taught_mind / "taught") == before


def test_a_lost_layer_is_made_again_from_the_pairs(taught_mind: Path) -> None:
    workspace = Workspace(taught_mind)
    before = Manifest.load(workspace.taught).files
    shutil.rmtree(workspace.taught)
    assert [status.state for status in run_steps(workspace, LATER, Silent())] == ["done", "done"]
    assert Manifest.load(workspace.taught).files == before


def test_a_failed_style_leaves_the_mind_as_it_was(mind_folder: Path) -> None:
    workspace = Workspace(mind_folder)
    before = digests(mind_folder)
    scene = next(iter(WORLD.scenes(1, 5)))
    with pytest.raises(KeyboardInterrupt), added_style(workspace, "herald", [Pair(scene, "Hear!", "en", "")]):
        raise KeyboardInterrupt
    after = digests(mind_folder)
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == {"styles/index.json"}
    assert own_styles(workspace) == []
    assert styled(workspace) is workspace.domain


@pytest.mark.parametrize(
    ("name", "records", "message"),
    [
        ("poet", pairs_of_a_herald(), "has a style 'poet' already"),
        ("Ode", pairs_of_a_herald(), "a style cannot be called 'Ode'"),
        ("ode", pairs_of_a_herald()[:1], "1 pair teaches"),
        ("ode", [*pairs_of_a_herald(), {"plain": "Qwrt zxcv.", "text": "O zxcv!"}], "line 11"),
    ],
)
def test_what_cannot_be_taught_is_one_line(
    mind_folder: Path, tmp_path: Path, name: str, records: list[dict[str, object]], message: str
) -> None:
    before = digests(mind_folder)
    done = run("style", "add", mind_folder, name, write(tmp_path / "pairs.jsonl", records))
    assert done.exit_code == 1
    assert message in done.stderr
    assert done.stderr.count("error:") == 1
    assert digests(mind_folder) == before


def test_an_exported_style_works_in_another_mind(
    a_taught_mind: Path, mind_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "herald"
    assert run("adapters", "export", a_taught_mind, "decoder.herald", "--to", "peft", folder).exit_code == 0
    done = run("adapters", "import", mind_folder, folder)
    assert done.exit_code == 0, done.stderr
    there, here = Manifest.load(a_taught_mind / "taught"), Manifest.load(mind_folder / "taught")
    assert here.files["decoder.herald"] == there.files["decoder.herald"]
    with Mind.open(mind_folder, read_only=True) as mind:
        [said] = mind.speak_many(list(WORLD.scenes(1, 9, "test")), style="herald", guard=False)
        assert said.style == "herald"
    again = run("adapters", "import", mind_folder, folder)
    assert (again.exit_code, "has an adapter decoder.herald already" in again.stderr) == (2, True)


def spoil(folder: Path, **changes: object) -> None:
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base_model_name_or_path": "gpt2"}, "was made over 'gpt2', and this mind's carrier is 'nano'"),
        ({"lora_alpha": 7}, "its alpha is 7.0, and this mind's adapters have 4.0"),
        ({"r": 3}, "are not of rank 3"),
        ({"alora_invocation_tokens": None}, "its place where it acts is always"),
        ({"alora_invocation_tokens": [1, 2]}, "it acts from token [1, 2] on"),
        ({"use_dora": True}, "its use_dora is True, and only plain LoRA is read"),
        ({"peft_type": "IA3"}, "its peft_type is 'IA3'"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused_in_one_line(
    mind_folder: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    folder = Path(shutil.copytree(mind_folder / "adapters" / "decoder.poet", tmp_path / "decoder.poet"))
    spoil(folder, **changes)
    before = digests(mind_folder)
    done = run("adapters", "import", mind_folder, folder, "--replace")
    assert done.exit_code == 1
    assert message in done.stderr
    assert done.stderr.strip().count("\n") == 0
    assert digests(mind_folder) == before


def test_a_removed_style_takes_its_pairs_along_and_the_rest_stays(taught_mind: Path) -> None:
    workspace = Workspace(taught_mind)
    depends = dependents(workspace, "decoder.herald")
    assert any("10 pairs that teach the style" in line for line in depends)
    done = run("adapters", "remove", taught_mind, "decoder.herald", "--yes")
    assert done.exit_code == 0, done.stderr
    assert own_styles(workspace) == []
    assert "decoder.herald" not in {info.name for info in list_adapters(workspace)}
    assert not (workspace.styles / "herald.jsonl").exists()
    assert [status.state for status in run_steps(workspace, LATER, Silent())] == ["up to date"] * 2


def test_a_removed_trained_adapter_stays_away(mind_folder: Path) -> None:
    workspace = Workspace(mind_folder)
    assert any("take poet out of corpus.styles" in line for line in dependents(workspace, "decoder.poet"))
    assert run("adapters", "remove", mind_folder, "decoder.poet", "--yes").exit_code == 0
    assert "decoder.poet" not in Manifest.load(workspace.adapters).shape.names
    assert not (workspace.adapters / "decoder.poet").exists()
    [adapters] = [step for step in STEPS if step.name == "adapters"]
    assert examine(workspace, adapters).state == "up to date"
    with Mind.open(mind_folder, read_only=True) as mind:
        assert mind.bridge.runner.styles == ("plain",)


def test_the_last_adapters_are_not_removed(mind_folder: Path) -> None:
    names = Manifest.load(mind_folder / "adapters").shape.names
    before = (mind_folder / "adapters" / MANIFEST).read_bytes()
    done = run("adapters", "remove", mind_folder, *names, "--yes")
    assert (done.exit_code, "a mind keeps at least one adapter" in done.stderr) == (1, True)
    assert (mind_folder / "adapters" / MANIFEST).read_bytes() == before


def feedback_for(style: str) -> list[dict[str, object]]:
    """What a person would have said instead, always the plain text of the world."""
    return [
        {
            "scene": scene.format(indent=None),
            "text": "Wrong.",
            "style": style,
            "language": "en",
            "corrected": WORLD.say(scene, "plain", "en"),
        }
        for scene in WORLD.scenes(6, 17)
    ]


def test_feedback_changes_the_adapter_concerned_and_says_what_came_of_it(
    mind_folder: Path, tmp_path: Path
) -> None:
    workspace = Workspace(mind_folder)
    before = digests(mind_folder / "adapters")
    file = write(tmp_path / "feedback.jsonl", feedback_for("plain"))
    done = run("adapt", mind_folder, "--from", file)
    assert done.exit_code == 0, done.stderr
    assert "decoder.plain: 5 lines learned in" in done.stdout
    assert "retention on 1 held-out" in done.stdout
    assert digests(mind_folder / "adapters") == before
    kept = "; kept" in done.stdout
    assert set(load_records(workspace.adapted)) == ({"decoder.plain"} if kept else set())
    again = run("adapt", mind_folder, "--from", file)
    assert again.exit_code == 0
    assert "no adapter has changed" in again.stderr


def test_few_lines_wait_for_more(mind_folder: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "feedback.jsonl", feedback_for("poet")[:2])
    done = run("adapt", mind_folder, "--from", file)
    assert done.exit_code == 0
    assert "decoder.poet: 2 lines kept; it learns from 4 on" in done.stderr
    assert not Workspace(mind_folder).adapted.exists()


def test_a_mind_without_adapters_says_what_to_do(tmp_path: Path) -> None:
    run("init", tmp_path / "new")
    file = write(tmp_path / "feedback.jsonl", feedback_for("poet"))
    done = run("adapt", tmp_path / "new", "--from", file)
    assert done.exit_code == 1
    assert "is not trained yet" in done.stderr
    with pytest.raises(AdapterError, match="has no adapters yet; run: scenograph train"):
        list_adapters(Workspace(tmp_path / "new"))
