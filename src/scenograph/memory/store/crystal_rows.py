"""
The rows of crystals as they are read: each with its seal, each scene with its digest.

A damaged record is an error that names it. Scenes that were read are kept in RAM, since crystals never
change; `CrystalRows.evict` drops those that were forgotten.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Lock

from scenograph.core.lexicon.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import CodecError, NotationError, SceneError, StoreError, UnknownCrystalError
from scenograph.memory.records import Crystal, UnreadText, moment
from scenograph.memory.store.database import Database
from scenograph.memory.store.lexicons import Lexicons
from scenograph.memory.store.opening import Row
from scenograph.memory.store.rows import chunks, marks, seal
from scenograph.memory.store.sources import Sources

UNREAD = -1
"""The generation of a crystal without a scene: a text that could not be read."""

_CACHED_SCENES = 20_000
_CRYSTAL = "id, key, lesson, scene, learned, seal"
_NOTHING = Scene.parse("(_ / _)")


class CrystalRows:
    """
    The rows of crystals, to be read.

    Attributes:
        sources, lexicons: the tables that they are read with
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sources = Sources(database)
        self.lexicons = Lexicons(database)
        self._scenes: OrderedDict[int, Scene] = OrderedDict()  # crystals never change; `evict` if forgotten
        self._gone: set[int] = set()  # evicted; who still reads an older state must not cache them again
        self._lock = Lock()  # of both

    def find(self, scene: Scene) -> int | None:
        """The id of *scene*, None if it is not remembered. Raises `StoreError` if its row is damaged."""
        return self.find_digest(scene.digest)

    def find_digest(self, digest: bytes) -> int | None:
        """The id of the scene that has this digest, None if it is not remembered."""
        return self.known({digest}).get(digest)

    def known(self, digests: Collection[bytes]) -> dict[bytes, int]:
        """The ids of the scenes of *digests* that are remembered, by digest."""
        found: dict[bytes, int] = {}
        for some in chunks(map(key_of, digests)):
            query = f"SELECT {_CRYSTAL} FROM crystals WHERE key IN ({marks(len(some))}) AND lesson >= 0"
            for row in self.database.execute(query, some):
                scene = self._scenes.get(row[0]) or self._scene(row)
                if scene.digest in digests:  # or only the keys are equal
                    found[scene.digest] = row[0]
        return found

    def learned_at(self, ids: Sequence[int]) -> dict[int, int]:
        """When each of *ids* was first learned, in microseconds; damage raises `StoreError`."""
        found: dict[int, int] = {}
        for row in self.rows(ids):
            if seal(*row[:-1]) != row[-1]:
                raise StoreError(_damaged(row[0]))
            found[row[0]] = row[4]
        return found

    def get(self, crystal: int) -> Crystal:
        """
        One crystal with its sources.

        Raises:
            UnknownCrystalError: if there is none of this id
            StoreError: if it is damaged
        """
        for row in self.rows([crystal]):
            scene, sources = self._scene(row), self.sources.of([crystal])[crystal]
            return Crystal(crystal, scene, moment(row[4]), sources, unread=row[2] == UNREAD)
        raise UnknownCrystalError(f"there is no crystal {crystal}; it may have been forgotten")

    def scenes(self, ids: Sequence[int]) -> dict[int, Scene]:
        """
        The scenes of those of *ids* that are remembered, in this order; `(x / _)` for an unread text.

        Raises:
            StoreError: at a damaged crystal
        """
        found: dict[int, Scene] = {}
        unknown: list[int] = []
        with self._lock:
            for crystal in ids:
                scene = self._scenes.get(crystal)
                if scene is None:
                    unknown.append(crystal)
                else:
                    self._scenes.move_to_end(crystal)
                    found[crystal] = scene
        rows = [*self.rows(unknown)]
        read = dict(zip((row[0] for row in rows), self.decoded(rows), strict=True))
        found |= read
        if not self.database.in_transaction:
            # What may still be taken back is not cached: its id may be given again.
            with self._lock:
                self._scenes.update((one, scene) for one, scene in read.items() if one not in self._gone)
                while len(self._scenes) > _CACHED_SCENES:
                    self._scenes.popitem(last=False)
        return {crystal: found[crystal] for crystal in ids if crystal in found}

    def sound(self, ids: Sequence[int]) -> dict[int, Scene]:
        """The scenes of those of *ids* that are remembered and not damaged."""
        with suppress(StoreError):  # one is damaged: then one by one
            return self.scenes(ids)
        found: dict[int, Scene] = {}
        for crystal in ids:
            with suppress(StoreError):  # the caller wants the others; `check` names this one
                found |= self.scenes([crystal])
        return found

    def evict(self, ids: Iterable[int]) -> None:
        """Drop cached scenes that have been forgotten, by another process perhaps."""
        with self._lock:
            for crystal in ids:
                self._gone.add(crystal)
                self._scenes.pop(crystal, None)

    def walk(self, *, unread: bool = False, after: int = 0) -> Iterator[list[int]]:
        """
        The ids of all crystals, in order, some at a time.

        Args:
            unread: include unread texts
            after: begin after this id
        """
        query = "SELECT id FROM crystals WHERE lesson >= ? AND id > ? ORDER BY id"
        for rows in self.database.pages(query, UNREAD if unread else 0, after=after):
            yield [row[0] for row in rows]

    def with_scene(self, ids: Iterable[int]) -> list[int]:
        """*ids* without those of unread texts."""
        ids = list(ids)
        unread = self.unread_among(ids)
        return [crystal for crystal in ids if crystal not in unread] if unread else ids

    def unread_among(self, ids: Sequence[int]) -> set[int]:
        """Those of *ids* that are texts that could not be read."""
        if not self.count_unread():
            return set()
        query = "SELECT id FROM crystals WHERE lesson = ? AND id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self.database.execute(query, (UNREAD, json.dumps(list(ids))))}

    def unread(self) -> Iterator[UnreadText]:
        """The texts that could not be read, once for each source. Damage raises `StoreError`."""
        query = f"SELECT id FROM crystals WHERE lesson = {UNREAD} AND id > ? ORDER BY id"
        for rows in self.database.pages(query):
            ids = [row[0] for row in rows]
            for crystal, sources in self.sources.of(ids).items():
                for one in sources:
                    yield UnreadText(
                        crystal,
                        one.text or "",
                        one.language,
                        one.source,
                        one.time,
                        one.place,
                        one.tags,
                        one.metadata,
                        one.expires,
                    )

    def lagging(self, generation: int) -> Iterator[list[int]]:
        """The ids of all crystals with a scene that are not of *generation*, in order, some at a time."""
        query = "SELECT id FROM crystals WHERE lesson <> ? AND lesson >= 0 AND id > ? ORDER BY id"
        for rows in self.database.pages(query, generation):
            yield [row[0] for row in rows]

    def uuid(self) -> bytes:
        """16 bytes that identify this memory."""
        found = self.database.execute("SELECT uuid FROM identity")
        if not found or not isinstance(found[0][0], bytes) or len(found[0][0]) != 16:
            raise StoreError(
                f"{self.database.path} is damaged: it has lost its identity; export it and import it again"
            )
        return found[0][0]

    def present(self, ids: Iterable[int]) -> list[int]:
        """Those of *ids* that are there, crystals or unread texts, each once."""
        query = "SELECT 1 FROM crystals WHERE id = ?"
        return [crystal for crystal in dict.fromkeys(ids) if self.database.execute(query, (crystal,))]

    def count(self) -> int:
        """How many crystals there are, without unread texts."""
        return self.database.execute("SELECT count(*) FROM crystals")[0][0] - self.count_unread()

    def count_unread(self) -> int:
        """How many texts there are that could not be read."""
        return self.database.execute(f"SELECT count(*) FROM crystals WHERE lesson = {UNREAD}")[0][0]

    def rows(self, ids: Iterable[int]) -> Iterator[Row]:
        """The rows of those of *ids* that are there, as they are stored."""
        for some in chunks(ids):
            query = f"SELECT {_CRYSTAL} FROM crystals WHERE id IN ({marks(len(some))})"
            yield from self.database.execute(query, some)

    def _scene(self, row: Row) -> Scene:
        return next(self.decoded([row]))

    def decoded(self, rows: Iterable[Row]) -> Iterator[Scene]:
        """The scenes in *rows*; damage raises `StoreError`."""
        latest: Lexicon | None = None  # looked up once, where any row needs it
        for crystal, key, generation, data, learned, sealed in rows:
            if seal(crystal, key, generation, data, learned) != sealed:
                raise StoreError(_damaged(crystal))
            if generation == UNREAD:
                yield _NOTHING
                continue
            if generation and latest is None:
                # Outside the try block: a damaged lexicon is to be named as that.
                latest = self.lexicons.current()
            try:
                lexicon = latest if generation else None
                scene = Scene.parse(data.decode()) if lexicon is None else lexicon.decode(data)
            except (UnicodeDecodeError, NotationError, SceneError, CodecError) as error:
                raise StoreError(_damaged(crystal)) from error
            if key_of(scene.digest) != key:
                raise StoreError(_damaged(crystal))
            yield scene


def _damaged(crystal: int) -> str:
    return f"crystal {crystal} is damaged; restore the memory from a copy, or forget it and learn it again"


def key_of(digest: bytes) -> int:
    """The number by which the row of a scene with this digest is looked up."""
    return int.from_bytes(digest[:8], "big", signed=True)
