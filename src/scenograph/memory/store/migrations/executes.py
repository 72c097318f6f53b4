"""What a migration needs of a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from scenograph.memory.store.seals import Value


class Executes(Protocol):
    """Runs SQL."""

    def execute(self, sql: str, values: Sequence[Value] = (), /) -> Iterable[tuple[Any, ...]]:
        """Run one statement; its rows."""
        ...
