"""
Words in SQLite: a full-text index which keeps no text.

Each crystal has a row of its number: the column `names` has the words of its symbols, `text` the lemmas of
the first text that it has. Each further text has a row of its own, of the number of its source, negated: so
one more text takes the same time whether it is the second or the ten thousandth. A word finds a crystal
whether a text says it or it stands in the scene:

    >>> symbol_words(":birthPlace"), symbol_words(":born%20in"), symbol_words('"Alan_Bean"')
    ('birth place', 'born in', 'alan bean')

What was put in has to be said again to take it out, since the index keeps no text; it can be, from the
crystal and its sources. That holds as long as words have the same lemmas: `derivation` names what they depend
on, and where that has changed all is derived again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import unquote as percent_decode

import numpy as np
from numpy.typing import NDArray

from scenograph.core.links import unquote
from scenograph.errors import RefusedError
from scenograph.memory.store.database import Database
from scenograph.morphology.lemmas import index_form

_FORM = 5  # how texts and symbols become words; raised whenever that changes
_PART = re.compile(r'"([^"]*)"|([^\s"]+)')  # of what is looked for: words in quotes, or one
_MERGED = 500  # pages written by `WordIndex.tidy` at most, 2 MB
_CASE = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ])")

Words = tuple[str, str]
"""The columns of one row: text, names."""


@cache
def derivation() -> str:
    """Names the way in which what is derived comes about."""
    from importlib.metadata import version

    return f"{_FORM} pymorphy3 {version('pymorphy3')} {version('pymorphy3-dicts-ru')}"


@lru_cache(maxsize=1 << 13)
def symbol_words(symbol: str) -> str:
    """The words of *symbol* as memory indexes them; roles are split where the case changes."""
    return index_form(_CASE.sub(" ", percent_decode(symbol)) if symbol.startswith(":") else unquote(symbol))


def rows_of(
    crystal: int, symbols: Iterable[str], texts: Sequence[tuple[int, str]]
) -> Iterator[tuple[int, Words]]:
    """The rows of a crystal with these symbols and *texts*, each with the number of its source."""
    first = index_form(texts[0][1]) if texts else ""
    yield crystal, (first, " ".join(map(symbol_words, sorted(symbols))))
    if len(texts) > 1:
        yield from further_rows(texts[1:])


def further_rows(texts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Words]]:
    """The rows of texts of a crystal that has one already."""
    for source, text in texts:
        yield -source, (index_form(text), "")


class WordIndex:
    """The rows of words. To remove a row, give what it holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rows: Iterable[tuple[int, Words]]) -> None:
        """Index crystals that are not indexed yet."""
        self._database.execute_many(
            "INSERT INTO words (rowid, text, names) VALUES (?, ?, ?)",
            [(crystal, *words) for crystal, words in rows],
        )

    def remove(self, rows: Iterable[tuple[int, Words]]) -> None:
        """Take crystals out of the index, which were indexed by the same words."""
        self._database.execute_many(
            "INSERT INTO words (words, rowid, text, names) VALUES ('delete', ?, ?, ?)",
            [(crystal, *words) for crystal, words in rows],
        )

    def tidy(self) -> None:
        """Merge parts of both full-text indexes that many small writes left; takes bounded time."""
        for table in ("words", "names"):
            self._database.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', {_MERGED})")

    def scour(self, removed: Iterable[Words]) -> None:
        """
        Remove what is left of *removed* rows where pages of the index meet.

        FTS5 knows each page by the beginning of its first term, as much of it as tells it from the term
        before, and keeps that when the term is deleted. Where no term begins so any more, the index is
        written again.
        """
        beginnings = {_folded(word)[:2] for words in removed for part in words for word in part.split()}
        execute = self._database.execute
        execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_terms USING fts5vocab(main, words, row)")
        for (stored,) in execute("SELECT CAST(term AS BLOB) FROM words_idx"):
            border = stored[1:]  # after a byte that names the index
            text = border.decode(errors="ignore")
            if len(text) > 1 and text[:2] in beginnings:
                after = execute("SELECT term FROM temp.words_terms WHERE term >= ? LIMIT 1", (text,))
                if not after or not after[0][0].encode().startswith(border):
                    self._write_anew()
                    return

    def _write_anew(self) -> None:
        """Merge the whole index into one segment; a further row makes sure that there are two to merge."""
        row = [(0, ("a", ""))]
        self.add(row)
        self._database.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.remove(row)

    def saying(self, text: str) -> list[int]:
        """
        The crystals that say every word of *text*, in any form; words in quotes one after the other.

        Raises:
            StoreError: if *text* has no word
        """
        parts = [form for quoted, bare in _PART.findall(text) if (form := index_form(quoted or bare))]
        if not parts:
            raise RefusedError(f"there is no word to look for in {text!r}; give one at least")
        execute = self._database.execute
        found = set(rows_matching(execute, "words", " AND ".join(f'"{part}"' for part in parts)).tolist())
        if execute("SELECT 1 FROM words_docsize WHERE id < 0 LIMIT 1"):
            found |= set.intersection(*map(self._saying_part, parts))
        return sorted(found)

    def _saying_part(self, part: str) -> set[int]:
        """The crystals that say *part* in any of their rows."""
        rows = rows_matching(self._database.execute, "words", f'"{part}"', after=-(1 << 62)).tolist()
        query = "SELECT DISTINCT crystal FROM sources WHERE id IN (SELECT value FROM json_each(?))"
        stated = self._database.execute(query, (json.dumps([-row for row in rows if row < 0]),))
        return {row for row in rows if row >= 0}.union(row[0] for row in stated)


def rows_matching(
    execute: Callable[[str, tuple[str, int]], Sequence[tuple[Any, ...]]],
    table: str,
    expression: str,
    after: int = -1,
) -> NDArray[np.int64]:
    """
    The ids of the rows that match a full-text expression, ascending.

    To rank them as well takes 20 times as long: FTS5 looks up how long each is, and counts all rows that have
    each word of the expression.

    Args:
        execute: runs a statement
        table: "words" or "names"
        expression: what FTS5 is to look for
        after: only rows with a larger id are searched
    """
    # As one value, which takes a third of the time of a row for each.
    rows = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid > ?"
    [(found,)] = execute(f"SELECT json_group_array(rowid) FROM ({rows})", (expression, after))
    return np.array(json.loads(found), np.int64)


def _folded(word: str) -> str:
    """*word* without diacritics, as FTS5 folds it."""
    return "".join(letter for letter in normalize("NFD", word) if not combining(letter))
