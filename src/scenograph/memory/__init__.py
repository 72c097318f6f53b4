"""
Memory: crystals on disk, recalled by resonance.

SQLite holds the truth; vectors, symbols and words are derived from it. No model is asked to store or recall.
"""

from scenograph.memory.functional import FunctionalRole
from scenograph.memory.memory import Memory
from scenograph.memory.records import (
    Change,
    Contradiction,
    Crystal,
    Forgotten,
    Hit,
    Ingested,
    Merged,
    Note,
    Place,
    Source,
    Stats,
    UnreadText,
    Validity,
)

__all__ = [
    "Change",
    "Contradiction",
    "Crystal",
    "Forgotten",
    "FunctionalRole",
    "Hit",
    "Ingested",
    "Memory",
    "Merged",
    "Note",
    "Place",
    "Source",
    "Stats",
    "UnreadText",
    "Validity",
]
