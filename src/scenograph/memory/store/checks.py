"""
Finding what is wrong in a memory's database: everything in it is compared with everything else.

The full-text indexes keep no text to compare with, but FTS5 lists every occurrence of a term with its row,
column and place (`fts5vocab`). The occurrences of a row are hashed and added up. A second index, in RAM, is
filled with what the rows should hold, some hundreds at a time, and the sums of both are compared. The sizes
that BM25 uses are compared too: the number of words in each column of a row, and in all rows. FTS5 keeps
these as numbers of seven bits a byte, highest first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, zip_longest

from scenograph.errors import StoreError
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database
from scenograph.memory.store.opening import SCHEMA, expected_schema
from scenograph.memory.store.rows import chunks, seal
from scenograph.memory.store.sums import in_words
from scenograph.memory.symbols import name_of, symbols_of

Examination = Callable[[Crystals], Iterable[str]]
"""Looks through a memory; gives a line for each thing wrong."""

_REPAIR = "rebuild_index() repairs it"
_BORN_AND_GONE = {"remember": 1, "keep": 1, "forget": -1, "read": -1}


def problems(crystals: Crystals, *more: Examination) -> list[str]:
    """
    One line for each thing wrong: damaged pages and rows, crystals whose scene is not what their key names,
    history, entities, words or names that are not those of the crystals, and what *more* finds.
    """
    found: list[str] = []
    for examination in (
        _sums,
        _pages,
        _history,
        _crystals,
        lambda c: c.sources.damaged(),
        lambda c: c.sources.measured.damaged(),
        _validity,
        lambda c: c.lexicons.damaged(),
        lambda c: c.ties.damaged(),
        lambda c: c.learned.damaged(),
        *more,
    ):
        try:
            found.extend(examination(crystals))
        except StoreError as error:
            found.append(str(error))
        except (
            Exception
        ) as error:  # in a damaged row any column can hold anything, and none of it may stop us
            found.append(f"the database is damaged: reading it failed with {error!r}")
    return list(dict.fromkeys(found))


def _sums(crystals: Crystals) -> Iterator[str]:
    if crystals.database.harmed:
        yield f"the database is damaged: {in_words(crystals.database.harmed)}"


def _pages(crystals: Crystals) -> Iterator[str]:
    """What SQLite itself finds, and a schema that is not ours."""
    for table in ("words", "names"):
        # FTS5 notices only when it searches that another connection has written, and would take what it
        # remembers of the index for what is there.
        crystals.database.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH '\"aaa\"' LIMIT 1")
    for (line,) in crystals.database.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield f"the database is damaged: {line}"
    for table, row, *_ in crystals.database.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} refers to a crystal that is not there"
    if crystals.database.execute(SCHEMA) != expected_schema():
        yield "the tables of the database are not those of a memory"
    if not crystals.is_derived():
        yield f"words were derived in another way than the present one; {_REPAIR}"


def _history(crystals: Crystals) -> Iterator[str]:
    alive: Counter[int] = Counter()
    last = 0
    for run in crystals.changes.runs():
        if run.seq != last + 1:
            yield f"the history lacks what stood between change {last} and change {run.seq}"
        last = run.seq
        for crystal in run.crystals:
            alive[crystal] += _BORN_AND_GONE.get(run.kind, 0)
    present = set(chain.from_iterable(crystals.walk(unread=True)))
    for crystal in sorted(present ^ {crystal for crystal, count in alive.items() if count == 1}):
        yield f"crystal {crystal} {'has no history' if crystal in present else 'is lost'}"
    given = dict(crystals.database.execute("SELECT name, seq FROM sqlite_sequence"))
    if given.get("changes", 0) != last or given.get("crystals", 0) != max(alive, default=0):
        yield "the counters of the database do not agree with its history"


def _crystals(crystals: Crystals) -> Iterator[str]:
    """Each crystal; and that entities, words and names are what they say."""
    uses: Counter[str] = Counter()
    words = FullText(crystals.database, "words")
    whole = True
    for ids in crystals.walk(unread=True):
        sound = {}
        for crystal in ids:
            try:
                sound[crystal] = crystals.get(crystal).scene
            except StoreError as error:
                whole = False
                yield str(error)
        for scene in sound.values():
            uses.update(symbols_of(scene))
        words.expect(crystals.indexed(sound, damaged="pass"))
    if not whole:
        return  # what a damaged crystal brought cannot be known
    for crystal in words.differing():
        of = (
            f"crystal {crystal} are not those of its scene and"
            if crystal >= 0
            else f"source {-crystal} are not those of its"
        )
        yield f"the words of {of} text; {_REPAIR}"
    if not words.is_counted():
        yield f"the number of words is not that of the crystals; {_REPAIR}"
    yield from _entities(crystals, uses)


def _entities(crystals: Crystals, uses: Counter[str]) -> Iterator[str]:
    names = FullText(crystals.database, "names")
    for rows in crystals.database.pages(
        "SELECT id, symbol, name, uses FROM entities WHERE id > ? ORDER BY id"
    ):
        for _, symbol, name, count in rows:
            if (name, count) != (name_of(symbol), uses.pop(symbol, 0)):
                yield f"entity {symbol} has a wrong name or number of uses; {_REPAIR}"
        names.expect((row[0], (row[2],)) for row in rows if row[2])
    for symbol in uses:
        yield f"{symbol} is no entity, though crystals use it; {_REPAIR}"
    for entity in names.differing():
        yield f"the trigrams of entity {entity} are not those of its name; {_REPAIR}"
    if not names.is_counted():
        yield f"the number of trigrams is not that of the entities; {_REPAIR}"


def _validity(crystals: Crystals) -> Iterator[str]:
    columns = "id, crystal, true_from, true_until, known_from, known_until, replaced_by, seal"
    for rows in crystals.database.pages(f"SELECT {columns} FROM validity WHERE id > ? ORDER BY id"):
        for row in rows:
            if seal(*row[:-1]) != row[-1]:
                yield f"what is known of the validity of crystal {row[1]} is damaged"
    for (crystal,) in crystals.database.execute(
        "SELECT crystal FROM validity UNION SELECT replaced_by FROM validity WHERE replaced_by IS NOT NULL "
        "EXCEPT SELECT id FROM crystals"
    ):
        yield f"validity is kept of crystal {crystal}, which is not there"


_MASK = (1 << 64) - 1


class FullText:
    """
    What one of the full-text indexes should hold.

    Args:
        database: the memory's
        table: "words" or "names"
    """

    def __init__(self, database: Database, table: str) -> None:
        self._database = database
        self._table = table
        self._sums: dict[int, int] = {}
        self._totals: list[int] = []  # rows, then words in each column
        execute = database.execute
        [(definition,)] = execute("SELECT sql FROM main.sqlite_schema WHERE name = ?", (table,))
        columns = execute(f"SELECT name FROM pragma_table_info('{table}')")
        self._columns = [row[0] for row in columns]
        for name in (f"{table}_expected", f"{table}_said", f"{table}_held"):
            execute(f"DROP TABLE IF EXISTS temp.{name}")
        execute(definition.replace(f"TABLE {table} ", f"TABLE temp.{table}_expected ", 1))
        execute(f"CREATE VIRTUAL TABLE temp.{table}_said USING fts5vocab(temp, {table}_expected, instance)")
        execute(f"CREATE VIRTUAL TABLE temp.{table}_held USING fts5vocab(main, {table}, instance)")

    def expect(self, rows: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        """These *rows*, each an id and its columns, should be there."""
        name = f"{self._table}_expected"
        marks = ", ".join("?" * (len(self._columns) + 1))
        for some in chunks(rows):
            self._database.execute_many(
                f"INSERT INTO temp.{name} (rowid, {', '.join(self._columns)}) VALUES ({marks})",
                [(number, *columns) for number, columns in some],
            )
            self._sums |= self._summed(f"temp.{self._table}_said", f"temp.{name}_docsize")
            for counted in self._counted(f"temp.{name}_data"):
                self._totals = [sum(pair) for pair in zip_longest(self._totals, counted, fillvalue=0)]
            self._database.execute(f"INSERT INTO temp.{name} ({name}) VALUES ('delete-all')")

    def differing(self) -> Iterator[int]:
        """The ids of the rows that hold anything else than they should, in order."""
        held = self._summed(f"temp.{self._table}_held", f"main.{self._table}_docsize")
        for number in sorted(held.keys() | self._sums.keys()):
            if held.get(number) != self._sums.get(number):
                yield number

    def is_counted(self) -> bool:
        """Whether the numbers of rows and of words in each column are those of what should be there."""
        held = [number for counted in self._counted(f"main.{self._table}_data") for number in counted]
        return held == self._totals or not any((*held, *self._totals))

    def _counted(self, data: str) -> Iterator[list[int]]:
        for (record,) in self._database.execute(f"SELECT block FROM {data} WHERE id = 1"):
            yield list(_numbers(record))

    def _summed(self, occurrences: str, sizes: str) -> dict[int, int]:
        sums: defaultdict[int, int] = defaultdict(int)
        for number, size in self._database.stream(f"SELECT id, sz FROM {sizes}"):
            sums[number] = hash(size) & _MASK
        for term, number, column, place in self._database.stream(
            f"SELECT term, doc, col, offset FROM {occurrences}"
        ):
            sums[number] = sums[number] + hash((term, column, place)) & _MASK
        return dict(sums)


def _numbers(record: bytes) -> Iterator[int]:
    number = 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            yield number
            number = 0
