"""Step `memory`: the first things that a mind remembers. What it has learned since then stays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from scenograph import corpus
from scenograph.memory import Memory, Note
from scenograph.mind.carrier import open_carrier
from scenograph.mind.embedder import mind_embedder
from scenograph.mind.steps import Inputs, Outcome, Step
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

BATCH = 500


def _settings(workspace: Workspace) -> Inputs:
    """The address of the vector index is left out, since the index is derived from memory."""
    config = workspace.config
    return {
        "memory": config.memory.model_dump(mode="json", exclude={"vectors"}),
        "seed": config.seed,
        "world": config.corpus.world > 0,
        "languages": config.corpus.languages,
        "sources": [source.digest for source in corpus.sources(workspace.sources)],
    }


def _remember(workspace: Workspace, progress: Progress) -> Outcome:
    """Store scenes of the imported corpora, then of the domain, with their texts; known scenes once only."""
    wanted = workspace.config.memory.scenes
    progress.start(STEP.name, wanted)
    workspace.memory.mkdir(parents=True, exist_ok=True)
    notes = islice(_notes(workspace), wanted)
    embedder = mind_embedder(workspace, lambda: open_carrier(workspace))
    with Memory.open(workspace.memory, vectors=workspace.config.memory.vectors, embedder=embedder) as memory:
        before = len(memory)
        while batch := list(islice(notes, BATCH)):
            memory.remember_many(batch)
            progress.advance(len(batch))
        memory.consolidate(seed=workspace.config.seed)
        memory.rebuild_index()
        crystals = len(memory)
    new = crystals - before
    return Outcome(f"{crystals} crystals, {new} of them new", {"crystals": crystals, "new": new})


def _notes(workspace: Workspace) -> Iterator[Note]:
    for example in corpus.iterate(workspace.sources):
        if example.scene is not None:
            text = example.texts[0] if example.texts else None
            yield Note(example.scene, text, example.language, example.source)
    config, domain = workspace.config, workspace.domain
    if config.corpus.world:
        for number, scene in enumerate(domain.scenes(config.memory.scenes, config.seed, "test")):
            language = config.corpus.languages[number % len(config.corpus.languages)]
            text = domain.say(scene, domain.styles[0], language)
            yield Note(scene, text, language, origin_of(workspace))


def origin_of(workspace: Workspace) -> str:
    """Return the source of what this step takes from the domain."""
    return f"the bundled {workspace.domain.name}"


STEP = Step("memory", "memory", _settings, _remember, living=True)
