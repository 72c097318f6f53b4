"""
Keeping the postings in step with SQLite, in a file that may be lost, damaged or stale at any time.

As with the vectors (`.upkeep`), whoever remembers or forgets writes nothing here: the changes since the
watermark are read from SQLite when the postings are needed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from scenograph.errors import StoreError
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.sealed import StaleIndexError, UnusableIndexError
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.rows import chunks

_log = logging.getLogger(__name__)

_BLOCK = 20_000  # crystals whose features are sorted at once when all are built: some 60 MB
_LAG = 1000  # crystals the file may lag behind; catching them up takes a fraction of a second
_LAG_SHARE = 0.01  # of all crystals, if that is more: saving many takes a second or two


class KeptPostings:
    """
    The postings of a memory, loaded or built when they are first needed.

    Args:
        path: their file
        crystals: the memory
    """

    def __init__(self, path: Path, crystals: Crystals) -> None:
        self.path = path
        self._crystals = crystals
        self._postings: Postings | None = None
        self._unsaved = 0

    def synced(self) -> Postings:
        """
        The postings, up to date. The caller holds a snapshot of the memory.

        Raises:
            StoreError: if a scene is damaged
        """
        try:
            # Threads that search the present ones go on with those.
            postings = self._load() if self._postings is None else self._postings.copy()
            self._unsaved += catch_up(postings, self._crystals)
        except UnusableIndexError as reason:
            if not isinstance(reason, StaleIndexError):
                _log.warning("%s; rebuilding them", reason)
            postings = build(self._crystals)
            self._unsaved = len(postings)
        except BaseException:
            self.drop()  # they have taken in a part of what is new, and do not say so
            raise
        self._postings = postings
        return postings

    def _load(self) -> Postings:
        self._unsaved = 0
        return Postings.load(self.path, self._crystals.uuid())

    def drop(self) -> None:
        """Let go of the postings without saving them: they may have seen what was taken back."""
        self._postings = None

    def save(self) -> None:
        """
        Save the postings, up to date, if there are any; what was forgotten is then in no file any more.

        Raises:
            StoreError: if the disk fails
        """
        if self._postings is not None or self.path.exists():
            postings = self.synced()
            if not self._crystals.database.in_transaction:
                if postings.saved != postings.watermark:
                    postings.save(self.path, self._crystals.uuid())
                self._unsaved = 0

    def close(self) -> None:
        """
        Save the postings if what is saved lags far behind, or has what was forgotten, as it may where a
        process was killed while it forgot; and let go of them. Harmless twice.
        """
        postings = self._postings
        try:
            if postings is not None and not self._crystals.database.in_transaction:
                lag = max(_LAG, _LAG_SHARE * len(postings))
                saved = postings.saved
                if saved is None or self._unsaved > lag or self._crystals.changes.forgot_since(saved):
                    postings.save(self.path, self._crystals.uuid())
        except StoreError as error:  # derived data: whoever needs them next rebuilds them
            _log.warning("%s", error)
        finally:
            self.drop()

    def rebuild(self) -> Postings:
        """Build the postings from scratch and save them; whoever `drop`s what is loaded reads them next."""
        postings = build(self._crystals)
        postings.save(self.path, self._crystals.uuid())
        return postings

    def problems(self) -> Iterator[str]:
        """One line for each crystal whose postings are not those of its scene and texts."""
        try:
            postings = self._load() if self._postings is None else self._postings
            catch_up(postings, self._crystals)
        except StaleIndexError:
            self.drop()
            return
        except UnusableIndexError as error:
            yield f"{error}; they will be rebuilt when they are next needed"
            return
        yield from differing(postings, self._crystals)


def build(crystals: Crystals) -> Postings:
    """The postings of all *crystals*."""
    postings = Postings()
    for ids in chunks((crystal for some in crystals.walk(unread=True) for crystal in some), _BLOCK):
        _add(postings, crystals, ids)
    postings.merge()
    postings.watermark = crystals.changes.watermark()
    return postings


def catch_up(postings: Postings, crystals: Crystals) -> int:
    """
    Take what has changed since its watermark into *postings*; return how many crystals that were.

    Raises:
        UnusableIndexError: if they have seen changes that are not part of this memory's history
    """
    latest = crystals.changes.watermark()
    if latest == postings.watermark:
        return 0
    if not crystals.changes.has_watermark(postings.watermark):
        raise StaleIndexError("the postings have seen changes that this memory has not")
    stays = {
        crystal: run.kind not in ("forget", "read")
        for run in crystals.changes.runs(postings.watermark.seq)
        if run.kind in ("remember", "keep", "source", "forget", "read")
        for crystal in run.crystals
    }
    crystals.evict(crystal for crystal in stays if not stays[crystal])
    postings.remove([*stays])
    for ids in chunks(sorted(crystal for crystal in stays if stays[crystal]), _BLOCK):
        _add(postings, crystals, ids)
    postings.watermark = latest
    return len(stays)


def differing(postings: Postings, crystals: Crystals) -> Iterator[str]:
    """One line for each crystal whose *postings* are not those of its scene and texts."""
    present = {crystal for ids in crystals.walk(unread=True) for crystal in ids}
    for crystal in sorted(postings.ids ^ present):
        yield f"the postings are wrong about crystal {crystal} being there; rebuild_index() repairs it"
    held = dict(postings.summed())
    for ids in chunks(sorted(postings.ids & present)):
        exact = Postings()
        _add(exact, crystals, ids)
        for crystal, summed in exact.summed():
            if held[crystal] != summed:
                yield f"the postings of crystal {crystal} are not its own; rebuild_index() repairs it"


def _add(postings: Postings, crystals: Crystals, ids: Sequence[int]) -> None:
    """Add crystals; a damaged text is passed over, as it is in the full-text index."""
    scenes = {one: scene for some in chunks(ids) for one, scene in crystals.scenes(some).items()}
    texts = {
        one: stated for some in chunks(ids) for one, stated in crystals.sources.texts(some, "pass").items()
    }
    postings.add([*scenes], [*scenes.values()], [[text for _, text in texts.get(one, ())] for one in scenes])
