"""
The best alignment of two scenes that a bounded number of steps finds.

1. Map first what agrees most, and improve that step by step (`.climbing`).
2. Compute an upper bound: from counts, then by a relaxation (`.relaxation`). Mostly the alignment found
   reaches the bound, and so is the best.
3. If not: start again elsewhere, improve, and search all alignments with bounds (`.search`) until the steps
   are used up.
"""

from .overlay import NONE, Overlay
from .solve import counted, solve

__all__ = ["NONE", "Overlay", "counted", "solve"]
