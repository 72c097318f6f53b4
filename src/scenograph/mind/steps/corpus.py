"""Step `corpus`: from the scenes of the domain and the imported examples to the tasks of training."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from scenograph import corpus
from scenograph.core import Lexicon
from scenograph.corpus import Example
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.example_tasks import example_tasks
from scenograph.corpus.jsonl import format_line, parse_line
from scenograph.corpus.tasks import MIXTURE, Task
from scenograph.errors import CorpusError
from scenograph.files import new_folder, write_json, write_text
from scenograph.mind.steps import Inputs, Outcome, Step
from scenograph.mind.steps.tasks import write_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

TASKS = "tasks.jsonl"
HELD_OUT = "held_out.jsonl"
LEXICON = "lexicon.json"
SCENES_FOR_LEXICON = 2000
LEXEMES = 31
"""The number of atoms that vocabularies have for lexemes, from `⟁1` on. Others would be spelt in letters."""


def _settings(workspace: Workspace) -> Inputs:
    config = workspace.config
    mixture = config.training.mixture
    return {
        # Minds made before there was a choice stay up to date.
        **({"mixture": mixture} if mixture else {}),
        **({"voicings": _voicings(workspace)} if _voicings(workspace) > 1 else {}),
        "seed": config.seed,
        "domain": config.domain,
        "corpus": config.corpus.model_dump(mode="json", exclude={"long"}),
        "sources": [(source.path, source.digest) for source in corpus.sources(workspace.sources)],
    }


def _draw(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `corpus/`: the tasks, a lexicon for them, and the imported examples that are held out."""
    config = workspace.config
    examples, unseen = split_by_scene(corpus.iterate(workspace.sources), config.corpus.held_out, config.seed)
    imported = config.corpus.imported if any(example.scene for example in examples) else 0
    if not config.corpus.world and not imported:
        raise CorpusError(
            f"{workspace.folder} has nothing to learn from: set corpus.world in mind.toml, "
            "or run `scenograph corpus add` with examples that have scenes"
        )
    progress.start(STEP.name)
    with new_folder(workspace.corpus) as folder:
        lexicon = _lexicon(workspace, examples if imported else ())
        write_json(folder / LEXICON, lexicon.to_json())
        tasks = _domain_tasks(workspace, lexicon)
        if imported:
            drawn = example_tasks(
                examples,
                config.seed,
                languages=workspace.domain.languages,
                mixture=config.training.mixture or MIXTURE,
                lexicon=lexicon,
                voicings=_voicings(workspace),
            )
            tasks += islice(drawn, imported)
        random.Random(config.seed).shuffle(tasks)
        write_tasks(folder / TASKS, tasks)
        write_text(folder / HELD_OUT, "".join(format_line(example) + "\n" for example in unseen))
    summary = f"{len(tasks)} tasks, {len(lexicon)} lexemes"
    if unseen:
        summary += f", {len(unseen)} imported examples held out"
    abilities = Counter(task.ability for task in tasks)
    return Outcome(summary, {"tasks": len(tasks), "abilities": dict(abilities), "held_out": len(unseen)})


def held_out(workspace: Workspace) -> list[Example]:
    """Return the imported examples that training does not see."""
    path = workspace.corpus / HELD_OUT
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [
            parse_line(line, where=f"{path}, line {number}", source=path.name)
            for number, line in enumerate(lines, 1)
        ]


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
    """Return the lexicon of the domain; with imported *examples*, one that is learned from both."""
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
    tasks = domain_tasks(
        workspace.domain,
        config.seed,
        styles=config.corpus.styles,
        languages=config.corpus.languages,
        mixture=config.training.mixture or MIXTURE,
        lexicon=lexicon,
        voicings=_voicings(workspace),
    )
    return list(islice(tasks, config.corpus.world))


def _voicings(workspace: Workspace) -> int:
    """Return how many texts of a scene are read: two, where readers are to agree on them."""
    return 2 if workspace.config.training.consistency else 1


STEP = Step("corpus", "corpus", _settings, _draw, revision=2)
