"""Decoders learn from what is read back; a text that plays for the reward gets none."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from scenograph.adapters.reward import Rewarding
from scenograph.bridge.speak import SpeechRequest
from scenograph.core import Scene
from scenograph.evaluate.step import STEPS
from scenograph.mind import Mind
from scenograph.mind.adapters.layers import mind_adapters
from scenograph.mind.adapters.listing import list_adapters
from scenograph.mind.carrier import open_carrier
from scenograph.mind.steps import facts, rewards, run_steps
from scenograph.mind.teaching.rewards import Rewards, earned, rewards_of
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")

WORLD = World()
SLEPT = Scene.parse('(s / sleep :agent (e / entity :name "Vera") :in (f / forest) :tense past)')


@pytest.mark.parametrize(
    ("text", "style", "share", "reward"),
    [
        ("Hush, stars: Vera slept in the forest.", "poet", 1.0, 1.0),
        ("Hush, stars: Vera slept.", "poet", 0.75, 0.375),
        ("Vera slept in the forest.", "plain", 1.0, 1.0),
        ("Vera slept in the forest.", "poet", 1.0, 0.0),  # the plain text, copied
        ('(s / sleep :agent (e / entity :name "Vera"))', "poet", 1.0, 0.0),
        ("⟁say Vera slept in the forest.", "poet", 1.0, 0.0),
        ("Hush, stars: " * 12 + "Vera slept in the forest.", "poet", 1.0, 0.0),
    ],
)
def test_the_reward_is_what_a_text_keeps(text: str, style: str, share: float, reward: float) -> None:
    assert earned(SpeechRequest(SLEPT, style, "en"), text, share, WORLD) == reward


def test_a_decoder_learns_by_reward_and_the_mind_stays(built_mind: Path) -> None:
    workspace = Workspace(built_mind)
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    teacher = Teacher(carrier, adapters, workspace.domain, 0)
    held_out = list(WORLD.scenes(4, 3, "test"))
    rewards = Rewards(teacher, list(WORLD.scenes(8, 2)), held_out, [], ("en", "ru"), each=2, draws=4)
    seen: list[int] = []
    files = dict(adapters.manifest.files)
    before = [factor.detach().clone() for factor in adapters.lora.parameters()]
    adapters_after, done = rewards.learn(
        ["decoder.poet"],
        rewarding=Rewarding(steps=4, looks=2, learning_rate=1e-3),
        on_step=lambda step, steps, mean: seen.append(step),
    )
    assert seen == [1, 2, 3, 4]
    assert len(done.drawn) == 4
    assert 0.0 < max(done.drawn) <= 1.0
    assert done.after >= done.before
    assert adapters_after.names == ("decoder.poet",)
    assert adapters.manifest.files == files
    assert all(map(lambda a, b: bool((a == b).all()), before, adapters.lora.parameters()))
    asked = [SpeechRequest(scene, "poet", "en") for scene in held_out]
    assert all(0.0 <= it <= 1.0 for it in rewards_of(teacher.bridge(adapters_after), asked))


def test_what_is_drawn_does_not_depend_on_what_was_drawn_before(built_mind: Path) -> None:
    workspace = Workspace(built_mind)
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    speaker = Teacher(carrier, adapters, workspace.domain, 0).bridge().speaker
    asked = [SpeechRequest(scene, "poet", "en") for scene in WORLD.scenes(2, 4)]
    both = speaker.drawn([*asked, *asked], [1, 1, 2, 2])
    assert both[:2] == speaker.drawn(asked, [1, 1])
    assert both[2:] == speaker.drawn(asked, [2, 2])


def test_the_step_writes_a_layer_of_decoders_and_takes_it_away(
    built_mind: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewards, "_POOL", 4)
    monkeypatch.setattr(rewards, "_HELD_OUT", 4)
    monkeypatch.setattr(rewards, "Rewards", partial(Rewards, each=2, draws=4))
    mind = Path(shutil.copytree(built_mind, tmp_path / "mind"))
    settings = (mind / "mind.toml").read_text(encoding="utf-8")

    def train(steps: int) -> list[str]:
        (mind / "mind.toml").write_text(settings.replace("reward = 0", f"reward = {steps}"), encoding="utf-8")
        return [it.state for it in run_steps(Workspace(mind), STEPS, Silent(), last="rewards")]

    assert train(3) == ["up to date"] * 5 + ["done"]
    policy = settings
    settings = settings.replace('reward_by = "policy"', 'reward_by = "preference"')
    assert settings != policy
    assert train(3) == ["up to date"] * 5 + ["done"]
    workspace = Workspace(mind)
    found = facts(workspace, "rewards")
    before, after = found["reward"]
    assert 0.0 <= before <= after <= 1.0
    assert workspace.rewarded.exists() == (found["steps"] > 0) == (after > before)
    sources = {info.name: info.source for info in list_adapters(workspace)}
    expected = "rewards" if found["steps"] else "training"
    assert {source for name, source in sources.items() if name.startswith("decoder.")} == {expected}
    assert sources["scene_interpreter"] == "training"
    with Mind.open(mind, read_only=True) as opened:
        assert opened.speak(SLEPT, style="poet").retention == 1.0
    assert train(3) == ["up to date"] * 6
    assert train(0) == ["up to date"] * 5 + ["done"]
    assert not workspace.rewarded.exists()
