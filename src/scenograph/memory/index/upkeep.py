"""
Keeping the indexes of a memory, vectors and postings, in step with SQLite, and finding what is wrong in them.

Remembering and forgetting do not write the indexes. An index reads the changes since its watermark from
SQLite when it is needed. It is rebuilt without being asked if it is lost, damaged, of another encoding, or
ahead of the memory (a restored copy of the database is older than its index).
"""

from __future__ import annotations

import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.sealed import StaleIndexError, UnusableIndexError
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

_LAG = 1000  # crystals that a saved index may lack; catching them up takes a fraction of a second
_LAG_SHARE = 0.01  # of all crystals, if that is more: saving a large index takes a second or two
_BLOCK = 20_000  # crystals whose postings are sorted at once: some 60 MB
_SEED = 1
_REPAIR = "rebuild_index() repairs it"

Index = TypeVar("Index", VectorIndex, Postings)

Comparison = Callable[[Crystals], Iterator[str]]
"""Compares an index with the crystals of a snapshot: one line for each thing wrong."""


class Upkeep(ABC, Generic[Index]):
    """An index of a memory: opened, brought up to date and saved as needed."""

    def __init__(self, crystals: Crystals) -> None:
        self._crystals = crystals
        self._index: Index | None = None
        self._unsaved = 0  # crystals added or removed since it was saved or opened

    @abstractmethod
    def _current(self) -> Index:
        """The index in use, else the saved one, perhaps out of date. May raise `UnusableIndexError`."""

    @abstractmethod
    def _build(self) -> Index:
        """Build an index of all crystals."""

    @abstractmethod
    def _catch_up(self, index: Index) -> None:
        """
        Take what has changed since its watermark into *index*.

        Raises:
            UnusableIndexError: if it has seen changes that are not part of this memory's history
        """

    @abstractmethod
    def _write(self, index: Index) -> None:
        """Save *index*."""

    @abstractmethod
    def _is_there(self) -> bool:
        """Whether an index is in use or saved."""

    @abstractmethod
    def _differing(self, index: Index) -> Iterator[str]:
        """Compare *index* with the crystals: one line for each thing wrong."""

    def synced(self) -> Index:
        """
        The index, up to date. The caller holds a snapshot of the memory.

        Raises:
            StoreError: if a scene is damaged, or a server does not answer
        """
        try:
            index = self._current()
            self._catch_up(index)
        except UnusableIndexError as reason:
            if not isinstance(reason, StaleIndexError):
                _log.warning("%s; rebuilding it", reason)
            self.drop()
            index = self._build()
        except BaseException:
            self.drop()  # it has taken in a part of what is new, and does not say so
            raise
        self._index = index
        return index

    def drop(self) -> None:
        """Let go of the index without saving it: it may have seen what was taken back."""
        self._index = None
        self._unsaved = 0

    def save(self) -> None:
        """
        Save the index, up to date, if there is one; what was forgotten is then in no file any more.

        Raises:
            StoreError: if the disk or a server fails
        """
        if self._is_there():
            index = self.synced()
            if not self._crystals.database.in_transaction:
                if index.saved != index.watermark:
                    self._write(index)
                self._unsaved = 0

    def close(self) -> None:
        """
        Save the index if the saved one lacks many changes, and drop it from RAM; harmless twice.

        It is also saved if the saved one has what was forgotten, as it may where a process was killed while
        it forgot.
        """
        index = self._index
        try:
            if index is not None and not self._crystals.database.in_transaction:
                lag = max(_LAG, _LAG_SHARE * len(index))
                saved = index.saved
                if saved is None or self._unsaved > lag or self._crystals.changes.forgot_since(saved):
                    self._write(index)
        except StoreError as error:  # derived data: it is built again when it is next needed
            _log.warning("%s", error)
        finally:
            self.drop()

    def comparison(self) -> Comparison:
        """
        Bring the index up to date, and return what compares it with the crystals of the present snapshot.

        The comparison may run while other threads go on to use and change the index.
        """
        try:
            index = self._current()
            self._catch_up(index)
        except StaleIndexError:  # nothing is wrong: it will be rebuilt
            self.drop()
            return lambda _: iter(())
        except Exception as error:
            self.drop()
            failure = error
            if isinstance(error, UnusableIndexError):
                failure = StoreError(f"{error}; it will be rebuilt when it is next needed")

            def fail(_: Crystals) -> Iterator[str]:
                raise failure

            return fail
        self._index = index
        return lambda _: self._differing(index)


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
            yield f"the vector index is wrong about crystal {crystal} being there; {_REPAIR}"
        for ids in chunks(sorted(indexed & present)):
            exact = self._encode(ids, items)
            found = index.vectors(list(exact))
            errors = np.abs(found - np.stack(list(exact.values()))).max(axis=1)
            for crystal, error in zip(exact, errors.tolist(), strict=True):
                if error > max(index.tolerance, 1e-4) and crystal in index.ids:  # or just forgotten
                    yield f"the vector of crystal {crystal} is not that of its scene; {_REPAIR}"

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


