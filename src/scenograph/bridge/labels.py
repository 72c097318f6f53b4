"""
Labels: how nodes of a scene are named while it is being written.

A reference may come before the label that it refers to: in `( see:agent( dog:part =1)=1)`, the first `=1` is
a reference and the second the label of `see`. Until then the label is *owed*. An open node may take it,
or one that is yet to come::

    ( a( b:r =1:s =2)( c=2)=1)      b ends while two labels are owed and one node stays open: c takes label 2

The root is the last node: it may end, or take a label, only if no other label is owed then.
"""

from __future__ import annotations

from typing import Final, Literal, final

_FURTHER: Final = 6  # tokens of a node that is added to take a label: a role, `(`, a concept and `)`


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
        """At most how many tokens end the scene: all labels that are owed, all open nodes, and ⟁eos."""
        if not self._owed and self.naming != "reference":  # as most often
            return self.open + 1
        owed = self._owed | ({self._next} if self.naming == "reference" else set())
        further = max(0, len(owed) - self.open)
        return self.open + sum(1 + len(str(number)) for number in owed) + _FURTHER * further + 1

    @property
    def numbers(self) -> set[int]:
        """The numbers that the label being named may have."""
        if self.naming == "reference":
            return self.known | {self._next}
        return self._owed if self.open == 1 and self._owed else self._owed | {self._next}

    @property
    def known(self) -> set[int]:
        """Those of `numbers` that were written before."""
        return self._owed | self._defined if self.naming == "reference" else self._owed

    def may_define(self, number: int = 0) -> bool:
        """Whether the innermost node may take a label, after the reference *number* if one is being named."""
        return self.open > 1 or len(self._owed_after(number)) <= 1

    def may_close(self, number: int = 0) -> bool:
        """Whether the innermost node may end, after the label *number* if one is being named."""
        return self.open > 1 or not self._owed_after(number)

    def free(self, number: int = 0) -> int:
        """How many open nodes no label is owed for; below 0 if labels are owed to nodes that are to come."""
        return self.open - len(self._owed_after(number))

    def name(self, number: int) -> None:
        """Record that the label being named has this *number*."""
        self._owed = self._owed_after(number)
        if self.naming == "definition":
            self._defined.add(number)
        self.naming = ""

    @property
    def _next(self) -> int:
        """The number of a new label."""
        return len(self._defined) + len(self._owed) + 1

    def _owed_after(self, number: int) -> set[int]:
        """Return the labels that are owed once the label being named has this *number*; 0 is none."""
        if self.naming == "definition":
            return self._owed - {number}
        return self._owed | ({number} - self._defined - {0})
