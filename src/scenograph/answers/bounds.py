"""
Bounds: what was not so until a time began then, and what has not been so since a time was last so then.

    When did the shop open?         The shop didn't open until Monday.      on Monday
    When did Kate last dance?       Kate hasn't danced since May.           in May
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scenograph.answers.fitting import is_clause
from scenograph.answers.matched import Fill
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern
from scenograph.core.scene import Scene

NOT_UNTIL: Final = "not until"
"""The form of patterns whose answers are said as a time: «on Monday», though it was «not until Monday»."""

_WHEN: Final = Hole("?when")


def begun(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """Yield what says since or until when it was not so: English alone says by that when it was."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    holes = [ask for ask in here if ask.role == ":time" and isinstance(ask.target, int)]
    holes = [ask for ask in holes if draft.holes.get(_node(ask)) == _WHEN]
    if draft.is_denied or len(holes) != 1 or not concept.isascii():
        return
    [hole] = holes
    last = [ask for ask in here if isinstance(ask.target, int) and draft.concepts[ask.target] == "last"]
    rest = [ask for ask in draft.links if ask is not hole and ask not in last]
    draft.is_denied = True
    yield draft.pattern(root, [*rest, hole._replace(role=":since" if last else ":until")], NOT_UNTIL)
    draft.is_denied = False


def then(fills: tuple[Fill, ...], scene: Scene) -> tuple[Fill, ...]:
    """Return *fills* of such a pattern, laid on *scene*, as the time at which it was so."""
    return tuple(
        it._replace(role=":when" if is_clause(scene, it.target) else ":time") if it.unknown == "?when" else it
        for it in fills
    )


def _node(ask: Ask) -> int:
    assert isinstance(ask.target, int), "a hole is a node"
    return ask.target
