"""
The tables of a memory, as numbered migrations.

A released migration is never edited; a change of the tables is a new one at the end of `MIGRATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable

from scenograph.memory.store.migrations.executes import Executes
from scenograph.memory.store.migrations.first import first
from scenograph.memory.store.migrations.second import second
from scenograph.memory.store.migrations.third import third

MIGRATIONS: tuple[Callable[[Executes], None], ...] = (first, second, third)
"""`MIGRATIONS[n]` takes a memory from version n to version n + 1 (SQLite's `user_version`)."""

VERSION = len(MIGRATIONS)
