"""The abilities a mind needs besides reading and speaking, each as a share of exact answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from statistics import fmean
from typing import TYPE_CHECKING, Final

from scenograph.core import Lexicon
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import MOST_DISTRACTORS, Task, hold_task
from scenograph.evaluate.drawn import EvaluationItems
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.mind import Mind

MEASURED: Final = ("restore", "recall", "hold", "expand", "compress")


def measure_abilities(mind: Mind, items: EvaluationItems, progress: Progress) -> dict[str, float]:
    """
    Do a task of each ability for each scene of *items*; `hold` always has eight distractors.

    Returns:
        ability → share of answers that are exactly right
    """
    shares: dict[str, float] = {}
    for ability in MEASURED:
        n = len(items.scenes)
        tasks = list(islice(_tasks(ability, items, mind.lexicon), n))
        answers = mind.do_many(tasks)
        shares[ability] = fmean(answer == task.answer[1] for answer, task in zip(answers, tasks, strict=True))
        progress.advance(n, f"{ability} {shares[ability]:.3f}")
    return shares


def _tasks(ability: str, items: EvaluationItems, lexicon: Lexicon) -> Iterator[Task]:
    """Draw tasks of the test split without end. Their scenes are other ones than those of *items*."""
    drawn = domain_tasks(
        items.domain,
        items.seed,
        split="test",
        mixture={ability: 1.0},
        styles=items.domain.styles[:1],
        languages=items.languages,
        lexicon=lexicon,
    )
    if ability != "hold":
        yield from drawn
    while True:
        first, *others = (next(drawn).scene for _ in range(1 + MOST_DISTRACTORS))
        yield hold_task(first, others)
