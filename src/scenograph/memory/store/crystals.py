"""
Crystals in SQLite: the truth of a memory, with the tables that are kept in step with it.

Whoever writes opens a transaction first (`Database.transaction`); each function here is one step in it.
Reading a row checks its seal, and a scene its digest: a damaged record is an error that names it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from scenograph.core.scene import Scene
from scenograph.errors import NotationError, SceneError, StoreError
from scenograph.memory.lemmas import index_form
from scenograph.memory.records import Change, Crystal, Source, UnreadText, Watermark, moment
from scenograph.memory.store.database import Database, Row
from scenograph.memory.store.schema import create_words, seal
from scenograph.memory.symbols import name_of, symbols_of

_CACHED_SCENES = 20_000
_CHUNK = 500  # ids in one SQL statement

# Texts are read as bytes: damaged, they may be no UTF-8 any more, and the record is to be named.
_CRYSTAL = "id, digest, CAST(scene AS BLOB), learned, seal"
_SOURCE = "id, crystal, CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB), heard, seal"
_CHANGE = "seq, at, kind, crystal, seal"


class Origin(NamedTuple):
    """The columns of a source: text, language, where it was found, and when in microseconds."""

    text: str | None
    language: str | None
    origin: str | None
    heard: int

    @property
    def said(self) -> tuple[str | None, str | None, str | None]:
        """All but the time: what tells one source of a crystal from another. Raises as `storable` does."""
        text, language, origin = (None if part is None else storable(part) for part in self[:3])
        return text, language, origin


class Crystals:
    """The rows of a memory's database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._scenes: OrderedDict[int, Scene] = OrderedDict()  # crystals never change; `evict` if forgotten

    # --- writing --------------------------------------------------------------------------------------------

    def add(self, scene: Scene, learned: int) -> tuple[int, bool]:
        """Store *scene* if it is new; return its id and whether it was."""
        known = self.find(scene)
        if known is not None:
            return known, False
        notation = storable(scene.format(indent=None))
        crystal = self._next("crystals")
        self.database.execute(
            "INSERT INTO crystals VALUES (?, ?, ?, ?, ?)",
            (crystal, scene.digest, notation, learned, seal(crystal, scene.digest, notation, learned)),
        )
        self._mention(crystal, scene)
        self._log("remember", crystal)
        return crystal, True

    def hear(self, crystal: int, origin: Origin, *, new: bool = False) -> None:
        """Store where *crystal* was learned from, unless it is known already."""
        if not new:
            if self.database.execute(
                "SELECT 1 FROM sources WHERE crystal = ? AND text IS ? AND language IS ? AND origin IS ?",
                (crystal, *origin.said),
            ):
                return
            self._log("source", crystal)
        self._write_source(crystal, origin)
        if origin.text is not None:
            for (unread,) in self.database.execute(
                "SELECT id FROM sources WHERE crystal IS NULL AND text = ?", (origin.text,)
            ):
                self.drop_source(unread)

    def keep(self, origin: Origin) -> int:
        """Store a text that no scene could be read from; return the number of its source."""
        for (known,) in self.database.execute(
            "SELECT id FROM sources WHERE crystal IS NULL AND text IS ? AND language IS ? AND origin IS ?",
            origin.said,
        ):
            return known
        return self._write_source(None, origin)

    def _write_source(self, crystal: int | None, origin: Origin) -> int:
        source = self._next("sources")
        origin = Origin(*origin.said, origin.heard)
        self.database.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)",
            (source, crystal, *origin, seal(source, crystal, *origin)),
        )
        if origin.text is not None:
            self._index_words(source, origin.text)
        return source

    def _index_words(self, source: int, text: str) -> None:
        self.database.execute("INSERT INTO words (rowid, lemmas) VALUES (?, ?)", (source, index_form(text)))

    def _mention(self, crystal: int, scene: Scene) -> None:
        symbols = [storable(symbol) for symbol in symbols_of(scene)]
        self.database.execute_many(
            "INSERT INTO symbols (symbol, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(symbol, name_of(symbol)) for symbol in symbols],
        )
        self.database.execute_many(
            "INSERT INTO mentions SELECT id, ? FROM symbols WHERE symbol = ?",
            [(crystal, symbol) for symbol in symbols],
        )

    def drop_source(self, source: int) -> bool:
        """Remove one source with its words; return whether it was there."""
        self.database.execute("DELETE FROM words WHERE rowid = ?", (source,))
        return bool(self.database.execute("DELETE FROM sources WHERE id = ? RETURNING id", (source,)))

    def forget(self, crystal: int) -> bool:
        """Remove a crystal and all that only it brought; return whether it was there."""
        if not self.database.execute("SELECT 1 FROM crystals WHERE id = ?", (crystal,)):
            return False
        for (source,) in self.database.execute("SELECT id FROM sources WHERE crystal = ?", (crystal,)):
            self.drop_source(source)
        mentioned = self.database.execute(
            "DELETE FROM mentions WHERE crystal = ? RETURNING symbol", (crystal,)
        )
        for row in mentioned:
            self.database.execute(
                "DELETE FROM symbols WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM mentions WHERE symbol = ?1)",
                row,
            )
        self.database.execute("DELETE FROM crystals WHERE id = ?", (crystal,))
        self._scenes.pop(crystal, None)
        self._log("forget", crystal)
        return True

    def derive_anew(self) -> None:
        """Compute symbols, mentions and words from crystals and sources once more."""
        self.database.execute("DELETE FROM mentions")
        self.database.execute("DELETE FROM symbols")
        for ids in self.walk():
            for crystal, scene in self.scenes(ids).items():
                self._mention(crystal, scene)
        self.database.execute("DROP TABLE words")
        create_words(self.database)
        for rows in self.database.pages(
            "SELECT id, text FROM sources WHERE text IS NOT NULL AND id > ? ORDER BY id"
        ):
            for source, text in rows:
                self._index_words(source, text)

    def _log(self, kind: Literal["remember", "source", "forget"], crystal: int) -> None:
        seq, at = self._next("changes"), now()
        self.database.execute(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?)",
            (seq, at, kind, crystal, seal(seq, at, kind, crystal)),
        )

    def _next(self, table: str) -> int:
        found = self.database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return found[0][0] + 1 if found else 1

    # --- reading --------------------------------------------------------------------------------------------

    def find(self, scene: Scene) -> int | None:
        """The id of *scene*, None if it is not remembered."""
        found = self.database.execute("SELECT id FROM crystals WHERE digest = ?", (scene.digest,))
        return found[0][0] if found else None

    def get(self, crystal: int) -> Crystal:
        """
        One crystal with its sources.

        Raises:
            StoreError: if there is none of this id, or it is damaged
        """
        found = self.database.execute(f"SELECT {_CRYSTAL} FROM crystals WHERE id = ?", (crystal,))
        if not found:
            raise StoreError(
                f"there is no crystal {crystal} in {self.database.path}; it may have been forgotten"
            )
        return Crystal(crystal, _scene(found[0]), moment(found[0][3]), self.sources([crystal])[crystal])

    def scenes(self, ids: Sequence[int]) -> dict[int, Scene]:
        """The scenes of those of *ids* that are remembered, in this order; damage raises `StoreError`."""
        found: dict[int, Scene] = {}
        unknown: list[int] = []
        for crystal in ids:
            scene = self._scenes.get(crystal)
            if scene is None:
                unknown.append(crystal)
            else:
                self._scenes.move_to_end(crystal)
                found[crystal] = scene
        for some in _chunks(unknown):
            marks = ",".join("?" * len(some))
            for row in self.database.execute(f"SELECT {_CRYSTAL} FROM crystals WHERE id IN ({marks})", some):
                found[row[0]] = _scene(row)
        if (
            not self.database.in_transaction
        ):  # what may still be taken back is not cached: its id may be given anew
            self._scenes.update((crystal, found[crystal]) for crystal in unknown if crystal in found)
        while len(self._scenes) > _CACHED_SCENES:
            self._scenes.popitem(last=False)
        return {crystal: found[crystal] for crystal in ids if crystal in found}

    def evict(self, ids: Iterable[int]) -> None:
        """Let go of scenes kept at hand that another process has forgotten."""
        for crystal in ids:
            self._scenes.pop(crystal, None)

    def sources(self, ids: Sequence[int]) -> dict[int, tuple[Source, ...]]:
        """The sources of each of *ids*, in the order they came; damage raises `StoreError`."""
        found: dict[int, list[Source]] = {crystal: [] for crystal in ids}
        for some in _chunks(ids):
            marks = ",".join("?" * len(some))
            for row in self.database.execute(
                f"SELECT {_SOURCE} FROM sources WHERE crystal IN ({marks}) ORDER BY id",
                some,
            ):
                source = _source(row)
                found[row[1]].append(source)
        return {crystal: tuple(sources) for crystal, sources in found.items()}

    def unread(self) -> Iterator[UnreadText]:
        """The texts that no scene could be read from."""
        for row in self.database.execute(f"SELECT {_SOURCE} FROM sources WHERE crystal IS NULL ORDER BY id"):
            source = _source(row)
            yield UnreadText(row[0], source.text or "", source.language, source.source, source.time)

    def damaged_sources(self) -> Iterator[str]:
        """One line for each source whose row is damaged."""
        for rows in self.database.pages(f"SELECT {_SOURCE} FROM sources WHERE id > ? ORDER BY id"):
            for row in rows:
                try:
                    _source(row)
                except StoreError as error:
                    yield str(error)

    def changes(self, after: int = 0, crystal: int | None = None) -> Iterator[Change]:
        """What happened after change *after*, in order; with *crystal*, to that one only."""
        where, values = ("crystal = ? AND", (crystal,)) if crystal is not None else ("", ())
        query = f"SELECT {_CHANGE} FROM changes WHERE {where} seq > ? ORDER BY seq"
        for rows in self.database.pages(query, *values, after=after):
            for row in rows:
                if seal(*row[:4]) != row[4]:
                    raise StoreError(
                        f"change {row[0]} of the memory is damaged; export what is sound and import it anew"
                    )
                yield Change(row[0], moment(row[1]), row[2], row[3])

    def walk(self) -> Iterator[list[int]]:
        """The ids of all crystals, in order, some at a time."""
        for rows in self.database.pages("SELECT id FROM crystals WHERE id > ? ORDER BY id"):
            yield [row[0] for row in rows]

    def watermark(self) -> Watermark:
        """The latest change."""
        found = self.database.execute("SELECT seq, at FROM changes ORDER BY seq DESC LIMIT 1")
        return Watermark(*found[0]) if found else Watermark(0, 0)

    def has_watermark(self, mark: Watermark) -> bool:
        """Whether change *mark* is part of this memory's history."""
        return mark == Watermark(0, 0) or bool(
            self.database.execute("SELECT 1 FROM changes WHERE seq = ? AND at = ?", mark)
        )

    def uuid(self) -> bytes:
        """16 bytes that tell this memory from every other."""
        found = self.database.execute("SELECT uuid FROM identity")
        if not found or not isinstance(found[0][0], bytes) or len(found[0][0]) != 16:
            raise StoreError(
                f"{self.database.path} is damaged: it has lost its identity; export it and import it anew"
            )
        return found[0][0]

    def count(self) -> int:
        """How many crystals there are."""
        return self.database.execute("SELECT count(*) FROM crystals")[0][0]


