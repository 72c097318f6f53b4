"""
Step `remembered`: tasks from what the memory holds, for a carrier that the mind is carried to.

The first carrier was trained before there were memories. A further one learns, beside the corpus, to read and
say what was remembered since then: scenes that are believed and have a text. What comes from the domain or
from an imported corpus is left out, since the corpus has it, and some of it is held out for evaluation.

The memory is read once and not written to. It may change while the carrier is trained; so the tasks are kept,
and a training that was stopped goes on with the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from scenograph import corpus
from scenograph.core.scene import Scene
from scenograph.corpus.example import UNDETERMINED, Example
from scenograph.corpus.example_tasks import example_tasks
from scenograph.corpus.tasks import MIXTURE
from scenograph.dialogue.speech import unspoken
from scenograph.files import new_folder
from scenograph.memory import Memory
from scenograph.mind.steps import Inputs, Outcome, Step, facts
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.steps.memory import origin_of
from scenograph.mind.steps.tasks import read_tasks, write_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress
from scenograph.readers.unsure import sure_part

_EACH = 4  # tasks for each scene
_SHARE = 0.25  # at most, of the tasks that the corpus has


def _settings(workspace: Workspace) -> Inputs:
    return {"seed": workspace.config.seed, "mixture": workspace.config.training.mixture}


def _draw(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `remembered/`."""
    progress.start(STEP.name)
    config = workspace.config
    adapters = {task.adapter for task in read_tasks(workspace.corpus / TASKS)}
    examples = list(_examples(workspace))
    most = min(_EACH * len(examples), int(_SHARE * facts(workspace, "corpus")["tasks"]))
    tasks = []
    if most:
        mixture = config.training.mixture or MIXTURE
        drawn = example_tasks(examples, config.seed, languages=workspace.domain.languages, mixture=mixture)
        tasks = [task for task in islice(drawn, most) if task.adapter in adapters]
    with new_folder(workspace.remembered) as folder:
        write_tasks(folder / TASKS, tasks)
    summary = f"{len(tasks)} tasks from {len(examples)} remembered scenes"
    return Outcome(summary, {"tasks": len(tasks), "scenes": len(examples)})


def _examples(workspace: Workspace) -> Iterator[Example]:
    """Yield the believed scenes that have a text and are of no corpus, without who said them and when."""
    if not workspace.memory.exists():
        return
    known: set[Scene] = {it.scene for it in corpus.iterate(workspace.sources) if it.scene is not None}
    taken = origin_of(workspace)
    with Memory.open(workspace.memory, read_only=True) as memory:
        for number in memory.believed():
            crystal = memory.get(number)
            scene = unspoken(crystal.scene)
            heard = [it for it in crystal.sources if it.text and it.source != taken]
            if crystal.unread or not heard or scene in known or sure_part(scene) != scene:
                continue
            said = heard[0]
            texts = tuple(dict.fromkeys(it.text for it in heard if it.text and it.language == said.language))
            yield Example(scene, texts, said.language or UNDETERMINED, said.source or "memory")


STEP = Step("remembered", "remembered", _settings, _draw, after=("corpus",))
