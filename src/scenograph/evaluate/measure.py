"""All measures of a mind, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.errors import MindError
from scenograph.evaluate.abilities import MEASURED, measure_abilities
from scenograph.evaluate.corpora import load_references, measure_corpus
from scenograph.evaluate.drawn import (
    EvaluationItems,
    draw_items,
    measure_questions,
    measure_reading,
    measure_retention,
    steps_of,
)
from scenograph.evaluate.evaluation import Evaluation
from scenograph.mind.steps import facts
from scenograph.mind.steps.corpus import held_out
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.mind import Mind


def evaluate_mind(
    mind: Mind,
    progress: Progress,
    *,
    seed: int | None = None,
    items: int | None = None,
    corpora: Sequence[Path] = (),
    limit: int | None = None,
) -> Evaluation:
    """
    Measure *mind* on scenes that it was not trained on.

    Scenes of its domain are used if it was trained on them; held-out examples of imported corpora always.

    Args:
        seed: draws the items; None: the seed of `mind.toml`
        items: scenes for each style and language; None: as `mind.toml` says
        corpora: more corpora to measure on
        limit: most examples of each corpus
    Raises:
        MindError: if the mind is not trained yet
        CorpusError: if a corpus holds nothing to compare with
    """
    if not mind.is_trained:
        folder = mind.workspace.folder
        raise MindError(f"{folder} is not trained yet; run: scenograph train {folder}")
    config = mind.workspace.config
    seed = config.seed if seed is None else seed
    n = items or config.evaluation.items
    drawn = None
    if config.corpus.world:
        drawn = draw_items(mind.domain, n, seed, config.corpus.styles, config.corpus.languages)
        n = len(drawn.scenes)
    references = {str(path): load_references(path, limit) for path in corpora}
    if held := [example for example in held_out(mind.workspace) if example.texts][: 4 * n]:
        references["held out"] = held
    mind.wake()
    steps = steps_of(drawn) + n * len(MEASURED) if drawn else 0
    progress.start("evaluation", steps + 2 * sum(map(len, references.values())))
    evaluation = _measure_drawn(mind, drawn, progress) if drawn else Evaluation(n=n, seed=seed)
    scores = {name: measure_corpus(mind, examples, progress) for name, examples in references.items()}
    trained = float(facts(mind.workspace, "adapters").get("tokens_per_second", 0.0))
    speed = {**evaluation.speed, "tokens_trained_per_second": trained}
    return replace(evaluation, corpora=scores, speed=speed)


def summary(evaluation: Evaluation) -> str:
    """Return one line with the most important numbers."""
    parts: list[str] = []
    if evaluation.exact_read:
        style, reads = next(iter(evaluation.exact_read.items()))
        parts.append(f"{style} read " + ", ".join(f"{lang} {share:.2f}" for lang, share in reads.items()))
        worst = min(it.unguarded for languages in evaluation.retention.values() for it in languages.values())
        parts += [f"least retention {worst:.2f}", f"questions {min(evaluation.questions.values()):.2f}"]
    for corpus, languages in evaluation.corpora.items():
        parts += [f"{corpus}: {lang} read F1 {it.read_f1:.2f}" for lang, it in languages.items()]
    return "; ".join(parts)


def _measure_drawn(mind: Mind, items: EvaluationItems, progress: Progress) -> Evaluation:
    n = len(items.scenes)
    exact_read, reading_speed = measure_reading(mind, items, progress)
    retention, samples, speaking_speed = measure_retention(mind, items, progress)
    questions, asking_speed = measure_questions(mind, items, progress)
    return Evaluation(
        n=n,
        seed=items.seed,
        exact_read=exact_read,
        retention=retention,
        questions=questions,
        abilities=measure_abilities(mind, items, progress),
        speed={**reading_speed, **speaking_speed, **asking_speed},
        samples=samples,
    )
