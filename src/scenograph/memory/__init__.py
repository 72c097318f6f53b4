"""
Memory: crystals on disk, recalled by resonance.

SQLite holds the truth; vectors, symbols and words are derived from it. No model is asked to store or recall.
"""

from scenograph.memory.memory import Memory
from scenograph.memory.records import Change, Crystal, Hit, Ingested, Note, Source, Stats, UnreadText

__all__ = ["Change", "Crystal", "Hit", "Ingested", "Memory", "Note", "Source", "Stats", "UnreadText"]
