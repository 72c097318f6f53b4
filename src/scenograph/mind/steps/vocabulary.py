"""Step `vocabulary`: the carrier's vocabulary with an atom for every role of the corpus, and what fits."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scenograph import corpus
from scenograph.corpus.tasks import Task
from scenograph.errors import TrainingError
from scenograph.files import new_folder, write_text
from scenograph.mind.carrier import carrier_files
from scenograph.mind.steps import Inputs, Outcome, Step, facts
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.steps.tasks import read_tasks
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress

FITTING = "fitting.json"
_LATER = ("dtype", "over", "attention", "runtime")


def _settings(workspace: Workspace) -> Inputs:
    carrier = workspace.config.carrier
    # Minds made before there was a choice stay up to date, and checkpointing changes no result.
    later = {name for name in _LATER if getattr(carrier, name) in ("auto", None, "torch")}
    return {
        "carrier": carrier.model_dump(mode="json", exclude={*later, "checkpointing"}),
        "files": carrier_files(workspace),
        "long": workspace.config.corpus.long,
    }


def _extend(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `vocabulary/`: the vocabulary, and the numbers of the tasks that the carrier can take whole."""
    from scenograph.carriers.borrow import with_borrowed_tokens
    from scenograph.mind.carrier import bare_carrier
    from scenograph.vocabulary import standard_atoms

    progress.start(STEP.name, facts(workspace, "corpus")["tasks"])
    carrier = bare_carrier(workspace)
    vocabulary = carrier.vocabulary.extended(standard_atoms(workspace.domain))
    vocabulary = vocabulary.with_roles(_roles(workspace))
    if workspace.config.carrier.runtime == "llama.cpp":
        table = carrier.module.get_input_embeddings().weight[: carrier.own_rows]
        vocabulary = with_borrowed_tokens(vocabulary, table)
    lengths: list[int] = []
    for task in read_tasks(workspace.corpus / TASKS):
        prompt, answer = vocabulary.encode_prompt(task.prompt), vocabulary.encode_answer(task.answer)
        lengths.append(len(prompt) + len(answer))
        progress.advance()
    fitting = [number for number, length in enumerate(lengths) if length <= carrier.max_length]
    long = len(lengths) - len(fitting)
    if long and (workspace.config.corpus.long == "refuse" or not fitting):
        raise TrainingError(
            f"{long} of {len(lengths)} tasks are longer than the {carrier.max_length} tokens that carrier "
            f"{carrier.name} can take (the longest has {max(lengths)}) and would be cut; "
            'set corpus.long = "skip" in mind.toml to leave them out'
        )
    with new_folder(workspace.vocabulary) as folder:
        vocabulary.save(folder)
        write_text(folder / FITTING, json.dumps(fitting))
    summary = f"{vocabulary.size} tokens, {len(vocabulary.atoms)} of them atoms"
    if long:
        summary += f"; {long} tasks too long and skipped"
    sizes = {"tokens": sum(lengths), "longest": max(lengths, default=0), "skipped": long}
    return Outcome(summary, {"size": vocabulary.size, **sizes})


def fitting_tasks(workspace: Workspace) -> Iterator[Task]:
    """Yield the tasks that training sees: those that the carrier can take whole."""
    return read_tasks(workspace.corpus / TASKS, read_made(workspace.vocabulary / FITTING))


def _roles(workspace: Workspace) -> list[str]:
    """Return the roles of the imported scenes, sorted."""
    scenes = (example.scene for example in corpus.iterate(workspace.sources))
    return sorted({link.role for scene in scenes if scene is not None for link in scene.links})


STEP = Step("vocabulary", "vocabulary", _settings, _extend, after=("corpus",), revision=1)
