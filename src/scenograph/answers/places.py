"""
Places: what is somewhere, by the place that a sentence calls it by.

    What is on the desk?        hole :on desk        «I left a letter on the desk.»
"""

from __future__ import annotations

from collections.abc import Iterator

from scenograph.answers.classes import KEPT
from scenograph.answers.families import PLACES
from scenograph.answers.pattern import THERE, Ask, Draft, Hole, Pattern


def kept_there(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What is on the desk?» is answered by «I left a letter on the desk»: what is called by that place."""
    holes = [ask.target for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    holes = [it for it in holes if it in draft.holes]
    places = [ask for ask in here if ask.role in PLACES and ask.target not in draft.holes]
    others = [ask for ask in here if ask not in places and ask.target not in holes]
    if len(holes) == len(places) == 1 and not others and draft.holes[holes[0]] == Hole("?what"):
        rest = [ask for ask in draft.links if ask.source != draft.root]
        yield draft.pattern(holes[0], [places[0]._replace(source=holes[0]), *rest], THERE)


def kept_with(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«У кого ключи?» is answered by «Ключи лежат у вахтёра»."""
    things = [ask.target for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    holes = [it.target for it in here if it.role == ":poss" and it.target in draft.holes]
    if len(things) != 1 or len(holes) != 1 or things[0] in draft.holes:
        return
    root, concept = draft.root, draft.concepts[draft.root]
    rest = [ask for ask in draft.links if ask.source != root]
    for verb in KEPT:
        draft.concepts[root] = verb
        asks = [Ask(root, ":agent", things[0]), *rest, Ask(root, ":at", holes[0])]
        yield draft.pattern(root, asks, "kept")
    draft.concepts[root] = concept
