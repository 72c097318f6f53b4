"""Step `vocabulary`: the carrier's vocabulary with an atom for every role of the corpus, and what fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from scenograph import corpus
from scenograph.errors import TrainingError
from scenograph.files import new_folder, write_text
from scenograph.mind.carrier import carrier_files
from scenograph.mind.corpus_step import training_tasks
from scenograph.mind.steps import Inputs, Outcome, made
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress

FITTING = "fitting.json"
REVISION = 1
"""Raised when the step makes something else from the same inputs."""


class VocabularyStep:
    """Extends the carrier's vocabulary, and finds the tasks that the carrier can hold uncut."""

    name = "vocabulary"
    living = False

    def inputs(self, workspace: Workspace) -> Inputs:
        """The `[carrier]` table, the carrier's files, the corpus, and what to do with tasks too long."""
        return {
            "revision": REVISION,
            "carrier": workspace.config.carrier.model_dump(mode="json"),
            "files": carrier_files(workspace),
            "corpus": made(workspace, "corpus"),
            "long": workspace.config.corpus.long,
        }

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The folder `vocabulary/`."""
        return [workspace.vocabulary]

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        """
        Write `vocabulary/`.

        Raises:
            CarrierError: if the carrier cannot be loaded
            TrainingError: if tasks would be cut, and `mind.toml` does not say that they may be skipped
        """
        from scenograph.mind.carrier import bare_carrier
        from scenograph.vocabulary import standard_atoms

        tasks = training_tasks(workspace)
        progress.start(self.name, len(tasks))
        carrier = bare_carrier(workspace)
        vocabulary = carrier.vocabulary.extended(standard_atoms(workspace.domain))
        vocabulary = vocabulary.with_roles(_roles(workspace))
        fitting: list[int] = []
        longest = total = 0
        for number, task in enumerate(tasks):
            length = len(vocabulary.encode_prompt(task.prompt)) + len(vocabulary.encode_answer(task.answer))
            total += length
            longest = max(longest, length)
            if length <= carrier.max_length:
                fitting.append(number)
            progress.advance()
        long = len(tasks) - len(fitting)
        if long and (workspace.config.corpus.long == "refuse" or not fitting):
            raise TrainingError(
                f"{long} of {len(tasks)} tasks are longer than the {carrier.max_length} tokens that carrier "
                f"{carrier.name} can hold (the longest has {longest}) and would be cut; "
                'set corpus.long = "skip" in mind.toml to leave them out'
            )
        with new_folder(workspace.vocabulary) as folder:
            vocabulary.save(folder)
            write_text(folder / FITTING, json.dumps(fitting))
        summary = f"{vocabulary.size} tokens, {vocabulary.size - vocabulary.base_size} of them atoms"
        if long:
            summary += f"; {long} tasks too long and skipped"
        progress.finish(summary)
        facts = {"size": vocabulary.size, "tokens": total, "longest": longest, "skipped": long}
        return Outcome(summary, facts)


def fitting_tasks(workspace: Workspace) -> list[int]:
    """The numbers of the tasks that the carrier can hold uncut."""
    return read_made(workspace.vocabulary / FITTING)


def _roles(workspace: Workspace) -> Iterator[str]:
    """The roles of the imported scenes, in the order of their names."""
    scenes = (example.scene for example in corpus.iterate(workspace.sources))
    yield from sorted({link.role for scene in scenes if scene is not None for link in scene.links})
