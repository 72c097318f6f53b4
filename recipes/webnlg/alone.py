"""
Few pairs, and the rest of the entries without a partner: reader and speaker teach each other.

Of half of the rest only the triples are known, of the other half only one text. What the speaker makes of
triples is read, and what the reader makes of a text is said: the answer is always what was known. Decision 54
says why.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from entries import Entry, read_task, speak_task
from measured import read, speak
from triple_form import Known
from triple_words import BAR

from scenograph.carriers import LocalCarrier
from scenograph.corpus.tasks import Task


class Alone(NamedTuple):
    """Entries that nobody has said, and texts that nobody has read."""

    unsaid: list[Entry]
    unread: list[str]


def parted(chosen: Sequence[Entry], pairs: int | None, alone: int, seed: int) -> tuple[list[Entry], Alone]:
    """
    Split *chosen* into pairs and entries without a partner, drawn by *seed*.

    Args:
        pairs: how many; None: all, and nothing is without a partner
        alone: most entries of which the triples alone are known, and most of which a text is
    """
    if pairs is None:
        return list(chosen), Alone([], [])
    rng = random.Random(f"webnlg pairs:{seed}")
    shuffled = rng.sample(chosen, len(chosen))
    rest = shuffled[pairs : pairs + 2 * alone]
    return shuffled[:pairs], Alone(rest[::2], [rng.choice(entry.texts) for entry in rest[1::2]])


def exercises(carrier: LocalCarrier, alone: Alone, known: Known, language: str, number: int) -> list[Task]:
    """Return what the trained *carrier* makes of *alone* in round *number*, as tasks for the other side."""
    draws = range(1 + number * len(alone.unsaid), 1 + (number + 1) * len(alone.unsaid))
    said = speak(carrier, [entry.triples for entry in alone.unsaid], language, draws)
    counts = Counter(said)
    tasks = [
        read_task(text, entry)
        for text, entry in zip(said, alone.unsaid, strict=True)
        if text and BAR.strip() not in text and counts[text] == 1
    ]
    for text, triples in zip(alone.unread, read(carrier, alone.unread, known), strict=True):
        if triples:
            tasks.append(speak_task(Entry(tuple(triples), (text,), language), text))
    return tasks
