"""
Labels: how nodes of a scene are named while it is being written.

A reference may come before the label that it refers to: in `( see:agent( dog:part =1)=1)`, the first `=1` is
a reference and the second the label of `see`. Until then the label is *owed*: an open node has to take it.
"""

from __future__ import annotations

from typing import Literal, final


@final
class Labels:
    """
    The labels that are defined, and those that are owed.

    Attributes:
        open: how many nodes are begun and not ended
        naming: whether a number is being written, and for what: a reference, a definition, or nothing
    """

    def __init__(self) -> None:
        self.open = 0
        self.naming: Literal["", "reference", "definition"] = ""
        self._defined: set[int] = set()
        self._owed: set[int] = set()

    @property
    def tokens_to_close(self) -> int:
        """How many tokens end the scene: for each owed label 3, for each open node 1, and ⟁eos."""
        return self.open + 3 * len(self._owed) + 1

    @property
    def may_refer(self) -> bool:
        """Whether there is a label to refer to, or an open node that can take a new one."""
        return bool(self._defined or self._owed) or len(self._owed) < self.open

    @property
    def numbers(self) -> set[int]:
        """The numbers that the label being named may have."""
        new = {len(self._defined) + len(self._owed) + 1}
        if self.naming == "definition":
            return self._owed | (new if self.may_close() else set())
        return self._defined | self._owed | (new if len(self._owed) < self.open else set())

    def may_close(self, number: int = 0) -> bool:
        """Whether the innermost node may end, after the label *number* if one is being named."""
        owed = self._owed | {number} - self._defined - {0}
        if self.naming == "definition":
            owed = self._owed - {number}
        return len(owed) < self.open

    def name(self, number: int) -> None:
        """Record that the label being named has this *number*."""
        if self.naming == "definition":
            self._owed.discard(number)
            self._defined.add(number)
        elif number not in self._defined:
            self._owed.add(number)
        self.naming = ""
