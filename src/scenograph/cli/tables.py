"""Tables on stdout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scenograph.cli import output


def aligned(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """
    Print a table with one line for each row, as wide as its cells.

    Args:
        numbers: the columns that are aligned on the right
    """
    lines = [tuple(columns), *map(tuple, rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, cell, width in zip(columns, line, widths, strict=True)
        )
        output.data("  ".join(cells).rstrip())
