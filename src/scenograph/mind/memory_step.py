"""Step `memory`: the first things a mind remembers. What it has learned since stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from scenograph import corpus
from scenograph.memory import Memory, Note
from scenograph.mind.carrier import open_carrier
from scenograph.mind.embedder import mind_embedder
from scenograph.mind.steps import Inputs, Outcome
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

BATCH = 500


class MemoryStep:
    """Remembers scenes of the imported corpora, then of the world, with the texts that tell them."""

    name = "memory"
    living = True

    def inputs(self, workspace: Workspace) -> Inputs:
        """The `[memory]` table, but for what is derived from memory, and what there is to remember."""
        config = workspace.config
        return {
            "memory": config.memory.model_dump(mode="json", exclude={"vectors"}),
            "seed": config.seed,
            "world": config.corpus.world > 0,
            "languages": config.corpus.languages,
            "sources": [source.digest for source in corpus.sources(workspace.sources)],
        }

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The folder `memory/`."""
        return [workspace.memory]

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        """Remember what is not remembered yet; a scene that is known is not stored twice."""
        wanted = workspace.config.memory.scenes
        progress.start(self.name, wanted)
        workspace.memory.mkdir(parents=True, exist_ok=True)
        notes = islice(_notes(workspace), wanted)
        embedder = mind_embedder(workspace, lambda: open_carrier(workspace))
        vectors = workspace.config.memory.vectors
        with Memory.open(workspace.memory, vectors=vectors, embedder=embedder) as memory:
            before = len(memory)
            while batch := list(islice(notes, BATCH)):
                memory.remember_many(batch)
                progress.advance(len(batch))
            memory.consolidate(seed=workspace.config.seed)
            memory.rebuild_index()
            crystals = len(memory)
        summary = f"{crystals} crystals, {crystals - before} of them new"
        progress.finish(summary)
        return Outcome(summary, {"crystals": crystals, "new": crystals - before})


def _notes(workspace: Workspace) -> Iterator[Note]:
    for example in corpus.iterate(workspace.sources):
        if example.scene is not None:
            text = example.texts[0] if example.texts else None
            yield Note(example.scene, text, example.language, example.source)
    config = workspace.config
    if config.corpus.world:
        domain = workspace.domain
        for number, scene in enumerate(domain.scenes(config.memory.scenes, config.seed, "test")):
            language = config.corpus.languages[number % len(config.corpus.languages)]
            text = domain.say(scene, domain.styles[0], language)
            yield Note(scene, text, language, f"the bundled {domain.name}")
