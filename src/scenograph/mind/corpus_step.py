"""Step `corpus`: from the scenes of the domain and the imported examples to the tasks of training."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from scenograph import corpus
from scenograph.core import Lexicon
from scenograph.corpus import Example
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.example_tasks import example_tasks
from scenograph.corpus.jsonl import format_line, parse_line
from scenograph.corpus.tasks import Task
from scenograph.errors import CorpusError
from scenograph.files import new_folder, write_json, write_text
from scenograph.mind.steps import Inputs, Outcome
from scenograph.mind.tasks import TaskFile, write_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

TASKS = "tasks.jsonl"
HELD_OUT = "held_out.jsonl"
LEXICON = "lexicon.json"
SCENES_FOR_LEXICON = 2000
LEXEMES = 31
"""As many as vocabularies have atoms for, from `⟁1` on. Others would be spelt letter by letter."""
REVISION = 2
"""Raised when the step makes something else from the same inputs."""


class CorpusStep:
    """Draws the tasks, learns a lexicon for them, and holds some of the imported examples out."""

    name = "corpus"
    living = False

    def inputs(self, workspace: Workspace) -> Inputs:
        """The domain, the `[corpus]` table, the seed, and what was imported."""
        config = workspace.config
        return {
            "revision": REVISION,
            "seed": config.seed,
            "domain": config.domain,
            "corpus": config.corpus.model_dump(mode="json", exclude={"long"}),
            "sources": [(source.path, source.digest) for source in corpus.sources(workspace.sources)],
        }

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The folder `corpus/`."""
        return [workspace.corpus]

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        """
        Write `corpus/`.

        Raises:
            CorpusError: if there is nothing to learn from
        """
        config = workspace.config
        examples, unseen = split_by_scene(
            corpus.iterate(workspace.sources), config.corpus.held_out, config.seed
        )
        imported = config.corpus.imported if any(example.scene for example in examples) else 0
        if not config.corpus.world and not imported:
            raise CorpusError(
                f"{workspace.folder} has nothing to learn from: set corpus.world in mind.toml, "
                "or run `scenograph corpus add` with examples that have scenes"
            )
        progress.start(self.name, config.corpus.world + imported)
        counts: Counter[str] = Counter()

        def counted(tasks: Iterable[Task]) -> Iterator[Task]:
            for task in tasks:
                counts[task.ability] += 1
                progress.advance()
                yield task

        with new_folder(workspace.corpus) as folder:
            lexicon = _lexicon(workspace, examples if imported else ())
            write_json(folder / LEXICON, lexicon.to_json())
            tasks = _domain_tasks(workspace, lexicon)
            if imported:
                tasks += islice(
                    example_tasks(
                        examples, config.seed, languages=workspace.domain.languages, lexicon=lexicon
                    ),
                    imported,
                )
            random.Random(config.seed).shuffle(tasks)
            total = write_tasks(folder / TASKS, counted(tasks))
            write_text(folder / HELD_OUT, "".join(format_line(example) + "\n" for example in unseen))
        summary = f"{total} tasks, {len(lexicon)} lexemes"
        if unseen:
            summary += f", {len(unseen)} imported examples held out"
        progress.finish(summary)
        return Outcome(summary, {"tasks": total, "abilities": dict(counts), "held_out": len(unseen)})


def held_out(workspace: Workspace) -> list[Example]:
    """Return the imported examples that training does not see."""
    path = workspace.corpus / HELD_OUT
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        parse_line(line, where=f"{path}, line {number}", source=path.name)
        for number, line in enumerate(lines, 1)
    ]


def training_tasks(workspace: Workspace, numbers: Sequence[int] | None = None) -> TaskFile:
    """Return the tasks that training sees, in their order; only those of *numbers* if given."""
    return TaskFile(workspace.corpus / TASKS, numbers)


def split_by_scene(
    examples: Iterable[Example], share: float, seed: int
) -> tuple[list[Example], list[Example]]:
    """
    Split *examples* into those to train on and about *share* of them to hold out.

    All examples of one scene go to the same side, whatever their texts. Else a mind could know the scene of
    a held-out text by heart. Examples without a scene are never held out.
    """
    sides: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        scene = example.scene
        is_out = scene is not None and random.Random(f"held out:{seed}:{scene.digest.hex()}").random() < share
        sides[is_out].append(example)
    return sides


def _lexicon(workspace: Workspace, examples: Sequence[Example]) -> Lexicon:
    """Return the lexemes that carriers of the domain know by heart; for imported *examples*, learned ones."""
    domain, config = workspace.domain, workspace.config
    if not examples and domain.lexicon is not None:
        return domain.lexicon
    known = (example.scene for example in examples if example.scene is not None)
    scenes = list(islice(known, SCENES_FOR_LEXICON))
    if config.corpus.world:
        scenes += domain.scenes(SCENES_FOR_LEXICON, config.seed)
    return Lexicon.learn(scenes, size=LEXEMES)


def _domain_tasks(workspace: Workspace, lexicon: Lexicon) -> list[Task]:
    config = workspace.config
    if not config.corpus.world:
        return []
    tasks = domain_tasks(
        workspace.domain,
        config.seed,
        styles=config.corpus.styles,
        languages=config.corpus.languages,
        lexicon=lexicon,
    )
    return list(islice(tasks, config.corpus.world))
