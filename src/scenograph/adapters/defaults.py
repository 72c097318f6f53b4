"""
How to train over a carrier, where nothing is said: it follows from the carrier's size.

The learning rate falls with the width of the states, as tuned rates of LoRA do (Schulman, "LoRA Without
Regret", 2025: ten times that of full fine-tuning, 5e-5 at 2,000 wide, by a power of the width). A tiny
carrier such as the embedded nano has its own: its layers cost less than starting them, so everything is
computed in large batches, in float32, and nothing is kept.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

from scenograph.adapters.precision import TINY

_RATE: Final = 5e-4  # of a carrier that is `_WIDTH` wide
_WIDTH: Final = 2000
_POWER: Final = 0.781
_CACHE: Final = 4 << 30  # bytes
_SHARE: Final = 0.25  # of the free disk


class Defaults(NamedTuple):
    """
    What is not given.

    Attributes:
        learning_rate: of AdamW at its highest
        batch: tokens of a step
        cache: most bytes of kept states; 0: texts are computed in every batch
    """

    learning_rate: float
    batch: int
    cache: int


def batch_of(parameters: int) -> int:
    """Return the tokens of a step over a carrier of so many *parameters*."""
    return 4096 if parameters < TINY else 1024


def defaults(model: Any, disk: Path) -> Defaults:
    """Return how to train over *model*, whose states would be kept on the *disk* of that folder."""
    size = sum(parameter.numel() for parameter in model.parameters())
    if size < TINY:
        return Defaults(3e-3, batch_of(size), 0)
    width: int = model.get_input_embeddings().weight.shape[1]
    while not disk.exists():
        disk = disk.parent
    room = int(_SHARE * shutil.disk_usage(disk).free)
    return Defaults(round(_RATE * (_WIDTH / width) ** _POWER, 6), batch_of(size), min(_CACHE, room))
