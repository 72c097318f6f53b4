"""Recall from an open memory, and the vectors of cues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from scenograph.core.scene import Scene
from scenograph.memory.filters import Filter
from scenograph.memory.index.vectors import Vectors, encode, encode_symbols
from scenograph.memory.recall.recall import recall
from scenograph.memory.records import Hit, moment
from scenograph.memory.state import State


def recall_many(
    state: State,
    cues: Sequence[Scene | str],
    k: int,
    at: datetime | None,
    known: datetime | None,
    *,
    among: Filter | None = None,
    least: float = 0.0,
    skip: int = 0,
    expired: bool = False,
) -> list[list[Hit]]:
    """For each of *cues* the crystals that resonate most with it, with their sources and validity."""
    with state.view(at, known, among, expired=expired) as searched:
        found = [
            [hit for hit in hits[skip:] if hit.resonance >= least]
            for hits in recall(cues, k + skip, searched)
        ]
        described = iter(_described(state, [hit for hits in found for hit in hits]))
    return [[next(described) for _ in hits] for hits in found]


def _described(state: State, hits: Sequence[Hit]) -> list[Hit]:
    """*hits* with what is known of their crystals."""
    if hits:
        ids = [hit.id for hit in hits]
        sources, learned = state.crystals.sources.of(ids), state.crystals.learned_at(ids)
        rows, unread = state.validities.of(ids), state.crystals.unread_among(ids)
        return [
            replace(
                hit,
                sources=sources[hit.id],
                learned=moment(learned[hit.id]),
                unread=hit.id in unread,
                validity=tuple(row.record() for row in rows.get(hit.id, ())),
            )
            for hit in hits
        ]
    return []


def _spelt(text: str) -> list[str]:
    """Return the words of *text*; if it has none, as «🙂», its signs, quoted: `?` would be an unknown."""
    return re.findall(r"\w*[^\W_]\w*", text) or [f'"{signs}"' for signs in text.split()]


def encoded(state: State, cues: Iterable[Scene | str]) -> Vectors:
    """The vectors of *cues*; see `Memory.vectors`."""
    with state.synced():
        items = state.vectors.items
    rows = [
        encode([cue], items)
        if isinstance(cue, Scene)
        else encode_symbols(dict.fromkeys(_spelt(cue.lower()), 1.0), items)
        for cue in cues
    ]
    return np.concatenate(rows) if rows else encode([], items)
