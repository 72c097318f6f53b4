"""The form in which a clause is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from scenograph.realiser.view import Target


@final
@dataclass(frozen=True, slots=True)
class Form:
    """
    The form in which a clause is asked for.

    Attributes:
        kind: `finite`, `infinitive`, `bare` (an infinitive without «to»), `gerund`, `participle`
        silent: nodes that are not said in it: the noun that it describes, the subject that it shares
        denied: whether it is denied
        asks: whether it is a question of its own
    """

    kind: str = "finite"
    silent: frozenset[Target] = frozenset()
    denied: bool = False
    asks: bool = False

    def but(self, **changes: object) -> Form:
        """Return this form with *changes*."""
        return replace(self, **changes)  # type: ignore[arg-type]
