"""
Crystals in SQLite: the truth of a memory, with the tables that are kept in step with it.

Whoever writes opens a transaction first (`Database.transaction`); each function here is one step in it.
A new crystal is kept as notation; `Crystals.reencode` turns it into a record of a few bytes once a lexicon
has been learned. A text that no scene could be read from is a crystal without a scene. Reading a row checks
its seal, and a scene its digest: a damaged record is an error that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Literal, NamedTuple

from scenograph.core.lexicon.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.records import Measured
from scenograph.memory.store.changes import Changes
from scenograph.memory.store.crystal_rows import UNREAD, CrystalRows, key_of
from scenograph.memory.store.database import Database
from scenograph.memory.store.entities import Entities
from scenograph.memory.store.learned import Learned
from scenograph.memory.store.rows import chunks, hashed, marks, seal, storable
from scenograph.memory.store.schema import create_words
from scenograph.memory.store.sources import SILENT, Origin, Said
from scenograph.memory.store.ties import Ties
from scenograph.memory.store.words import WordIndex, Words, derivation, further_rows, rows_of
from scenograph.memory.symbols import symbols_of


class SourcedScene(NamedTuple):
    """
    A scene to be stored.

    Attributes:
        scene: the scene
        learned: when, in microseconds
        origins: where it was learned from
    """

    scene: Scene
    learned: int
    origins: tuple[Origin, ...] = ()


class Crystals(CrystalRows):
    """
    The rows of crystals, and the tables that are kept in step with them.

    Attributes:
        sources, changes, entities, words, lexicons, ties, learned: the tables beside them
        forgotten: what forgotten crystals alone said, as long as it may stand in the file
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.changes = Changes(database)
        self.entities = Entities(database)
        self.words = WordIndex(database)
        self.ties = Ties(database)
        self.learned = Learned(database)
        self.forgotten: set[str] = set()

    def learn(self, stated: Sequence[SourcedScene], *, is_reading: bool = True) -> list[tuple[int, bool]]:
        """
        Store what is new of *stated*.

        Args:
            stated: scenes and where they come from
            is_reading: they were read just now: their texts are no longer unread
        Returns:
            for each, the id of its crystal and whether that is new.
        Raises:
            StoreError: at a text that cannot be stored, or a damaged crystal that may be an equal one
        """
        if is_reading:
            self._drop_read(origin.text for one in stated for origin in one.origins)
        known = self.known({one.scene.digest for one in stated})
        first = self.database.next_id("crystals")
        rows: list[tuple[int, int, int, bytes, int, bytes]] = []
        new: dict[int, list[str]] = {}
        heard: dict[tuple[int, Said], int] = {}
        measured: dict[tuple[int, Said], Measured] = {}
        stored: list[tuple[int, bool]] = []
        for one in stated:
            digest = one.scene.digest
            crystal = known.get(digest)
            stored.append((first + len(rows), True) if crystal is None else (crystal, False))
            if crystal is None:
                crystal = known[digest] = first + len(rows)
                new[crystal] = symbols_of(one.scene)
                rows.append(_row(crystal, one.scene, one.learned))
            for origin in one.origins:
                heard.setdefault((crystal, origin.said), origin.heard)
                if origin.measured is not None and origin.text is not None:
                    measured[crystal, origin.said] = origin.measured
        silent = [crystal for crystal, said in heard if said == SILENT]
        expiring = self.sources.expiring(silent) | {crystal for crystal, said in heard if said[5] is not None}
        for crystal in silent:
            if crystal not in expiring:
                del heard[crystal, SILENT]
        self.database.execute_many("INSERT INTO crystals VALUES (?, ?, ?, ?, ?, ?)", rows)
        self.entities.gain(_uses(new.values()))
        self.changes.log("remember", new)
        self._hear(heard, new, measured)
        return stored

    def keep(self, origins: Iterable[Origin]) -> list[tuple[int, bool]]:
        """Store texts that no scene could be read from, equal ones once; return as `learn`."""
        origins = [origin._replace(text=storable(origin.text or "")) for origin in origins]
        known = self._unread_by_text(origin.text for origin in origins)
        first = self.database.next_id("crystals")
        rows: list[tuple[int, int, int, bytes, int, bytes]] = []
        heard: dict[tuple[int, Said], int] = {}
        stored: list[tuple[int, bool]] = []
        for origin in origins:
            crystal = known.get(origin.text)
            stored.append((first + len(rows), True) if crystal is None else (crystal, False))
            if crystal is None:
                crystal = known[origin.text] = first + len(rows)
                row = crystal, hashed(origin.text), UNREAD, b"", origin.heard
                rows.append((*row, seal(*row)))
            heard.setdefault((crystal, origin.said), origin.heard)
        self.database.execute_many("INSERT INTO crystals VALUES (?, ?, ?, ?, ?, ?)", rows)
        self.changes.log("keep", [row[0] for row in rows])
        self._hear(heard, {row[0]: [] for row in rows})
        return stored

    def _unread_by_text(self, texts: Iterable[str | None]) -> dict[str | None, int]:
        """The crystals of those of *texts* that are stored unread."""
        if not self.count_unread():
            return {}
        found: dict[str | None, int] = {}
        for some in chunks({hashed(text) for text in texts if text is not None}):
            found |= self.database.execute(
                f"SELECT text, crystal FROM crystals JOIN sources ON crystal = crystals.id "
                f"WHERE lesson = {UNREAD} AND key IN ({marks(len(some))})",
                some,
            )
        return found

    def _drop_read(self, texts: Iterable[str | None]) -> None:
        """Remove those of *texts* that were stored unread: they are read now."""
        texts = [text for text in texts if text is not None]
        known = self._unread_by_text(texts) if texts else {}
        self.drop_unread({known[text] for text in texts if text in known})

    def drop_unread(self, ids: Collection[int]) -> None:
        """Remove the unread texts *ids*, since they are read now."""
        if ids:
            ids = sorted(ids)
            self.words.remove(list(self.indexed(self.scenes(ids))))
            for crystal in ids:
                self.ties.forget(crystal)
                self.database.execute("DELETE FROM crystals WHERE id = ?", (crystal,))
            self.evict(ids)
            self.changes.log("read", ids)

    def _hear(
        self,
        heard: dict[tuple[int, Said], int],
        new: Mapping[int, list[str]],
        measured: Mapping[tuple[int, Said], Measured] = MappingProxyType({}),
    ) -> None:
        """Store sources of *new* crystals, given with their symbols and in no index yet, and of others."""
        figures: dict[int, Measured] = {}
        for known, number in self.sources.known(one for one in heard if one[0] not in new).items():
            del heard[known]
            if known in measured:
                figures[number] = measured[known]
        with_text = self.sources.having_text({crystal for crystal, _ in heard if crystal not in new})
        numbers = self.sources.write(((one, said, time) for (one, said), time in heard.items()), new)
        texts: dict[int, list[tuple[int, str]]] = {}
        figures |= {number: measured[it] for number, it in zip(numbers, heard, strict=True) if it in measured}
        if figures:
            self.sources.measured.join(figures)
        for source, (crystal, (text, *_)) in zip(numbers, heard, strict=True):
            if text is not None:
                texts.setdefault(crystal, []).append((source, text))
        rows = [
            row
            for crystal, symbols in new.items()
            for row in rows_of(crystal, symbols, texts.get(crystal, ()))
        ]
        self.changes.log("source", [crystal for crystal, _ in heard if crystal not in new])
        for crystal, stated in texts.items():
            if crystal in with_text:
                rows += further_rows(stated)
            elif crystal not in new:
                symbols = symbols_of(self.scenes([crystal])[crystal])
                self.words.remove(rows_of(crystal, symbols, ()))
                rows += rows_of(crystal, symbols, stated)
        self.words.add(rows)

    def date_back(self, crystal: int, learned: int) -> None:
        """Move the learning time of *crystal* back to *learned*, if that is earlier."""
        if learned < self.learned_at([crystal]).get(crystal, learned):
            self.date(crystal, learned)

    def date(self, crystal: int, learned: int) -> None:
        """Let *crystal* have been learned at the time *learned*."""
        for _, key, generation, data, _, _ in self.rows([crystal]):
            self.database.execute(
                "UPDATE crystals SET learned = ?, seal = ? WHERE id = ?",
                (learned, seal(crystal, key, generation, data, learned), crystal),
            )

    def derive_anew(self) -> None:
        """Compute entities, words and names from crystals and sources again, passing over damaged ones."""
        for table in ("words", "names"):
            self.database.execute(f"DROP TABLE {table}")
        create_words(self.database)
        self.database.execute("DELETE FROM entities")
        self.sources.hash_again()
        for ids in self.walk(unread=True):
            scenes = self.sound(ids)
            self.entities.gain(_uses(map(symbols_of, scenes.values())))
            self.words.add(self.indexed(scenes, damaged="pass"))
        self.database.execute("UPDATE identity SET derived = ?", (derivation(),))

    def indexed(
        self, scenes: dict[int, Scene], damaged: Literal["raise", "pass"] = "raise"
    ) -> Iterator[tuple[int, Words]]:
        """The words of crystals, given with their *scenes*; at a damaged source raise or pass it."""
        texts = self.sources.texts(list(scenes), damaged)
        for crystal, scene in scenes.items():
            yield from rows_of(crystal, symbols_of(scene), texts.get(crystal, ()))

    def is_derived(self) -> bool:
        """Whether what is derived was derived in the present way."""
        return self.database.execute("SELECT derived FROM identity") == [(derivation(),)]

    def reencode(self, ids: Sequence[int], lexicon: Lexicon | None) -> None:
        """
        Turn the crystals *ids* into records of the last generation of *lexicon*; into notation without one.

        Raises:
            StoreError: if that lexicon is not the one that is kept, or at a damaged crystal
        """
        if lexicon is not None and lexicon.generations != self.lexicons.current().generations:
            raise StoreError("the lexicon to encode crystals with is not the one that is kept; add it first")
        generation = 0 if lexicon is None else len(lexicon.generations)
        changed: list[tuple[int, bytes, bytes, int]] = []
        rows = [*self.rows(ids)]
        for (crystal, key, _, _, learned, _), scene in zip(rows, self.decoded(rows), strict=True):
            data = _notation(scene) if lexicon is None or not generation else lexicon.encode(scene)
            changed.append((generation, data, seal(crystal, key, generation, data, learned), crystal))
        self.database.execute_many(
            "UPDATE crystals SET lesson = ?, scene = ?, seal = ? WHERE id = ?", changed
        )

    def unlearn(self) -> None:
        """Turn all crystals back into notation, but for damaged ones, and keep no lexicon any more."""
        for ids in self.lagging(0):
            self.reencode(list(self.sound(ids)), None)
        self.lexicons.drop()


def _row(crystal: int, scene: Scene, learned: int) -> tuple[int, int, int, bytes, int, bytes]:
    key, notation = key_of(scene.digest), _notation(scene)
    return crystal, key, 0, notation, learned, seal(crystal, key, 0, notation, learned)


def _notation(scene: Scene) -> bytes:
    return storable(scene.format(indent=None)).encode()


def _uses(symbols_of_each: Iterable[Iterable[str]]) -> Counter[str]:
    """How many scenes use each symbol, given those of each."""
    uses = Counter(chain.from_iterable(symbols_of_each))
    for symbol in uses:
        storable(symbol)
    return uses
