"""
Step `rewards`: decoders that learn from what is read back of their own texts (`mind.teaching.rewards`).

It runs where `[training] reward` in `mind.toml` gives it steps. All decoders of the mind learn together, from
where training, pairs and feedback left them. They end as they were when the reward of held-out scenes was
highest; if it never rises, nothing is written.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from scenograph.core import delinearise
from scenograph.files import remove_folder
from scenograph.mind.adapters.layers import AdapterRecord, Taught, mind_adapters, now, save_layer
from scenograph.mind.steps import Inputs, Outcome, Step
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.teaching.rewards import Rewards
from scenograph.mind.teaching.styles import styled
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenograph.core.scene import Scene
    from scenograph.corpus.tasks import Task

_POOL: Final = 400  # scenes that texts are drawn of
_HELD_OUT: Final = 60  # scenes by which is seen how good the decoders are
_KNOWN: Final = 2000  # tasks of before, of which some are learned again


def _settings(workspace: Workspace) -> Inputs:
    asked = workspace.config.training
    # Minds made before there was a choice stay up to date.
    by = {"by": asked.reward_by} if asked.reward and asked.reward_by != "policy" else {}
    return {"seed": workspace.config.seed, "steps": asked.reward, **by}


def _reward(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `rewarded/`."""
    steps, by = workspace.config.training.reward, workspace.config.training.reward_by
    progress.start(STEP.name, steps or None)
    if not steps:
        remove_folder(workspace.rewarded)
        return Outcome("none", {})
    from scenograph.adapters.layers import chosen
    from scenograph.adapters.reward import Rewarding
    from scenograph.mind.carrier import open_carrier

    carrier = open_carrier(workspace)
    before = workspace.layers_before(workspace.rewarded)
    styled_one, adapters = mind_adapters(workspace, carrier, layers=before)
    names = [name for name in adapters.names if name.startswith("decoder.")]
    teacher = Teacher(styled_one, adapters, styled(workspace), workspace.config.seed)
    known = list(islice((task for task in fitting_tasks(workspace) if task.adapter in names), _KNOWN))
    scenes, unseen = _scenes(workspace, known)
    if not scenes or not unseen:
        remove_folder(workspace.rewarded)
        return Outcome("none: there are no scenes to say", {})
    rewards = Rewards(teacher, scenes, unseen, known, workspace.config.corpus.languages)

    def show(step: int, steps: int, reward: float) -> None:
        progress.advance(1, f"reward {reward:.3f} of what was drawn")

    learned, done = rewards.learn(names, rewarding=Rewarding(by=by, steps=steps), on_step=show)
    retention = (round(done.before, 4), round(done.after, 4))
    remove_folder(workspace.rewarded)
    if done.steps:
        record = AdapterRecord(
            "rewards", "", "", held_out=len(unseen), steps=done.steps, retention=retention, when=now()
        )
        layer = {name: Taught(chosen(learned, [name]), record) for name in names}
        save_layer(workspace.rewarded, layer, carrier)
    said = (
        f"reward of held-out scenes {done.before:.3f} → {done.after:.3f} after {done.steps} of {steps} steps"
    )
    return Outcome(said, {"steps": done.steps, "reward": list(retention)})


def _scenes(workspace: Workspace, known: Sequence[Task]) -> tuple[list[Scene], list[Scene]]:
    """Return scenes to draw texts of, and others to hold out; none that only evaluation sees."""
    config = workspace.config
    trained = [delinearise(text) for task in known for kind, text in task.prompt if kind == "scene"]
    scenes = list(dict.fromkeys(trained))
    if config.corpus.world:
        drawn = workspace.domain.scenes(_POOL, config.seed + 11)
        return [*drawn, *scenes[:_POOL]], list(workspace.domain.scenes(_HELD_OUT, config.seed + 12, "test"))
    return scenes[_HELD_OUT:][:_POOL], scenes[:_HELD_OUT]


STEP = Step(
    "rewards",
    "rewarded",
    _settings,
    _reward,
    after=("vocabulary", "adapters", "styles", "feedback"),
    asked=lambda workspace: workspace.config.training.reward > 0,
)