def now() -> int:
    """The present time, in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def storable(text: str) -> str:
    """
    *text*, if SQLite can keep it.

    Raises:
        StoreError: if it holds half of a surrogate pair, which no Unicode encoding can store
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise StoreError(
                f"text holds a lone surrogate at character {error.start}; decode it properly"
            ) from error
    return text


def _scene(row: Row) -> Scene:
    crystal, digest, notation, learned, sealed = row
    try:
        notation = _text(notation) or ""
        if seal(crystal, digest, notation, learned) == sealed:
            scene = Scene.parse(notation)
            if scene.digest == digest:
                return scene
    except (UnicodeDecodeError, NotationError, SceneError):
        pass
    raise StoreError(
        f"crystal {crystal} is damaged; restore the memory from a copy, or forget it and learn it anew"
    )


def _source(row: Row) -> Source:
    source, crystal, *said, heard, sealed = row
    try:
        text, language, origin = map(_text, said)
        if seal(source, crystal, text, language, origin, heard) == sealed:
            return Source(text, language, origin, moment(heard))
    except UnicodeDecodeError:
        pass
    raise StoreError(
        f"source {source} of crystal {crystal} is damaged; restore the memory from a copy, "
        "or forget the crystal and learn it anew"
    )


def _text(stored: bytes | None) -> str | None:
    return None if stored is None else stored.decode()


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, _CHUNK)):
        yield some
