"""Step `corpus`: from the world and the imported examples to the tasks that training sees."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from scenograph import corpus
from scenograph.core import Lexicon, Scene
from scenograph.corpus import Example
from scenograph.corpus.jsonl import format_line, parse_line
from scenograph.corpus.tasks import Task, example_tasks, world_lexicon, world_tasks
from scenograph.errors import CorpusError
from scenograph.files import new_folder, write_json, write_text
from scenograph.mind.steps import Inputs, Outcome
from scenograph.mind.tasks import TaskFile, write_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress
from scenograph.world import World

TASKS = "tasks.jsonl"
HELD_OUT = "held_out.jsonl"
LEXICON = "lexicon.json"
SCENES_FOR_LEXICON = 2000
LEXEMES = 31
"""As many as vocabularies have atoms for, from `⟁1` on; further ones would be spelt letter by letter."""
REVISION = 2
"""Raised when the step makes something else from the same inputs."""


class CorpusStep:
    """Draws the tasks, learns a lexicon for them, and keeps some of the imported examples back."""

    name = "corpus"
    living = False

    def inputs(self, workspace: Workspace) -> Inputs:
        """The `[corpus]` table, the seed, and what was imported."""
        sources = [(source.path, source.digest) for source in corpus.sources(workspace.sources)]
        table = workspace.config.corpus.model_dump(mode="json", exclude={"long"})
        return {"revision": REVISION, "seed": workspace.config.seed, "corpus": table, "sources": sources}

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
        kept, held = _split(list(corpus.iterate(workspace.sources)), config.corpus.held_out, config.seed)
        imported = config.corpus.imported if any(example.scene for example in kept) else 0
        if not config.corpus.world and not imported:
            raise CorpusError(
                f"{workspace.folder} has nothing to learn from: set corpus.world in mind.toml, "
                "or run `scenograph corpus add` with examples that have scenes"
            )
        progress.start(self.name, config.corpus.world + imported)
        counts: Counter[str] = Counter()

        def counted(tasks: Iterator[Task]) -> Iterator[Task]:
            for task in tasks:
                counts[task.ability] += 1
                progress.advance()
                yield task

        with new_folder(workspace.corpus) as folder:
            # a carrier that knows the world knows the world's lexemes; what is imported needs its own
            lexicon = (
                Lexicon.learn(_scenes_for_lexicon(workspace, kept), size=LEXEMES)
                if imported
                else world_lexicon()
            )
            write_json(folder / LEXICON, lexicon.to_json())
            streams = [
                *_world_stream(workspace, lexicon, config.corpus.world),
                *(islice(example_tasks(kept, config.seed, lexicon=lexicon), imported) if imported else ()),
            ]
            random.Random(config.seed).shuffle(streams)
            total = write_tasks(folder / TASKS, counted(iter(streams)))
            write_text(folder / HELD_OUT, "".join(format_line(example) + "\n" for example in held))
        summary = f"{total} tasks, {len(lexicon)} lexemes"
        if held:
            summary += f", {len(held)} imported examples held out"
        progress.finish(summary)
        return Outcome(summary, {"tasks": total, "abilities": dict(counts), "held_out": len(held)})


def held_out(workspace: Workspace) -> list[Example]:
    """The imported examples that training does not see."""
    path = workspace.corpus / HELD_OUT
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        parse_line(line, where=f"{path}, line {number}", source=path.name)
        for number, line in enumerate(lines, 1)
    ]


def training_tasks(workspace: Workspace, keep: Sequence[int] | None = None) -> TaskFile:
    """The tasks that training sees, in their order; only those numbered in *keep* if given."""
    return TaskFile(workspace.corpus / TASKS, keep)


def _split(examples: list[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Hold about *share* of the examples out, drawn by scene: no held-out scene is also trained on."""
    kept: list[Example] = []
    held: list[Example] = []
    for example in examples:
        scene = example.scene
        out = scene is not None and random.Random(f"held out:{seed}:{scene.digest.hex()}").random() < share
        (held if out else kept).append(example)
    return kept, held


def _scenes_for_lexicon(workspace: Workspace, examples: Sequence[Example]) -> list[Scene]:
    known = (example.scene for example in examples if example.scene is not None)
    scenes = list(islice(known, SCENES_FOR_LEXICON))
    if workspace.config.corpus.world:
        scenes += World().scenes(SCENES_FOR_LEXICON, workspace.config.seed)
    return scenes


def _world_stream(workspace: Workspace, lexicon: Lexicon, count: int) -> Iterator[Task]:
    table = workspace.config.corpus
    return islice(
        world_tasks(workspace.config.seed, styles=table.styles, languages=table.languages, lexicon=lexicon),
        count,
    )
