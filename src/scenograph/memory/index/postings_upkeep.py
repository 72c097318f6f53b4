"""The postings of a memory, kept in step with SQLite (`scenograph.memory.index.upkeep`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from scenograph.core.scene import Scene
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.sealed import StaleIndexError
from scenograph.memory.index.upkeep import REPAIR, Upkeep
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.rows import chunks

_BLOCK = 20_000  # crystals whose postings are sorted at once: some 60 MB


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
            yield f"the postings are wrong about crystal {crystal} being there; {REPAIR}"
        summed = dict(index.summed())
        for ids in chunks(sorted(index.ids & present)):
            exact = Postings()
            self._add(exact, ids)
            for crystal, own in exact.summed():
                if summed[crystal] != own:
                    yield f"the postings of crystal {crystal} are not its own; {REPAIR}"
