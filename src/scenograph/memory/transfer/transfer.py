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

Laws: an export imported into an empty memory and exported again is the same bytes, in either form and from
one to the other. Merging twice is merging once, and two memories that merge each other hold the same, but for
numbers and order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from scenograph.memory.held import DATABASE, Held
from scenograph.memory.records import Merged
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database
from scenograph.memory.store.sources import Origin
from scenograph.memory.store.validity import Validities
from scenograph.memory.transfer.exchange import Moved, export_records, import_records
from scenograph.memory.transfer.lines import read_lines, write_lines
from scenograph.memory.transfer.quads import read_quads, write_quads


class Moving(Held):
    """The part of a memory that moves it. All of it works through files larger than the computer's memory."""

    def export_to(self, file: IO[str]) -> int:
        """
        Write this memory to *file* as JSON lines (`scenograph.memory.transfer.lines`).

        Returns:
            how many crystals and unread texts that were
        Raises:
            StoreError: at a damaged record
        """
        return self._export(file, write_lines(export_records(self._crystals, self._validities)))

    def export_rdf(self, file: IO[str]) -> int:
        """
        Write this memory to *file* as N-Quads, a named graph for each crystal
        (`scenograph.memory.transfer.quads`).

        Returns:
            how many crystals and unread texts that were
        Raises:
            StoreError: at a damaged record
            MissingExtraError: if pyoxigraph is not installed
        """
        return self._export(file, write_quads(export_records(self._crystals, self._validities)))

    def _export(self, file: IO[str], pieces: Iterable[str]) -> int:
        """Write *pieces*: a beginning, one for each crystal and unread text, an end."""
        with self._database.snapshot():
            return sum(1 for piece in pieces if file.write(piece)) - 2

    def import_from(self, lines: Iterable[str | bytes]) -> int:
        """
        Add an exported memory to this one, wholly or not at all.

        Args:
            lines: what `export_to` wrote, an open file for instance
        Returns:
            how many crystals were new
        Raises:
            StoreError: naming the line that cannot be imported
        """
        return self._import(read_lines(lines)).crystals

    def import_rdf(self, file: IO[str]) -> int:
        """
        Add a memory that `export_rdf` wrote to this one, wholly or not at all.

        Returns:
            how many crystals were new
        Raises:
            StoreError: naming the graph that cannot be imported
            MissingExtraError: if pyoxigraph is not installed
        """
        return self._import(read_quads(file)).crystals

    def merge(self, other: Held | str | os.PathLike[str]) -> Merged:
        """
        Add all that *other*, a memory or its folder, holds to this one; *other* stays as it is.

        Sources and validity are united: what either of them has corrected is corrected.

        Returns:
            what was new
        Raises:
            StoreError: if there is no memory, or it holds a damaged record; nothing is added then
        """
        folder = other.folder if isinstance(other, Held) else Path(other)
        if (folder / DATABASE).exists() and (folder / DATABASE).samefile(self.folder / DATABASE):
            return Merged(0, 0, 0, 0)
        theirs = Database(folder / DATABASE, create=False)
        try:
            with theirs.snapshot():
                return self._import(export_records(Crystals(theirs), Validities(theirs)))
        finally:
            theirs.close()

    def _import(self, records: Iterable[Moved | Origin]) -> Merged:
        with self.transaction():
            return import_records(records, self._crystals, self._validities)
