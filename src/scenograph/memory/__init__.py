"""
Memory: crystals on disk, recalled by resonance.

SQLite holds the truth; vectors, symbols and words are derived from it. No model is asked to store or recall.
"""

from scenograph.memory.filters import Filter
from scenograph.memory.functional import FunctionalRole
from scenograph.memory.labels import Labels
from scenograph.memory.memory import Memory
from scenograph.memory.records import (
    Change,
    Contradiction,
    Crystal,
    Erased,
    Forgotten,
    Hit,
    Ingested,
    Measured,
    Merged,
    Note,
    Place,
    Source,
    SourceTotal,
    Stats,
    TrainedOn,
    Unmeasured,
    UnreadText,
    Validity,
)

__all__ = [
    "Change",
    "Contradiction",
    "Crystal",
    "Erased",
    "Filter",
    "Forgotten",
    "FunctionalRole",
    "Hit",
    "Ingested",
    "Labels",
    "Measured",
    "Memory",
    "Merged",
    "Note",
    "Place",
    "Source",
    "SourceTotal",
    "Stats",
    "TrainedOn",
    "Unmeasured",
    "UnreadText",
    "Validity",
]
