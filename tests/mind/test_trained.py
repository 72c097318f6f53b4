"""Forgetting names the adapters that were trained on what is forgotten."""

from __future__ import annotations

import json
from pathlib import Path

from scenograph import Mind, Scene
from scenograph.core import linearise
from scenograph.memory import TrainedOn
from scenograph.mind import MindConfig, Workspace

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
