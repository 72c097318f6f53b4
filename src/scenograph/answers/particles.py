"""
Particles: «stay in» is a verb with a particle, or a verb and where; it is read in both ways.

    Why did we stay in?     stay-in :because hole       stay :place in, :because hole
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scenograph.answers.pattern import Ask, Draft, Pattern

_PARTICLES: Final = frozenset({"over", "up", "out", "off", "down", "on", "in", "away", "through"})
_BESIDE: Final = frozenset({":place", ":mod"})


def with_particle(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """
    «take over her tasks», read as taking something over them, may be read as taking them over, too.

    «stay in» is a verb with a particle, or one that says where; so is «go out» in what somebody has done.
    """
    root, concept = draft.root, draft.concepts[draft.root] or ""
    for ask in here:
        bare = isinstance(ask.target, int) and ask.target not in draft.holes
        word = draft.concepts[ask.target] if bare and isinstance(ask.target, int) else None
        if ask.role[1:] in _PARTICLES:
            draft.concepts[root] = f"{concept}-{ask.role[1:]}"
            others = [it for it in draft.links if it != ask]
            yield draft.pattern(root, [ask._replace(role=":object"), *others], "particle")
        elif (
            word in _PARTICLES and ask.role in _BESIDE and all(it.source != ask.target for it in draft.links)
        ):
            draft.concepts[root] = f"{concept}-{word}"
            yield draft.pattern(root, [it for it in draft.links if it != ask], "particle")
        draft.concepts[root] = concept
    verb, _, particle = concept.partition("-")
    if particle in _PARTICLES:
        draft.concepts[root] = verb
        draft.concepts.append(particle)
        draft.names.append(())
        yield draft.pattern(root, [*draft.links, Ask(root, ":place", len(draft.names) - 1)], "particle")
        draft.names.pop()
        draft.concepts.pop()
        draft.concepts[root] = concept
