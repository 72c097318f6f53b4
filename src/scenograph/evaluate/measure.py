"""All measures of a mind, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.evaluate.abilities import MEASURED, measure_abilities
from scenograph.evaluate.corpora import load_references, measure_corpus
from scenograph.evaluate.evaluation import Evaluation
from scenograph.evaluate.world import (
    draw_items,
    measure_questions,
    measure_reading,
    measure_retention,
    steps_of,
)
from scenograph.mind.corpus_step import held_out
from scenograph.mind.progress import Progress
from scenograph.mind.steps import facts

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

    Args:
        seed: draws the items; the mind's own by default
        items: scenes per style and language; what `mind.toml` says by default
        corpora: corpora with references to measure on as well
        limit: at most so many examples of each corpus
    Raises:
        MindError: if the mind is not trained yet
        CorpusError: if a corpus holds nothing to compare with
    """
    config = mind.workspace.config
    seed = config.seed if seed is None else seed
    drawn = draw_items(items or config.evaluation.items, seed, config.corpus.styles, config.corpus.languages)
    n = len(drawn.scenes)
    references = {str(path): load_references(path, limit) for path in corpora}
    if held := [example for example in held_out(mind.workspace) if example.texts][: 4 * n]:
        references["held out"] = held
    mind.wake()
    progress.start("evaluation", steps_of(drawn) + n * len(MEASURED) + 2 * sum(map(len, references.values())))
    exact_read, reading_speed = measure_reading(mind, drawn, progress)
    retention, samples, speaking_speed = measure_retention(mind, drawn, progress)
    questions, asking_speed = measure_questions(mind, drawn, progress)
    abilities = measure_abilities(mind, n, seed, drawn.languages, mind.lexicon, progress)
    trained = facts(mind.workspace, "adapters").get("tokens_per_second")
    evaluation = Evaluation(
        exact_read=exact_read,
        retention=retention,
        abilities=abilities,
        questions=questions,
        speed={
            **reading_speed,
            **speaking_speed,
            **asking_speed,
            **({"tokens_trained_per_second": float(trained)} if trained else {}),
        },
        n=n,
        seed=seed,
        corpora={name: measure_corpus(mind, examples, progress) for name, examples in references.items()},
        samples=samples,
    )
    progress.finish(summary(evaluation))
    return evaluation


def summary(evaluation: Evaluation) -> str:
    """One line with what matters most."""
    plain = evaluation.exact_read.get("plain", {})
    read = ", ".join(f"{language} {share:.2f}" for language, share in plain.items())
    worst = min(it.unguarded for languages in evaluation.retention.values() for it in languages.values())
    answered = min(evaluation.questions.values())
    parts = [f"plain read {read}"] if read else []
    return "; ".join([*parts, f"least retention {worst:.2f}", f"questions {answered:.2f}"])
