"""
Step `cycle`: the reader and the decoders teach each other by what has no partner (`mind.teaching.cycle`).

It runs where `[training] cycle` in `mind.toml` gives it rounds, and imported corpora have scenes without a
text or texts without a scene. It is the last that adapters learn. If no more comes back of what is held out,
nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from scenograph import corpus
from scenograph.files import remove_folder
from scenograph.mind.adapters.layers import AdapterRecord, Taught, mind_adapters, now, save_layer
from scenograph.mind.steps import Inputs, Outcome, Step
from scenograph.mind.steps.corpus import held_out
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.teaching.cycle import Cycle, Text
from scenograph.mind.teaching.styles import styled
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress
from scenograph.prompts import READER

if TYPE_CHECKING:
    from scenograph.core.scene import Scene

_MOST: Final = 500  # scenes, and as many texts
_KNOWN: Final = 2000  # tasks of before, of which some are learned again


def _settings(workspace: Workspace) -> Inputs:
    rounds = workspace.config.training.cycle
    if not rounds:
        return {}
    sources = [(source.path, source.digest) for source in corpus.sources(workspace.sources)]
    return {"seed": workspace.config.seed, "rounds": rounds, "sources": sources}


def _cycle(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `cycled/`."""
    rounds = workspace.config.training.cycle
    progress.start(STEP.name, rounds or None)
    if not rounds:
        remove_folder(workspace.cycled)
        return Outcome("none", {})
    from scenograph.adapters.layers import chosen
    from scenograph.mind.carrier import open_carrier

    scenes, texts = without_partner(workspace)
    if not scenes and not texts:
        remove_folder(workspace.cycled)
        return Outcome("none: every imported scene has a text, and every text a scene", {})
    carrier = open_carrier(workspace)
    before = workspace.layers_before(workspace.cycled)
    styled_one, adapters = mind_adapters(workspace, carrier, layers=before)
    styles = [name.partition(".")[2] for name in adapters.names if name.startswith("decoder.")]
    known = [
        it for it in fitting_tasks(workspace) if it.adapter == READER or it.adapter.startswith("decoder.")
    ]
    cycle = Cycle(
        Teacher(styled_one, adapters, styled(workspace), workspace.config.seed),
        scenes,
        [it for it in texts if it.style in styles],
        list(islice(known, _KNOWN)),
        [style for style in workspace.config.corpus.styles if style in styles] or styles,
        workspace.config.corpus.languages,
    )
    done = cycle.learn(
        rounds, on_round=lambda number, of, share: progress.advance(1, f"{share:.3f} comes back")
    )
    remove_folder(workspace.cycled)
    shares = (round(done.before, 4), round(done.after, 4))
    if done.adapters is not None:
        record = AdapterRecord("cycle", "", "", steps=done.steps, retention=shares, when=now())
        layer = {name: Taught(chosen(done.adapters, [name]), record) for name in sorted(done.names)}
        save_layer(workspace.cycled, layer, carrier)
    facts = {
        "scenes": len(scenes),
        "texts": len(texts),
        "rounds": done.rounds,
        "returned": list(shares),
        "exercises": done.exercises,
        "refused": dict(done.refused),
    }
    summary = (
        f"of what is held out {done.before:.3f} → {done.after:.3f} comes back, {done.exercises} exercises"
    )
    return Outcome(f"{summary}, {done.rounds} of {rounds} rounds kept", facts)


def without_partner(workspace: Workspace) -> tuple[list[Scene], list[Text]]:
    """Return imported scenes without a text, and texts without a scene; none that only evaluation sees."""
    unseen = {example.scene.digest for example in held_out(workspace) if example.scene is not None}
    scenes: dict[bytes, Scene] = {}
    texts: dict[Text, None] = {}
    languages: Sequence[str] = tuple(workspace.domain.languages)
    for example in corpus.iterate(workspace.sources):
        if example.scene is None and example.language in languages:
            texts.update(dict.fromkeys(Text(it, example.language, example.style) for it in example.texts))
        elif example.scene is not None and not example.texts and example.scene.digest not in unseen:
            scenes.setdefault(example.scene.digest, example.scene)
    return list(scenes.values())[:_MOST], list(texts)[:_MOST]


STEP = Step(
    "cycle",
    "cycled",
    _settings,
    _cycle,
    after=("corpus", "vocabulary", "adapters", "styles", "feedback", "rewards"),
    asked=lambda workspace: workspace.config.training.cycle > 0,
)
