"""
Moving a memory: written to a file and read from one, as JSON lines or as RDF, and merged into another.

    >>> import io, tempfile
    >>> from scenograph.core.scene import Scene
    >>> from scenograph.memory import Memory
    >>> with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
    ...     with Memory.open(one) as ours, Memory.open(other) as theirs:
    ...         crystal = theirs.remember(Scene.parse('(b / bridge)'), text="A bridge.")
    ...         ours.merge(theirs)
    ...         any(ours.merge(theirs)), len(ours)
    Merged(crystals=1, sources=0, validity=0, unread=0)
    (False, 1)

Laws: an export imported into an empty memory and exported again is the same bytes, also from one form to the
other. Merging twice is merging once. Two memories that merge each other differ in numbers and order only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from scenograph.memory.records import Merged
from scenograph.memory.state import DATABASE, State
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database
from scenograph.memory.store.opening import is_there
from scenograph.memory.store.sources import Origin
from scenograph.memory.store.validity import Validities
from scenograph.memory.transfer.exchange import Moved, export_records, import_records
from scenograph.memory.transfer.lines import read_lines, write_lines


class Transfer:
    """
    The part of a memory that moves it. `Memory` documents its methods.

    All of it works through files larger than the computer's memory.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def export_lines(self, file: IO[str]) -> int:
        """Write the memory as JSON lines; return how many crystals and unread texts that were."""
        return self._export(file, write_lines(self._records()))

    def export_rdf(self, file: IO[str]) -> int:
        """Write the memory as N-Quads; return how many crystals and unread texts that were."""
        from scenograph.memory.transfer.quads import write_quads  # here, since it imports all of RDF

        return self._export(file, write_quads(self._records()))

    def import_lines(self, lines: Iterable[str | bytes]) -> int:
        """Add what `export_lines` wrote; return how many crystals were new."""
        return self._import(read_lines(lines)).crystals

    def import_rdf(self, file: IO[str]) -> int:
        """Add what `export_rdf` wrote; return how many crystals were new."""
        from scenograph.memory.transfer.quads import read_quads

        return self._import(read_quads(file)).crystals

    def merge(self, folder: str | os.PathLike[str]) -> Merged:
        """Add all that the memory in *folder* holds; return what was new."""
        path, own = Path(folder) / DATABASE, self._state.folder / DATABASE
        if is_there(path) and path.samefile(own):
            return Merged(0, 0, 0, 0)
        other = Database(path, create=False)
        try:
            other.check_sound()
            with other.snapshot():
                return self._import(export_records(Crystals(other), Validities(other)))
        finally:
            other.close()

    def _records(self) -> Iterable[Moved | Origin]:
        return export_records(self._state.crystals, self._state.validities)

    def _export(self, file: IO[str], pieces: Iterable[str]) -> int:
        """Write *pieces*: a beginning, one for each crystal and unread text, an end."""
        with self._state.database.snapshot():
            return sum(1 for piece in pieces if file.write(piece)) - 2

    def _import(self, records: Iterable[Moved | Origin]) -> Merged:
        with self._state.transaction():
            return import_records(records, self._state.crystals, self._state.validities)
