"""
The lexicon in SQLite: what each version adds to the one before, sealed, in two copies.

A lexicon only grows (law 4), so that the latest reads what every earlier one wrote, and additions are all
that has to be kept. Without its lexicon no record can be read; so where one copy is damaged the other is
read, and `Lexicons.mend` writes the damaged one again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from scenograph.core.codec import Statistics, unpack
from scenograph.core.lexicon.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import CodecError, NotationError, SceneError, StoreError
from scenograph.memory.records import moment
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import now, seal
from scenograph.memory.symbols import symbols_of

_COPIES = (1, 2)

LinkText = tuple[str, str, str]
"""The concept of a node, a role of it, and the constant or the concept of the node that it leads to."""


class LexiconVersion(NamedTuple):
    """
    A version of the lexicon.

    Attributes:
        version: its number, from 1
        learned: when (UTC)
        lexemes, generations: how many it added
    """

    version: int
    learned: datetime
    lexemes: int
    generations: int


class Knowledge(NamedTuple):
    """
    What a lexicon knows of the scenes that it was learned from.

    Attributes:
        symbols: concepts, constants and roles
        stated: what it has counted that a node of some concept links to
    """

    symbols: frozenset[str]
    stated: frozenset[LinkText]


class Lexicons:
    """The rows of lexicons."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaded: tuple[object, Lexicon] = (None, Lexicon())
        self._knowledge: tuple[Lexicon, Knowledge] | None = None

    def current(self) -> Lexicon:
        """
        The latest version; an empty one before the first.

        Raises:
            StoreError: if both copies of a version are damaged
        """
        # Another process may have added one, or learned all again: what is loaded goes by number and time.
        stamp = self._database.execute("SELECT version, max(learned) FROM lexicons GROUP BY version")
        loaded = self._loaded
        if stamp != loaded[0]:
            self._loaded = loaded = (stamp, self._load([row[0] for row in stamp]))
        return loaded[1]

    def knowledge(self) -> Knowledge:
        """What the latest version knows."""
        lexicon = self.current()
        if self._knowledge is None or self._knowledge[0] is not lexicon:
            self._knowledge = (lexicon, _knowledge(lexicon))
        return self._knowledge[1]

    def add(self, lexicon: Lexicon) -> None:
        """
        Keep *lexicon* as the next version; nothing to do if it is the latest.

        Raises:
            StoreError: if it is not a later version of the latest
        """
        before, after = self.current().to_json(), lexicon.to_json()
        added = {part: after.get(part, [])[len(before.get(part, [])) :] for part in ("lexemes", "lessons")}
        if any(after.get(part, [])[: len(before[part])] != before[part] for part in before):
            raise StoreError(
                "the lexicon to be kept does not grow from the one that is kept; learn it with that as base"
            )
        if not any(added.values()):
            return
        data = json.dumps(added, ensure_ascii=False, separators=(",", ":")).encode()
        version = 1 + self._database.execute("SELECT coalesce(max(version), 0) FROM lexicons")[0][0]
        self._write(version, now(), data, _COPIES)

    def versions(self) -> list[LexiconVersion]:
        """All versions, in order."""
        found: list[LexiconVersion] = []
        for version, learned, data in map(self._read, self._numbers()):
            added = json.loads(data)
            found.append(
                LexiconVersion(version, moment(learned), len(added["lexemes"]), len(added["lessons"]))
            )
        return found

    def drop(self) -> None:
        """Keep no lexicon any more; no record may be left."""
        self._database.execute("DELETE FROM lexicons")

    def damaged(self) -> Iterator[str]:
        """One line for each damaged copy; one more for a version that is lost with both."""
        for number, version in enumerate(self._numbers(), 1):
            if version != number:
                yield f"version {number} of the lexicon is lost; restore the memory from a copy"
                return
            sound = self._copies(version)
            for copy in _COPIES:
                if copy not in sound:
                    yield (
                        f"copy {copy} of version {version} of the lexicon is damaged; "
                        f"{'rebuild_index() repairs it' if sound else 'so is the other'}"
                    )
        try:
            self.current()
        except StoreError as error:
            yield str(error)

    def mend(self) -> None:
        """Write each damaged copy again from the other."""
        for version in self._numbers():
            sound = self._copies(version)
            if sound and len(sound) < len(_COPIES):
                learned, data = next(iter(sound.values()))
                self._write(version, learned, data, [copy for copy in _COPIES if copy not in sound])

    def _numbers(self) -> list[int]:
        return [row[0] for row in self._database.execute("SELECT DISTINCT version FROM lexicons ORDER BY 1")]

    def _write(self, version: int, learned: int, data: bytes, copies: tuple[int, ...] | list[int]) -> None:
        self._database.execute_many(
            "INSERT OR REPLACE INTO lexicons VALUES (?, ?, ?, ?, ?)",
            [(version, copy, learned, data, seal(version, copy, learned, data)) for copy in copies],
        )

    def _copies(self, version: int) -> dict[int, tuple[int, bytes]]:
        """Time and data of the sound copies."""
        rows = self._database.execute(
            "SELECT version, copy, learned, data, seal FROM lexicons WHERE version = ?", (version,)
        )
        return {row[1]: (row[2], row[3]) for row in rows if seal(*row[:4]) == row[4]}

    def _read(self, version: int) -> tuple[int, int, bytes]:
        for learned, data in self._copies(version).values():
            return version, learned, data
        raise StoreError(
            f"version {version} of the lexicon is damaged in both copies; restore the memory from a copy"
        )

    def _load(self, numbers: list[int]) -> Lexicon:
        whole: dict[str, list[Any]] = {"lexemes": [], "lessons": []}
        for _, _, data in map(self._read, numbers):
            added = json.loads(data)
            for part, entries in whole.items():
                entries += added[part]
        try:
            return Lexicon.from_json(whole)
        except (SceneError, NotationError) as error:
            raise StoreError(f"the lexicon is damaged ({error}); restore the memory from a copy") from error


def link_texts(scene: Scene) -> set[LinkText]:
    """What *scene* tells, link by link."""
    concepts = scene.concepts
    return {
        (concepts[source], role, target if isinstance(target, str) else concepts[target])
        for source, role, target in scene.links
    }


def _knowledge(lexicon: Lexicon) -> Knowledge:
    statistics = Statistics()
    try:
        for generation in lexicon.generations:
            statistics.add(unpack(generation))
    except CodecError as error:
        raise StoreError(f"the lexicon is damaged ({error}); restore the memory from a copy") from error
    symbols = {symbol for pattern in lexicon.values() for symbol in symbols_of(pattern)}
    stated = {stated for pattern in lexicon.values() for stated in link_texts(pattern)}
    symbols.update(statistics.literals())
    for (concept, role), targets in statistics.targets.items():
        symbols.add(role)
        stated.update(
            (concept, role, target if isinstance(target, str) else target[0])
            for target in targets
            if target is not None
        )
    return Knowledge(frozenset(symbols), frozenset(stated))
