"""
Step `confidence`: the threshold for the confidence of a reading.

It is measured on texts that training has not seen, and on the same texts made unreadable; not where
`confidence` in `mind.toml` says it.
"""

from __future__ import annotations

import contextlib
import random

from scenograph.files import new_folder, write_json
from scenograph.mind.steps import Inputs, Outcome, Step, made
from scenograph.mind.steps.corpus import held_out
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress
from scenograph.prompts import READER

FILE = "threshold.json"
TEXTS = 48
"""Texts of each kind."""


def _settings(workspace: Workspace) -> Inputs:
    config = workspace.config
    asked = (
        {"carrier": config.carrier.base, "server": config.server and config.server.model_dump(mode="json")}
        if config.is_remote
        else {}
    )
    # A mind whose reader was not taught afterwards is as up to date as before that was possible.
    layers = {"styles": workspace.taught, "feedback": workspace.adapted, "cycle": workspace.cycled}
    taught = {step: made(workspace, step) for step, layer in layers.items() if (layer / READER).exists()}
    given = {} if config.bridge.confidence is None else {"given": config.bridge.confidence}
    return {"seed": config.seed, **asked, **taught, **given}


def _measure(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `confidence/`."""
    from scenograph.mind import Mind

    if (given := workspace.config.bridge.confidence) is not None:  # measuring takes minutes
        progress.start(STEP.name)
        with new_folder(workspace.confidence) as folder:
            write_json(folder / FILE, {"threshold": given, "texts": 0})
        return Outcome(f"least confidence {given:.3f}, as mind.toml says", {"threshold": given, "texts": 0})
    good = unseen_texts(workspace)
    rng = random.Random(f"unreadable:{workspace.config.seed}")
    progress.start(STEP.name)
    threshold = None
    if good:
        with contextlib.closing(Mind(workspace)) as mind:
            threshold = mind.bridge.calibrate(good, [unreadable(text, rng) for text in good])
    facts = {"threshold": threshold, "texts": len(good)}
    with new_folder(workspace.confidence) as folder:
        write_json(folder / FILE, facts)
    summary = "no texts to measure it on" if threshold is None else f"least confidence {threshold:.3f}"
    return Outcome(summary, facts)


def measured_threshold(workspace: Workspace) -> float | None:
    """Return the confidence that a reading needs, as training measured it; None if it did not."""
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


STEP = Step("confidence", "confidence", _settings, _measure, after=("corpus", "adapters"), revision=1)
