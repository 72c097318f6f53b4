"""Forgetting names the adapters that were trained on what is forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scenograph import Mind, Scene
from scenograph.core import delinearise, linearise
from scenograph.memory import TrainedOn
from scenograph.mind import MindConfig, Workspace
from scenograph.mind.steps.corpus import TASKS

SLEEP = Scene.parse('(s / sleep :agent (p / person :name "Zora"))')


def task(adapter: str, prompt: list[list[str]], answer: list[str]) -> str:
    record = {"ability": "read", "adapter": adapter, "language": "en", "style": "plain"}
    return json.dumps({**record, "prompt": prompt, "answer": answer}, ensure_ascii=False) + "\n"


def test_adapters_are_named(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        crystal = mind.memory.remember(SLEEP, text="Zora slept.", source="a letter")
        other = mind.memory.remember(Scene.parse("(w / walk)"), text="Somebody walked.")
        workspace.remembered.mkdir()
        (workspace.remembered / "tasks.jsonl").write_text(
            task("scene_interpreter", [["text", "Zora slept."]], ["scene", linearise(SLEEP)])
            + task("decoder.plain", [["scene", linearise(SLEEP)]], ["text", "Asleep she was."])
            + task("decoder.plain", [["text", "Vera walked."]], ["text", "Vera ran."])
        )
        workspace.styles.mkdir()
        pair = {"scene": SLEEP.format(indent=None), "text": "Zora dreamt."}
        (workspace.styles / "pirate.jsonl").write_text(json.dumps(pair) + "\n")
        assert mind.forget(other).adapters == ()
        assert mind.forget(crystal).adapters == (
            TrainedOn("decoder.pirate", workspace.carrier, "styles/pirate.jsonl", 1),
            TrainedOn("decoder.plain", workspace.carrier, "remembered/tasks.jsonl", 1),
            TrainedOn("scene_interpreter", workspace.carrier, "remembered/tasks.jsonl", 1),
        )


def test_a_line_that_was_cut_off_fails_no_receipt(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        crystal = mind.memory.remember(SLEEP, text="Zora slept.")
        other = mind.memory.remember(Scene.parse("(w / walk)"), text="Somebody walked.")
        workspace.styles.mkdir()
        (workspace.styles / "pirate.jsonl").write_bytes(b'\n{"text": "Zora slept.", "scene": "(s / \xd0')
        assert mind.forget(other).adapters == ()
        taught = TrainedOn("decoder.pirate", workspace.carrier, "styles/pirate.jsonl", 1)
        assert mind.forget(crystal).adapters == (taught,)


def test_adapters_that_learned_a_fact_from_the_corpus_are_named(mind_folder: Path) -> None:
    workspace = Workspace(mind_folder)
    lines = (workspace.corpus / TASKS).read_text(encoding="utf-8").splitlines()
    tasks = [json.loads(line) for line in lines]
    learned = next(it for it in tasks if it["adapter"] == "decoder.poet" and it["prompt"][0][0] == "scene")
    scene = delinearise(learned["prompt"][0][1])
    with Mind.open(mind_folder) as mind:
        crystal = mind.memory.remember(scene, source="an imported corpus")
        never = mind.memory.remember(Scene.parse("(d / dream :agent (u / unicorn))"))
        assert mind.forget(never).adapters == ()
        receipt = mind.forget(crystal)
    named = {it.adapter: it.lines for it in receipt.adapters if it.file == f"corpus/{TASKS}"}
    assert named["decoder.poet"] >= 1
    assert {it.carrier for it in receipt.adapters} == {workspace.carrier}
    about = [it for it in tasks if it["adapter"] == "decoder.poet" and _states(it, scene)]
    assert named["decoder.poet"] == len(about)


def _states(task: Any, scene: Scene) -> bool:
    """Whether a task of the corpus holds *scene*, found in another way than the receipt finds it."""
    return any(
        text == linearise(scene) for kind, text in [*task["prompt"], task["answer"]] if kind == "scene"
    )
