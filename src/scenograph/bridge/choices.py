"""
Choices: what may be written in a sequence with commands.

Commands are no text, so no mask of a text or a scene allows them. Two masks do::

    Commanding   a scene, and instead of its end one of some commands
    Choosing     one of some sequences, such as the answers that memory supports; what they share, and what
                 only one of them is left for, is forced
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

import numpy as np
import torch
from torch import Tensor

from scenograph.bridge.forced import Ids, Spelt
from scenograph.carriers.protocol import TokenMask


@final
class Commanding:
    """
    What *mask* allows, with *commands* instead of ⟁eos.

    Args:
        mask: of one row
        end: the id of ⟁eos
        commands: the ids that may stand for it; at least one
    Attributes:
        was_cut: as that of *mask*
    """

    def __init__(self, mask: TokenMask, end: int, commands: Sequence[int]) -> None:
        self._mask, self._end, self._commands = mask, end, list(commands)
        self.was_cut = False

    def mask(self) -> Tensor:
        """Return which ids may come next: bool, shape (vocabulary,)."""
        allowed = self._mask.mask()
        if bool(allowed[self._end]):
            allowed = allowed.clone()
            allowed[self._commands] = True
            allowed[self._end] = False
        return allowed

    def forced(self) -> int | None:
        """Return the only id that may come next; None if there is a choice, or nothing more to come."""
        token = self._mask.forced()
        if token != self._end:
            return token
        return self._commands[0] if len(self._commands) == 1 else None

    def advance(self, token: int) -> None:
        """Note that *token* was written."""
        self._mask.advance(self._end if token in self._commands else token)
        self.was_cut = self._mask.was_cut


@final
class Choosing:
    """
    One of *choices*, and nothing else.

    Args:
        size: of the vocabulary
        choices: sequences of ids, of which none begins another one
    """

    was_cut = False

    def __init__(self, size: int, choices: Iterable[Sequence[int]]) -> None:
        self._size = size
        self._spelt = Spelt(choices)
        self._written: Ids = ()

    def mask(self) -> Tensor:
        """Return which ids may come next: bool, shape (vocabulary,)."""
        allowed = np.zeros(self._size, dtype=np.bool_)
        allowed[self._spelt.next(self._written)] = True
        return torch.from_numpy(allowed)

    def forced(self) -> int | None:
        """Return the only id that may come next; None if there is a choice, or nothing more to come."""
        following = self._spelt.next(self._written)
        return following[0] if len(following) == 1 else None

    def advance(self, token: int) -> None:
        """Note that *token* was written."""
        self._written += (token,)
