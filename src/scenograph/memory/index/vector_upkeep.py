"""The vector index of a memory, kept in step with SQLite (`scenograph.memory.index.upkeep`)."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index.sealed import StaleIndexError, UnusableIndexError
from scenograph.memory.index.upkeep import REPAIR, Upkeep
from scenograph.memory.index.vector_index import (
    DEFAULT,
    Truth,
    VectorIndex,
    drop_others,
    files,
    new_index,
    open_index,
    parse_address,
    size_of,
)
from scenograph.memory.index.vectors import HASHED, Items, Vectors, encode, fingerprint
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.rows import chunks

_log = logging.getLogger(__name__)

_SEED = 1


class VectorUpkeep(Upkeep[VectorIndex]):
    """
    The vector index of a memory.

    Args:
        url: which index (`scenograph.memory.index.vector_index`)
        folder: the memory's folder
        crystals: the memory
        items: how symbols are encoded
    Raises:
        StoreError: if *url* names no index
    """

    def __init__(self, url: str, folder: Path, crystals: Crystals, items: Items = HASHED) -> None:
        super().__init__(crystals)
        self._address = parse_address(url)
        self._folder = folder
        self._items = items

    @property
    def items(self) -> Items:
        """How symbols are encoded; an index of other items is rebuilt when it is next needed."""
        return self._items

    @items.setter
    def items(self, items: Items) -> None:
        if items.name != self._items.name:
            self.drop()
        self._items = items

    @property
    def size(self) -> int:
        """How many bytes the index takes in the memory's folder."""
        return size_of(self._address, self._folder)

    @property
    def is_one_file(self) -> bool:
        """Whether an index can be built beside the one that is in use."""
        return self._address.kind == "faiss"

    def prepare(self, items: Items) -> None:
        """
        Save an index of *items*, which readers will soon use: then they load it and need not build it.

        Until then a reader goes on with the index that it has loaded.
        """
        if self.is_one_file and not self._crystals.database.in_transaction:
            VectorUpkeep(DEFAULT, self._folder, self._crystals, items).rebuild()

    def rebuild(self) -> None:
        """Build the index from scratch and save it. It is read after `drop`."""
        if not self.is_one_file:
            self.drop()
        index = self._build()
        try:
            self._write(index)
        finally:
            index.close()

    def drop(self) -> None:
        index = self._index
        super().drop()
        self._items.drop()
        if index is not None:
            index.close()

    # --- from the memory to the index -----------------------------------------------------------------------

    def _is_there(self) -> bool:
        return self._index is not None or self._address.kind == "qdrant" or bool(files(self._folder))

    def _current(self) -> VectorIndex:
        if self._index is not None:
            return self._index
        index = open_index(self._address, self._folder, self._truth())
        try:
            self._catch_up(index)
            if len(index) != (count := self._crystals.count()):
                raise UnusableIndexError(f"the vector index has {len(index)} vectors for {count} crystals")
        except BaseException:
            index.close()
            raise
        return index

    def _build(self) -> VectorIndex:
        _log.info("building the vector index of %d crystals", self._crystals.count())
        index = new_index(self._address, self._folder, self._truth())
        try:
            index.prepare(self._crystals.count(), self._sample)
            for ids in self._crystals.walk():
                self._add(index, ids)
        except BaseException:
            index.close()
            raise
        index.watermark = self._crystals.changes.watermark()
        self._publish(index)
        return index

    def _catch_up(self, index: VectorIndex) -> None:
        changes = self._crystals.changes
        latest = changes.watermark()
        if latest == index.watermark:
            return
        if not changes.has_watermark(index.watermark):
            raise StaleIndexError("the vector index has seen changes that this memory has not")
        last: dict[int, str] = {}
        described: set[int] = set()  # crystals whose sources or validity have changed
        for run in changes.runs(index.watermark.seq):
            if run.kind in ("remember", "forget"):
                last.update(dict.fromkeys(run.crystals, run.kind))
            elif run.kind not in ("keep", "read"):
                described.update(run.crystals)
        forgotten = [crystal for crystal, kind in last.items() if kind == "forget"]
        if forgotten:  # and with them, perhaps, what some symbols mean
            self._items.drop()
            self._crystals.evict(forgotten)
            index.remove(forgotten)
        for ids in chunks(sorted(crystal for crystal, kind in last.items() if kind == "remember")):
            self._add(index, ids)
        index.update_payloads(sorted(described - last.keys()))
        index.watermark = latest
        self._unsaved += len(last)
        self._publish(index)

    def _publish(self, index: VectorIndex) -> None:
        if index.lives_elsewhere and not self._crystals.database.in_transaction:
            self._write(index)

    def _write(self, index: VectorIndex) -> None:
        index.save()
        drop_others(self._address, self._folder)

    def _add(self, index: VectorIndex, ids: Sequence[int]) -> None:
        if rows := self._encode(ids):
            index.add(list(rows), np.stack(list(rows.values())))

    def _sample(self, count: int) -> Vectors:
        """The vectors of *count* crystals, drawn by chance but always the same ones."""
        ids = list(chain.from_iterable(self._crystals.walk()))
        chosen = sorted(random.Random(_SEED).sample(ids, min(count, len(ids))))
        return np.stack([row for some in chunks(chosen) for row in self._encode(some).values()])

    def _differing(self, index: VectorIndex) -> Iterator[str]:
        present = set(chain.from_iterable(self._crystals.walk()))
        indexed = index.ids
        items = self._items
        for crystal in sorted(indexed ^ present):
            yield f"the vector index is wrong about crystal {crystal} being there; {REPAIR}"
        for ids in chunks(sorted(indexed & present)):
            exact = self._encode(ids, items)
            found = index.vectors(list(exact))
            errors = np.abs(found - np.stack(list(exact.values()))).max(axis=1)
            for crystal, error in zip(exact, errors.tolist(), strict=True):
                if error > max(index.tolerance, 1e-4) and crystal in index.ids:  # or just forgotten
                    yield f"the vector of crystal {crystal} is not that of its scene; {REPAIR}"

    # --- what an index may know of the memory ---------------------------------------------------------------

    def _truth(self) -> Truth:
        return Truth(self._crystals.uuid(), fingerprint(self._items), self._payloads)

    def _encode(self, ids: Sequence[int], items: Items | None = None) -> Mapping[int, NDArray[np.float32]]:
        scenes = self._crystals.scenes(self._crystals.with_scene(ids))
        return dict(zip(scenes, encode(list(scenes.values()), items or self._items), strict=True))

    def _payloads(self, ids: Sequence[int]) -> dict[int, dict[str, object]]:
        scenes = self._crystals.scenes(self._crystals.with_scene(ids))
        return {crystal: self._payload(crystal) for crystal in scenes}

    def _payload(self, crystal: int) -> dict[str, object]:
        found = self._crystals.get(crystal)
        sources = [
            {"text": one.text, "language": one.language, "source": one.source, "time": one.time.isoformat()}
            for one in found.sources
        ]
        return {
            "scene": found.scene.format(indent=None),
            "learned": found.learned.isoformat(),
            "sources": sources,
        }
