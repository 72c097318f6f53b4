"""
Learning from what a memory holds: to store it smaller, to say what it is about, to recall it better.

    >>> import tempfile
    >>> from scenograph.core.scene import Scene
    >>> from scenograph.memory import Memory
    >>> with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
    ...     ids = memory.remember_many(Scene.parse(f'(b / bridge :length {n})') for n in range(40))
    ...     done = memory.consolidate()
    ...     done.before.bytes_each > done.after.bytes_each, memory.get(ids[7]).scene.links[0].target
    (True, '7')
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from itertools import combinations

from scenograph.memory.held import Held
from scenograph.memory.learning.atlas import Atlas, survey
from scenograph.memory.learning.consolidation import Consolidating, Consolidation
from scenograph.memory.learning.meanings import Embedder
from scenograph.memory.learning.weights import LearnedWeights, learn_weights
from scenograph.memory.recall.resonance import keep_weights
from scenograph.memory.recall.searched import Searched
from scenograph.progress import Progress

_CUES = 150  # of each kind, that weights are learned from when a memory is consolidated
_LEAST_CUES = 24


class Learning(Held):
    """The part of a memory that learns."""

    _embedder: Embedder | None = None

    @abstractmethod
    def _view(self) -> AbstractContextManager[Searched]:
        """All that recall looks into, up to date."""

    def consolidate(
        self, *, full: bool = False, progress: Progress | None = None, seed: int = 0
    ) -> Consolidation:
        """
        Learn from what is remembered, and store it smaller (`scenograph.memory.learning.consolidation`).

        No digest changes. What is learned is kept step by step: stopped, the same call goes on.

        Args:
            full: learn everything again, also where little is new
            progress: receives how it goes
            seed: draws what is learned from, where there is more than is needed
        Returns:
            Figures before and after.
        """
        self._database.check_writable()
        steps = Consolidating(self._crystals, embedder=self._embedder, progress=progress, seed=seed)
        before = steps.figures()
        steps.lexicon(full=full)
        rewritten = steps.records()
        steps.meanings(full=full)
        steps.ties()
        steps.clusters()
        found = self._weigh(steps, seed) if full or steps.is_due("weights") else {}
        return Consolidation(before, steps.figures(), rewritten, found)

    def _weigh(self, steps: Consolidating, seed: int) -> dict[str, dict[str, float]]:
        """Learn weights as a step of consolidation; return what they help."""
        steps.progress.start("weights")
        reported = 0

        def advance(done: int, total: int) -> None:
            nonlocal reported
            steps.progress.advance(done - reported, f"cue {done:,} of {total:,}")
            reported = done

        new = steps.new("weights")
        cues = min(_CUES, max(_LEAST_CUES, new // 8))
        learned = self.learn_weights(cues=cues, seed=seed, progress=advance)
        steps.done("weights")
        steps.progress.finish(f"by {reported:,} cues of its own")
        return learned.found

    def used(self, ids: Iterable[int]) -> None:
        """Tie crystals that served together, such as those that an answer rests on."""
        with self.transaction():
            self._crystals.ties.strengthen(combinations(dict.fromkeys(ids), 2), "use")

    def atlas(self, most: int = 3000, *, seed: int = 0) -> Atlas:
        """
        The memory on a plane, with its clusters; those of the last `consolidate`, or found now.

        Args:
            most: crystals that are placed at most; a sample of more, drawn from *seed*
        """
        with self._database.snapshot():
            return survey(self._crystals, most, seed)

    def learn_weights(
        self,
        *,
        cues: int = 150,
        seed: int = 0,
        exclude: Collection[int] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> LearnedWeights:
        """
        Learn from cues made of this memory's own crystals how much each part of a resonance counts.

        Args:
            cues: how many are made for each kind of cue
            seed: what crystals and cues are drawn by
            exclude: crystals that no cue is made of
            progress: called with the cues that are done and all that there are to do
        Returns:
            What was learned, and what it helps.
        """
        self._database.check_writable()
        with self._view() as searched:
            learned = learn_weights(searched, seed, cues=cues, exclude=exclude, progress=progress)
        with self.transaction():
            keep_weights(self._crystals.learned, learned.weights)
        return learned