class PostingsUpkeep(Upkeep[Postings]):
    """
    The postings of a memory.

    Args:
        path: their file
        crystals: the memory
    """

    def __init__(self, path: Path, crystals: Crystals) -> None:
        super().__init__(crystals)
        self.path = path

    def rebuild(self) -> None:
        """Build the postings from scratch and save them. They are read after `drop`."""
        self._write(self._build())

    def _is_there(self) -> bool:
        return self._index is not None or self.path.exists()

    def _current(self) -> Postings:
        if self._index is not None:
            return self._index.copy()  # threads that search the present ones go on with those
        return Postings.load(self.path, self._crystals.uuid())

    def _build(self) -> Postings:
        postings = Postings()
        for ids in chunks(chain.from_iterable(self._crystals.walk(unread=True)), _BLOCK):
            self._add(postings, ids)
        postings.merge()
        postings.watermark = self._crystals.changes.watermark()
        return postings

    def _catch_up(self, index: Postings) -> None:
        changes = self._crystals.changes
        latest = changes.watermark()
        if latest == index.watermark:
            return
        if not changes.has_watermark(index.watermark):
            raise StaleIndexError("the postings have seen changes that this memory has not")
        stays = {
            crystal: run.kind not in ("forget", "read")
            for run in changes.runs(index.watermark.seq)
            if run.kind in ("remember", "keep", "source", "withdraw", "forget", "read")
            for crystal in run.crystals
        }
        self._crystals.evict(crystal for crystal in stays if not stays[crystal])
        index.remove([*stays])
        for ids in chunks(sorted(crystal for crystal in stays if stays[crystal]), _BLOCK):
            self._add(index, ids)
        index.watermark = latest
        self._unsaved += len(stays)

    def _write(self, index: Postings) -> None:
        index.save(self.path, self._crystals.uuid())

    def _add(self, postings: Postings, ids: Sequence[int]) -> None:
        """Add crystals; a damaged text is passed over, as it is in the full-text index."""
        scenes: dict[int, Scene] = {}
        texts: dict[int, list[tuple[int, str]]] = {}
        for some in chunks(ids):
            scenes |= self._crystals.scenes(some)
            texts |= self._crystals.sources.texts(some, "pass")
        spoken = [[text for _, text in texts.get(one, ())] for one in scenes]
        postings.add([*scenes], [*scenes.values()], spoken)

    def _differing(self, index: Postings) -> Iterator[str]:
        present = set(chain.from_iterable(self._crystals.walk(unread=True)))
        for crystal in sorted(index.ids ^ present):
            yield f"the postings are wrong about crystal {crystal} being there; {_REPAIR}"
        summed = dict(index.summed())
        for ids in chunks(sorted(index.ids & present)):
            exact = Postings()
            self._add(exact, ids)
            for crystal, own in exact.summed():
                if summed[crystal] != own:
                    yield f"the postings of crystal {crystal} are not its own; {_REPAIR}"
