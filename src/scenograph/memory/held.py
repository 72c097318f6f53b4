"""What every part of a memory's face stands on: its folder, its database, and writing all or nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path

from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database
from scenograph.memory.store.validity import Validities

DATABASE = "memory.db"


class Held(ABC):
    """An open memory, as its parts see it."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._database = database
        self._crystals = Crystals(database)
        self._validities = Validities(database)

    @abstractmethod
    def transaction(self) -> AbstractContextManager[object]:
        """Everything the block writes, or nothing; on the disk when the outermost block ends. Blocks nest."""
