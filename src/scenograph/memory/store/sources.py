"""Sources in SQLite: where each crystal was learned from, and texts that no scene could be read from yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from scenograph.errors import StoreError
from scenograph.memory.records import Source, UnreadText, moment
from scenograph.memory.store.database import Database, Row
from scenograph.memory.store.rows import chunks, marks, storable
from scenograph.memory.store.seals import seal

# Texts are read as bytes: damaged, they may be no UTF-8 any more, and the record is to be named.
_SOURCE = "id, crystal, CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB), heard, seal"

Said = tuple[str | None, str | None, str | None]
"""Text, language and origin: what tells one source of a crystal from another."""

SILENT: Said = (None, None, None)
"""A source that says nothing but when; it is not kept."""


class Origin(NamedTuple):
    """The columns of a source: text, language, where it was found, and when in microseconds."""

    text: str | None
    language: str | None
    origin: str | None
    heard: int

    @property
    def said(self) -> Said:
        """All but the time. Raises as `storable` does."""
        text, language, origin = (None if part is None else storable(part) for part in self[:3])
        return text, language, origin


class Sources:
    """The rows of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, origins: Iterable[tuple[int | None, Said, int]]) -> int:
        """Store sources, each a crystal (None: an unread text), what it says and when; the last one's id."""
        source = self._database.next_id("sources") - 1
        rows: list[tuple[int, int | None, str | None, str | None, str | None, int, bytes]] = []
        for crystal, said, heard in origins:
            source += 1
            rows.append((source, crystal, *said, heard, seal(source, crystal, *said, heard)))
        self._database.execute_many("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return source

    def keep(self, origin: Origin) -> int:
        """Store a text that no scene could be read from; return the number of its source."""
        for (known,) in self._database.execute(
            "SELECT id FROM sources WHERE crystal IS NULL AND text IS ? AND language IS ? AND origin IS ?",
            origin.said,
        ):
            return known
        return self.write([(None, origin.said, origin.heard)])

    def date_back(self, crystal: int | None, origin: Origin) -> None:
        """Let *crystal* (None: an unread text) have its source that says what *origin* says no later."""
        for (source,) in self._database.execute(
            "SELECT id FROM sources WHERE crystal IS ? AND text IS ? AND language IS ? AND origin IS ? "
            "AND heard > ?",
            (crystal, *origin.said, origin.heard),
        ):
            self._database.execute(
                "UPDATE sources SET heard = ?, seal = ? WHERE id = ?",
                (origin.heard, seal(source, crystal, *origin.said, origin.heard), source),
            )

    def drop(self, source: int) -> bool:
        """Remove an unread text; return whether it was there."""
        return bool(
            self._database.execute(
                "DELETE FROM sources WHERE id = ? AND crystal IS NULL RETURNING id", (source,)
            )
        )

    def drop_read(self, texts: Iterable[str]) -> None:
        """Remove those of *texts* from the unread ones."""
        if self._database.execute("SELECT 1 FROM sources WHERE crystal IS NULL LIMIT 1"):
            self._database.execute_many(
                "DELETE FROM sources WHERE crystal IS NULL AND text = ?", [(text,) for text in texts]
            )

    def of(self, ids: Sequence[int]) -> dict[int, tuple[Source, ...]]:
        """The sources of each of *ids*, in the order they came; damage raises `StoreError`."""
        found: dict[int, list[Source]] = {crystal: [] for crystal in ids}
        for some in chunks(ids):
            for row in self._database.execute(
                f"SELECT {_SOURCE} FROM sources WHERE crystal IN ({marks(len(some))}) ORDER BY id", some
            ):
                found[row[1]].append(_source(row))
        return {crystal: tuple(sources) for crystal, sources in found.items()}

    def texts(self, ids: Sequence[int], damaged: Literal["raise", "pass"] = "raise") -> dict[int, list[str]]:
        """The texts of each of *ids* that has any, in order; at a damaged one raise or pass it."""
        found: dict[int, list[str]] = {}
        for some in chunks(ids):
            query = f"SELECT {_SOURCE} FROM sources WHERE crystal IN ({marks(len(some))}) ORDER BY id"
            for row in self._database.execute(query, some):
                try:
                    text = _source(row).text
                except StoreError:
                    if damaged == "raise":
                        raise
                    continue
                if text is not None:
                    found.setdefault(row[1], []).append(text)
        return found

    def unread(self) -> Iterator[UnreadText]:
        """The texts that no scene could be read from."""
        for row in self._database.execute(f"SELECT {_SOURCE} FROM sources WHERE crystal IS NULL ORDER BY id"):
            source = _source(row)
            yield UnreadText(row[0], source.text or "", source.language, source.source, source.time)

    def damaged(self) -> Iterator[str]:
        """One line for each source whose row is damaged."""
        for rows in self._database.pages(f"SELECT {_SOURCE} FROM sources WHERE id > ? ORDER BY id"):
            for row in rows:
                try:
                    _source(row)
                except StoreError as error:
                    yield str(error)


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
