"""The carriers of one mind side by side: measured on the same items, and shown in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scenograph.evaluate.evaluation import Evaluation
from scenograph.evaluate.measure import evaluate_mind, summary
from scenograph.mind import Mind
from scenograph.progress import Progress

_WIDTH = 34


def evaluate_carriers(
    folder: Path,
    carriers: Sequence[str],
    progress: Progress,
    *,
    seed: int | None = None,
    items: int | None = None,
    corpora: Sequence[Path] = (),
    limit: int | None = None,
) -> dict[str, Evaluation]:
    """
    Measure the mind in *folder* over each of its *carriers*; one is loaded at a time.

    Args:
        seed, items, corpora, limit: as in `evaluate_mind`; the items are the same for all
    Returns:
        By the name of the carrier.
    Raises:
        MindError: if the mind is not trained over one of them
    """
    found: dict[str, Evaluation] = {}
    for carrier in carriers:
        with Mind.open(folder, carrier=carrier) as mind:
            found[carrier] = evaluate_mind(
                mind, progress, seed=seed, items=items, corpora=corpora, limit=limit
            )
        named = f"{carrier}: " if len(carriers) > 1 else ""
        progress.finish(f"{named}{summary(found[carrier])}")
    return found


def table(evaluations: Mapping[str, Evaluation]) -> str:
    """Return the numbers of all carriers as aligned lines, with a column for each carrier."""
    rows = {name: dict(_rows(evaluation)) for name, evaluation in evaluations.items()}
    labels = list(dict.fromkeys(label for own in rows.values() for label in own))
    widths = {name: max(len(name), 10) + 2 for name in rows}
    first = next(iter(evaluations.values()))
    lines = [f"{first.n} scenes per style and language, unseen names, seed {first.seed}", ""]
    lines.append(" " * _WIDTH + "".join(f"{name:>{widths[name]}}" for name in rows))
    for label in labels:
        cells = (f"{own.get(label, '-'):>{widths[name]}}" for name, own in rows.items())
        lines.append(f"{label:<{_WIDTH}}{''.join(cells)}")
    return "\n".join(lines)


def _rows(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Yield a label and a number for each measure."""
    for style, languages in evaluation.exact_read.items():
        for language, share in languages.items():
            yield f"read exactly  {style} {language}", f"{share:.3f}"
    for style, languages in evaluation.retention.items():
        for language, it in languages.items():
            yield f"retention  {style} {language}", f"{it.unguarded:.3f}"
            yield f"  guarded  {style} {language}", f"{it.guarded:.3f}"
            yield f"  fallback {style} {language}", f"{it.fallback:.3f}"
    for name, share in evaluation.abilities.items():
        yield f"ability  {name}", f"{share:.3f}"
    for language, share in evaluation.questions.items():
        yield f"questions  {language}", f"{share:.3f}"
    for corpus, scores in evaluation.corpora.items():
        for language, it in scores.items():
            where = f"{Path(corpus).name} {language}"
            yield f"read F1  {where}", f"{it.read_f1:.3f}"
            yield f"BLEU  {where}", f"{it.bleu:.1f}"
            yield f"retention  {where}", f"{it.retention:.3f}"
    for name, value in evaluation.speed.items():
        yield name.replace("_", " ").replace(" per second", "/s"), f"{value:.1f}"
