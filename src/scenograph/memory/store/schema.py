"""
The tables of a memory, version 3.

Truth lives in these, and every row of them carries a *seal* (`.seals`), so that a damaged row is found when
it is read:

    crystals    one row per remembered scene: key, notation or record, time learned; and one per unread text
    sources     where a crystal was read: text, language, origin, time
    changes     what happened in which order, one row per run; `seq` is the watermark of all that is derived
    validity    when a crystal was true and when it was believed, where that is not simply ever since
    lexicons    what the lexicon gained with each version, in two copies
    ties        crystals associated by an event: told together, used together
    learned     what was learned besides; can be learned anew, but not computed

The rest is computed from crystals and sources, and `Memory.check` compares it with what they say:

    entities    concepts, constants and roles that some crystal uses, each once, with how many do
    words       full-text index, one row per crystal: lemmas of its texts, words of its symbols
                (FTS5; Porter stems, Russian as lemmas); it keeps no text
    names       trigrams of the names of entities, for misspelt words; it keeps no text

How they are made is written down in `.migrations`.
"""

from __future__ import annotations

from scenograph.memory.store.migrations import MIGRATIONS, VERSION
from scenograph.memory.store.seals import SEAL_BYTES, Value, seal

APPLICATION_ID = 0x53434E47
"""Tells a memory from any other SQLite file ("SCNG")."""

__all__ = ["APPLICATION_ID", "MIGRATIONS", "SEAL_BYTES", "VERSION", "Value", "seal"]
