"""The abilities a scene-minded model needs besides reading and speaking, each as a share of exact answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import fmean
from typing import TYPE_CHECKING, Final

from scenograph.core import Lexicon, Scene
from scenograph.corpus.tasks import MOST_DISTRACTORS, Task, hold_task, world_tasks
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.mind import Mind

MEASURED: Final = ("restore", "recall", "hold", "expand", "compress")


def measure_abilities(
    mind: Mind, n: int, seed: int, languages: Sequence[str], lexicon: Lexicon, progress: Progress
) -> dict[str, float]:
    """
    Do *n* tasks of each ability, on scenes of the test split; `hold` always has eight distractors.

    Returns:
        ability → share of answers that are exactly right
    """
    shares: dict[str, float] = {}
    for ability in MEASURED:
        tasks = list(islice(_tasks(ability, seed, languages, lexicon), n))
        answers = mind.do_many(tasks)
        shares[ability] = fmean(answer == task.answer[1] for answer, task in zip(answers, tasks, strict=True))
        progress.advance(n, f"{ability} {shares[ability]:.3f}")
    return shares


def _tasks(ability: str, seed: int, languages: Sequence[str], lexicon: Lexicon) -> Iterator[Task]:
    if ability == "hold":
        yield from _hold_tasks(seed)
    mixture = {ability: 1.0}
    yield from world_tasks(
        seed, split="test", mixture=mixture, styles=["plain"], languages=languages, lexicon=lexicon
    )


def _hold_tasks(seed: int) -> Iterator[Task]:
    """A scene, eight others, and the request for the first one."""
    shown: list[Scene] = []
    for task in world_tasks(seed, split="test", mixture={"hold": 1.0}):
        shown.append(task.scene)
        if len(shown) == 1 + MOST_DISTRACTORS:
            yield hold_task(shown[0], shown[1:])
            shown.clear()
