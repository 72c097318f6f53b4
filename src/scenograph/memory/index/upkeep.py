"""
Keeping the vector index in step with SQLite, and finding what is wrong.

The index is never written by whoever remembers or forgets: it reads the changes since its watermark from
SQLite when it is needed. A file that is lost, damaged, or ahead of the memory (which a restored copy can be)
is built anew; nobody has to ask for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from scenograph.memory.index.vector_index import UnusableIndexError, VectorIndex
from scenograph.memory.index.vectors import encode
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.rows import chunks

_log = logging.getLogger(__name__)


def load_or_build(path: Path, crystals: Crystals) -> VectorIndex:
    """The index of *crystals*, from its file where that can be used, up to date."""
    try:
        index = VectorIndex.load(path, crystals.uuid())
        catch_up(index, crystals)
    except UnusableIndexError as reason:
        if path.exists():
            _log.warning("%s; building it anew", reason)
        return build(crystals)
    return index


def build(crystals: Crystals) -> VectorIndex:
    """An index of all *crystals*."""
    index = VectorIndex()
    for ids in crystals.walk():
        _add(index, crystals, ids)
    index.watermark = crystals.changes.watermark()
    return index


def catch_up(index: VectorIndex, crystals: Crystals) -> None:
    """
    Take what has changed since its watermark into *index*.

    Raises:
        UnusableIndexError: if it has seen changes that are not part of this memory's history
    """
    latest = crystals.changes.watermark()
    if latest == index.watermark:
        return
    if not crystals.changes.has_watermark(index.watermark):
        raise UnusableIndexError("the vector index has seen changes that this memory has not")
    last = {
        crystal: run.kind
        for run in crystals.changes.runs(index.watermark.seq)
        if run.kind != "source"
        for crystal in run.crystals
    }
    crystals.evict(crystal for crystal, kind in last.items() if kind == "forget")
    index.remove(last.keys() & index.ids)
    for ids in chunks(sorted(crystal for crystal, kind in last.items() if kind == "remember")):
        _add(index, crystals, ids)
    index.watermark = latest


def _add(index: VectorIndex, crystals: Crystals, ids: Sequence[int]) -> None:
    scenes = crystals.scenes(ids)
    if scenes:
        index.add(list(scenes), encode(list(scenes.values())))


def problems(crystals: Crystals, load: Callable[[], VectorIndex | None]) -> Iterator[str]:
    """
    Compare the vector index with the crystals.

    Args:
        crystals: the memory
        load: loads the vector index, up to date; None if there is none yet
    Returns:
        one line for each thing wrong
    """
    try:
        index = load()
    except UnusableIndexError as error:
        yield f"{error}; it will be built anew when it is next needed"
        return
    if index is None:
        return
    present = set(chain.from_iterable(crystals.walk()))
    for crystal in sorted(index.ids ^ present):
        yield f"the vector index is wrong about crystal {crystal} being there; rebuild_index() repairs it"
    for ids in chunks(sorted(index.ids & present)):
        vectors = encode(list(crystals.scenes(ids).values()))
        unlike = np.abs(index.vectors(ids) - vectors).max(axis=1, initial=0) > 1e-4
        for crystal in np.array(ids)[unlike].tolist():
            yield f"the vector of crystal {crystal} is not that of its scene; rebuild_index() repairs it"
