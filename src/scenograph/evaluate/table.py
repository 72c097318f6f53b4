"""An evaluation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from scenograph.evaluate.evaluation import Evaluation


def as_text(evaluation: Evaluation) -> str:
    """Return the numbers as aligned lines."""
    return "\n".join(_lines(evaluation))


def _lines(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.exact_read:
        yield from _world_lines(evaluation)
    yield "speed:      " + "  ".join(
        f"{value:.1f} {name.replace('_', ' ').replace(' per second', '/s')}"
        for name, value in evaluation.speed.items()
    )
    for corpus, languages in evaluation.corpora.items():
        yield ""
        yield corpus
        for language, scores in languages.items():
            yield (
                f"  {language}: {scores.examples} examples, read F1 {scores.read_f1:.3f} "
                f"(exact {scores.read_exact:.3f}, drafts {scores.draft_f1:.3f}), "
                f"Smatch {scores.smatch:.3f}, BLEU {scores.bleu:.1f}, chrF++ {scores.chrf:.1f}, "
                f"retention {scores.retention:.3f}"
            )


def _world_lines(evaluation: Evaluation) -> Iterator[str]:
    yield f"{evaluation.n} scenes per style and language, unseen names, seed {evaluation.seed}"
    yield ""
    yield f"{'style':<13}{'language':<10}{'exact read':>11}{'retention':>11}{'guarded':>9}{'fallback':>10}"
    for style, languages in evaluation.exact_read.items():
        for language, share in languages.items():
            scores = evaluation.retention[style][language]
            yield (
                f"{style:<13}{language:<10}{share:>11.3f}{scores.unguarded:>11.3f}"
                f"{scores.guarded:>9.3f}{scores.fallback:>10.3f}"
            )
    yield ""
    yield "abilities:  " + "  ".join(f"{name} {share:.3f}" for name, share in evaluation.abilities.items())
    yield "questions:  " + "  ".join(
        f"{language} {share:.3f}" for language, share in evaluation.questions.items()
    )
