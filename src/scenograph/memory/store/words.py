"""
Words in SQLite: a full-text index with one row per crystal, which keeps no text.

The column ``text`` has the lemmas of all source texts of the crystal, ``names`` the words of its symbols, so
that a word finds a crystal whether it was told in a text or stands in the scene:

    >>> symbol_words(":birthPlace"), symbol_words('"Alan_Bean"')
    ('birth place', 'alan bean')

What was put in has to be said again to take it out, since the index keeps no text; it can be, from the
crystal and its sources. That holds as long as words have the same lemmas: `derivation` names what they depend
on, and where that has changed all is derived anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import version

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.memory.lemmas import index_form
from scenograph.memory.store.database import Database
from scenograph.memory.symbols import symbols_of

_FORM = 1  # how texts and symbols become words; raised whenever that changes
_CASE = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ])")

Words = tuple[str, str]
"""The columns of one row: text, names."""


@cache
def derivation() -> str:
    """Names the way in which what is derived comes about."""
    return f"{_FORM} pymorphy3 {version('pymorphy3')} {version('pymorphy3-dicts-ru')}"


@lru_cache(maxsize=1 << 15)
def symbol_words(symbol: str) -> str:
    """The words of *symbol* as memory indexes them; roles are split where the case changes."""
    return index_form(_CASE.sub(" ", symbol) if symbol.startswith(":") else unquote(symbol))


def words_of(scene: Scene, texts: Iterable[str]) -> Words:
    """What is indexed of a crystal, the same for every drawing of its scene."""
    return " ".join(map(index_form, texts)), " ".join(map(symbol_words, sorted(symbols_of(scene))))


class WordIndex:
    """The rows of words; whoever removes one says what it held."""

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
