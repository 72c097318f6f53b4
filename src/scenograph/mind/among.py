"""A memory as if it held only what a filter lets through: for questions that are about a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from scenograph.core.scene import Scene
    from scenograph.memory import Filter, FunctionalRole, Hit, Memory


@final
class Among:
    """
    A part of a memory, to be asked; see `scenograph.answers.Recalls`.

    Args:
        memory: the whole
        among: what belongs to the part
    """

    def __init__(self, memory: Memory, among: Filter) -> None:
        self._memory, self._among = memory, among

    def recall(self, cue: Scene | str, k: int = 10) -> Sequence[Hit]:
        """The *k* crystals of this part that resonate most with *cue*, best first."""
        return self._memory.recall(cue, k, among=self._among)

    def functional_roles(self) -> list[FunctionalRole]:
        """The roles in which each thing has one value, in the whole memory."""
        return self._memory.functional_roles()
