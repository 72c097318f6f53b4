"""
Step `confidence`: the threshold between readings of this mind to trust and others.

It is measured on texts that training has not seen, and on the same texts made unreadable. `confidence` in
`mind.toml` overrides it.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from pathlib import Path

from scenograph.files import new_folder, write_json
from scenograph.mind.corpus_step import held_out
from scenograph.mind.steps import Inputs, Outcome, made
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress

FILE = "threshold.json"
TEXTS = 48
"""Texts of each kind."""
REVISION = 1
"""Raised when the step makes something else from the same inputs."""


class ConfidenceStep:
    """Measures the least confidence of a reading."""

    name = "confidence"
    living = False

    def inputs(self, workspace: Workspace) -> Inputs:
        """The seed, the corpus and what was trained."""
        return {
            "revision": REVISION,
            "seed": workspace.config.seed,
            "corpus": made(workspace, "corpus"),
            "adapters": made(workspace, "adapters"),
        }

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The folder `confidence/`."""
        return [workspace.confidence]

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        """Write `confidence/`."""
        from scenograph.mind import Mind

        good = unseen_texts(workspace)
        rng = random.Random(f"unreadable:{workspace.config.seed}")
        progress.start(self.name, 2 * len(good))
        threshold = None
        if good:
            with contextlib.closing(Mind(workspace)) as mind:
                threshold = mind.bridge.calibrate(good, [unreadable(text, rng) for text in good])
        progress.advance(2 * len(good))
        with new_folder(workspace.confidence) as folder:
            write_json(folder / FILE, {"threshold": threshold, "texts": len(good)})
        summary = "no texts to measure it on" if threshold is None else f"least confidence {threshold:.3f}"
        progress.finish(summary)
        return Outcome(summary, {"threshold": threshold, "texts": len(good)})


def measured_threshold(workspace: Workspace) -> float | None:
    """Return the least confidence that training measured; None if it was not measured."""
    path = workspace.confidence / FILE
    return read_made(path)["threshold"] if path.exists() else None


def unseen_texts(workspace: Workspace) -> list[str]:
    """Return texts that training has not seen: of scenes of the domain, and of examples held out."""
    config, domain = workspace.config, workspace.domain
    rng = random.Random(f"unseen:{config.seed}")
    texts = [example.texts[0] for example in held_out(workspace) if example.scene and example.texts][:TEXTS]
    if config.corpus.world:
        for scene in domain.scenes(TEXTS, config.seed, "test"):
            language, style = rng.choice(config.corpus.languages), rng.choice(config.corpus.styles)
            texts.append(domain.say(scene, style, language, rng))
    return rng.sample(texts, min(TEXTS, len(texts)))


def unreadable(text: str, rng: random.Random) -> str:
    """
    Return *text* with the letters of every longer word in another order.

    For example, "Oleg built the old bridge." may become "Olge tbliu the old egdrbi."
    """
    words = text.split(" ")
    return " ".join(word if len(word) < 4 else "".join(rng.sample(word, len(word))) for word in words)
