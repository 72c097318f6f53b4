"""
Keeping the vector index in step with SQLite, and finding what is wrong.

The index is never written by whoever remembers or forgets: it reads the changes since its watermark from
SQLite when it is needed. One that is lost, damaged, of another encoding, or ahead of the memory (which a
restored copy can be) is rebuilt; nobody has to ask for it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenograph.errors import StoreError
from scenograph.memory.index.sealed import StaleIndexError, UnusableIndexError
from scenograph.memory.index.vector_index import (
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

_LAG = 1000
"""Vectors that a saved index may lack; catching them up takes a fraction of a second."""
_LAG_SHARE = 0.01  # of all vectors, if that is more: saving a large index takes a second or two
_SEED = 1


class Upkeep:
    """
    The vector index of a memory, opened, brought up to date and saved as needed.

    Args:
        url: which index (`scenograph.memory.index.vector_index`)
        folder: the memory's folder
        crystals: the memory
        items: how symbols are encoded
    Raises:
        StoreError: if *url* names no index
    """

    def __init__(self, url: str, folder: Path, crystals: Crystals, items: Items = HASHED) -> None:
        self._address = parse_address(url)
        self._folder = folder
        self._crystals = crystals
        self._items = items
        self._index: VectorIndex | None = None
        self._unsaved = 0  # vectors added or removed since it was saved or opened

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

    def synced(self) -> VectorIndex:
        """
        The index, up to date. The caller holds a snapshot of the memory.

        Raises:
            StoreError: if a scene is damaged, or a server does not answer
        """
        try:
            index = self._open() if self._index is None else self._index
            self._catch_up(index)
        except UnusableIndexError as reason:
            if not isinstance(reason, StaleIndexError):
                _log.warning("%s; building it again", reason)
            index = self._build()
        except BaseException:
            self.drop()  # it has taken in a part of what is new, and does not say so
            raise
        return index

    @property
    def is_one_file(self) -> bool:
        """Whether an index can be built beside the one that is in use."""
        return self._address.kind == "faiss"

    def rebuild(self) -> None:
        """Build the index from scratch and save it; whoever `drop`s what is loaded reads it next."""
        if not self.is_one_file:
            self.drop()
        index = self._filled()
        try:
            index.save()
            drop_others(self._address, self._folder)
        finally:
            index.close()

    def save(self) -> None:
        """
        Save the index, up to date, if there is one; what was forgotten is then in no file any more.

        Raises:
            StoreError: if the disk or a server fails
        """
        if self._index is None and self._address.kind != "qdrant" and not files(self._folder):
            return
        index = self.synced()
        if not self._crystals.database.in_transaction:
            if index.saved != index.watermark:
                index.save()
            self._unsaved = 0
            drop_others(self._address, self._folder)

    def drop(self) -> None:
        """Let go of the index without saving it: it may have seen what was taken back."""
        index, self._index = self._index, None
        self._unsaved = 0
        self._items.drop()
        if index is not None:
            index.close()

    def close(self) -> None:
        """
        Save the index if what is saved lags far behind, or has what was forgotten, as it may where a process
        was killed while it forgot; and let go of it. Harmless twice.
        """
        index = self._index
        try:
            if index is not None and not self._crystals.database.in_transaction:
                lag = max(_LAG, _LAG_SHARE * len(index))
                saved = index.saved
                if saved is None or self._unsaved > lag or self._crystals.changes.forgot_since(saved):
                    index.save()
                drop_others(self._address, self._folder)
        except StoreError as error:  # derived data: whoever needs it next builds it again
            _log.warning("%s", error)
        finally:
            self.drop()

    def problems(self) -> Iterator[str]:
        """Compare the vector index with the crystals: one line for each thing wrong."""
        try:
            index = self._open() if self._index is None else self._index
            self._catch_up(index)
        except StaleIndexError:
            self.drop()
            return
        except UnusableIndexError as error:
            self.drop()
            yield f"{error}; it will be rebuilt when it is next needed"
            return
        present = set(chain.from_iterable(self._crystals.walk()))
        held = index.ids
        for crystal in sorted(held ^ present):
            yield f"the vector index is wrong about crystal {crystal} being there; rebuild_index() repairs it"
        for ids in chunks(sorted(held & present)):
            exact = self._encode(ids)
            unlike = np.abs(index.vectors(list(exact)) - np.stack(list(exact.values()))).max(axis=1)
            for crystal, error in zip(exact, unlike, strict=True):
                if error > max(index.tolerance, 1e-4):
                    yield (
                        f"the vector of crystal {crystal} is not that of its scene; "
                        "rebuild_index() repairs it"
                    )

    # --- from the memory to the index -----------------------------------------------------------------------

    def _open(self) -> VectorIndex:
        """The index as it was saved, in step with the memory as far as it goes."""
        index = open_index(self._address, self._folder, self._truth())
        try:
            self._catch_up(index)
            if len(index) != (count := self._crystals.count()):
                raise UnusableIndexError(f"the vector index has {len(index)} vectors for {count} crystals")
        except BaseException:
            index.close()
            raise
        self._index = index
        return index

    def _build(self) -> VectorIndex:
        self.drop()
        self._index = self._filled()
        return self._index

    def _filled(self) -> VectorIndex:
        """A new index of all crystals."""
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
        if index.lives_elsewhere and not self._crystals.database.in_transaction:
            index.save()
        return index

    def _catch_up(self, index: VectorIndex) -> None:
        """
        Take what has changed since its watermark into *index*.

        Raises:
            UnusableIndexError: if it has seen changes that are not part of this memory's history
        """
        changes = self._crystals.changes
        latest = changes.watermark()
        if latest == index.watermark:
            return
        if not changes.has_watermark(index.watermark):
            raise StaleIndexError("the vector index has seen changes that this memory has not")
        last: dict[int, str] = {}
        retold: set[int] = set()
        for run in changes.runs(index.watermark.seq):
            if run.kind in ("keep", "read"):
                continue
            if run.kind not in ("remember", "forget"):
                retold.update(run.crystals)
            else:
                last.update(dict.fromkeys(run.crystals, run.kind))
        forgotten = [crystal for crystal, kind in last.items() if kind == "forget"]
        new = sorted(crystal for crystal, kind in last.items() if kind == "remember")
        if forgotten:  # and with them, perhaps, what some symbols mean
            self._items.drop()
            self._crystals.evict(forgotten)
            index.remove(forgotten)
        for ids in chunks(new):
            self._add(index, ids)
        index.retell(sorted(retold - last.keys()))
        index.watermark = latest
        self._unsaved += len(last)
        if index.lives_elsewhere and not self._crystals.database.in_transaction:
            index.save()

    def _add(self, index: VectorIndex, ids: Sequence[int]) -> None:
        if rows := self._encode(ids):
            index.add(list(rows), np.stack(list(rows.values())))

    def _sample(self, count: int) -> Vectors:
        """The vectors of *count* crystals, drawn by chance but always the same ones."""
        ids = list(chain.from_iterable(self._crystals.walk()))
        chosen = sorted(random.Random(_SEED).sample(ids, min(count, len(ids))))
        return np.stack([row for some in chunks(chosen) for row in self._encode(some).values()])

    # --- what an index may know of the memory ---------------------------------------------------------------

    def _truth(self) -> Truth:
        return Truth(self._crystals.uuid(), fingerprint(self._items), self._payloads)

    def _encode(self, ids: Sequence[int]) -> Mapping[int, NDArray[np.float32]]:
        scenes = self._crystals.scenes(self._crystals.with_scene(ids))
        return dict(zip(scenes, encode(list(scenes.values()), self._items), strict=True))

    def _payloads(self, ids: Sequence[int]) -> dict[int, dict[str, object]]:
        return {
            crystal: self._payload(crystal)
            for crystal in self._crystals.scenes(self._crystals.with_scene(ids))
        }

    def _payload(self, crystal: int) -> dict[str, object]:
        held = self._crystals.get(crystal)
        sources = [
            {"text": one.text, "language": one.language, "source": one.source, "time": one.time.isoformat()}
            for one in held.sources
        ]
        return {
            "scene": held.scene.format(indent=None),
            "learned": held.learned.isoformat(),
            "sources": sources,
        }
