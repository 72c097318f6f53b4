"""
Keeping the vector index in step with SQLite, and finding what is wrong.

The index is never written by whoever remembers or forgets: it reads the changes since its watermark from
SQLite when it is needed. A file that is lost, damaged, or ahead of the memory (which a restored copy can be)
is built anew; nobody has to ask for it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np

from scenograph.errors import StoreError
from scenograph.memory.index.vector_index import UnusableIndexError, VectorIndex
from scenograph.memory.index.vectors import encode
from scenograph.memory.lemmas import index_form
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import expected_schema, schema_text
from scenograph.memory.symbols import name_of, symbols_of

_log = logging.getLogger(__name__)


def load_or_build(path: Path, crystals: Crystals) -> VectorIndex:
    """The index of *crystals*, from its file where that can be used, up to date."""
    try:
        index = VectorIndex.load(path, crystals.uuid())
        catch_up(index, crystals)
    except UnusableIndexError as reason:
        if path.exists():
            _log.warning("%s; building it anew", reason)
        return build(crystals)
    return index


def build(crystals: Crystals) -> VectorIndex:
    """An index of all *crystals*."""
    index = VectorIndex()
    for ids in crystals.walk():
        _add(index, crystals, ids)
    index.watermark = crystals.watermark()
    return index


def catch_up(index: VectorIndex, crystals: Crystals) -> None:
    """
    Take what has changed since its watermark into *index*.

    Raises:
        UnusableIndexError: if it has seen changes that are not part of this memory's history
    """
    latest = crystals.watermark()
    if latest == index.watermark:
        return
    if not crystals.has_watermark(index.watermark):
        raise UnusableIndexError("the vector index has seen changes that this memory has not")
    last = {c.crystal: c.kind for c in crystals.changes(index.watermark.seq) if c.kind != "source"}
    crystals.evict(crystal for crystal, kind in last.items() if kind == "forget")
    index.remove(last.keys() & index.ids)
    for ids in _batches(sorted(crystal for crystal, kind in last.items() if kind == "remember"), 500):
        _add(index, crystals, ids)
    index.watermark = latest


def _add(index: VectorIndex, crystals: Crystals, ids: Sequence[int]) -> None:
    scenes = crystals.scenes(ids)
    if scenes:
        index.add(list(scenes), encode(list(scenes.values())))


def problems(crystals: Crystals, index: Callable[[], VectorIndex | None]) -> list[str]:
    """
    Compare everything in a memory with everything else.

    Args:
        crystals: the memory
        index: loads the vector index, up to date; None if there is none yet
    Returns:
        one line for each thing wrong: damaged pages and rows, crystals whose notation is not what their
        digest names, symbols, words or vectors that are not those of their crystals; none if all is sound.
    """
    found: list[str] = []
    for examination in (_pages, _history, _crystals, _sources, lambda c: _vectors(c, index)):
        try:
            found.extend(examination(crystals))
        except StoreError as error:
            found.append(str(error))
        except (
            Exception
        ) as error:  # in a damaged row any column can hold anything, and none of it may stop us
            found.append(f"the database is damaged: reading it failed with {error!r}")
    return list(dict.fromkeys(found))


def _pages(crystals: Crystals) -> Iterator[str]:
    """What SQLite itself finds, the full-text index included, and a schema that is not ours."""
    for (line,) in crystals.database.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield f"the database is damaged: {line}"
    for table, row, *_ in crystals.database.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} refers to a crystal that is not there"
    if schema_text(crystals.database) != expected_schema():
        yield "the tables of the database are not those of a memory"


def _history(crystals: Crystals) -> Iterator[str]:
    alive: Counter[int] = Counter()
    last = 0
    for change in crystals.changes():
        if change.seq != last + 1:
            yield f"the history lacks what stood between change {last} and change {change.seq}"
        last = change.seq
        alive[change.crystal] += {"remember": 1, "source": 0, "forget": -1}[change.kind]
    present = set(chain.from_iterable(crystals.walk()))
    for crystal in sorted(present ^ {crystal for crystal, count in alive.items() if count == 1}):
        yield f"crystal {crystal} {'has no history' if crystal in present else 'is lost'}"
    given = dict(crystals.database.execute("SELECT name, seq FROM sqlite_sequence"))
    if given.get("changes", 0) != last or given.get("crystals", 0) != max(alive, default=0):
        yield "the counters of the database do not agree with its history"


def _crystals(crystals: Crystals) -> Iterator[str]:
    execute = crystals.database.execute
    for symbol, name in execute("SELECT symbol, name FROM symbols"):
        if name_of(symbol) != name:
            yield f"the name of symbol {symbol} is damaged; rebuild_index() repairs it"
    for (symbol,) in execute("SELECT symbol FROM symbols WHERE id NOT IN (SELECT symbol FROM mentions)"):
        yield f"symbol {symbol} belongs to no crystal; rebuild_index() repairs it"
    for (crystal,) in execute(
        "SELECT DISTINCT crystal FROM mentions WHERE crystal NOT IN (SELECT id FROM crystals)"
    ):
        yield f"symbols are kept for crystal {crystal}, which is not there; rebuild_index() repairs it"
    for crystal in chain.from_iterable(crystals.walk()):
        try:
            scene = crystals.get(crystal).scene
        except StoreError as error:
            yield str(error)
            continue
        mentioned = execute(
            "SELECT symbol FROM symbols WHERE id IN (SELECT symbol FROM mentions WHERE crystal = ?)",
            (crystal,),
        )
        if {row[0] for row in mentioned} != set(symbols_of(scene)):
            yield f"the symbols of crystal {crystal} are not those of its scene; rebuild_index() repairs it"


def _sources(crystals: Crystals) -> Iterator[str]:
    yield from crystals.damaged_sources()
    execute = crystals.database.execute
    for (row,) in execute("SELECT rowid FROM words EXCEPT SELECT id FROM sources WHERE text IS NOT NULL"):
        yield f"words are kept for source {row}, which has no text; rebuild_index() repairs it"
    for rows in crystals.database.pages(
        "SELECT id, text, lemmas FROM sources LEFT JOIN words ON words.rowid = sources.id "
        "WHERE text IS NOT NULL AND id > ? ORDER BY id"
    ):
        for source, text, lemmas in rows:
            if lemmas != index_form(text):
                yield f"the words of source {source} are not those of its text; rebuild_index() repairs it"


def _vectors(crystals: Crystals, load: Callable[[], VectorIndex | None]) -> Iterator[str]:
    try:
        index = load()
    except UnusableIndexError as error:
        yield f"{error}; it will be built anew when it is next needed"
        return
    if index is None:
        return
    present = set(chain.from_iterable(crystals.walk()))
    for crystal in sorted(index.ids ^ present):
        yield f"the vector index is wrong about crystal {crystal} being there; rebuild_index() repairs it"
    for ids in _batches(sorted(index.ids & present), 500):
        vectors = encode(list(crystals.scenes(ids).values()))
        unlike = np.abs(index.vectors(ids) - vectors).max(axis=1, initial=0) > 1e-4
        for crystal in np.array(ids)[unlike].tolist():
            yield f"the vector of crystal {crystal} is not that of its scene; rebuild_index() repairs it"


def _batches(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch
