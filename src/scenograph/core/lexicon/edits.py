"""
Edits: what a scene has otherwise than its archetype.

A crystal of an archetype with edits expands in two steps: the archetype with its fillers gives a scene that
is near, and the edits, a delta (`..delta`) that hangs on the crystal's root, make it the right one::

    Δ1 = (g / give :agent (p / person :name ?1) :object (b / book :mod (r / red)))

    (g / give :agent (p / person :name "Anna") :object (b / book :mod (x / blue)))
    (d / Δ1 :1 "Anna" :edit (e / ⟁edits :edit (r / rename :node 3 :concept blue)))
"""

from __future__ import annotations

from ..delta import Delta, apply, diff
from ..scene import Scene
from .length import length
from .lexeme import Lexeme, is_hole_role
from .mutable import MutableScene

EDITS = "⟁edits"
"""Concept of the node that holds the edits; scenes that happen to use it have it escaped."""

ROLE = ":edit"
_CHEAPEST = 7  # tokens of an edit at least


def edited(scene: Scene) -> Scene:
    """
    Return *scene*, unfolded, with the edits at its root carried out.

    Raises:
        SceneError: if they are no edits of this scene
    """
    for link in scene.out():
        if link.role == ROLE and isinstance(link.target, int) and scene.concepts[link.target] == EDITS:
            near = scene.without_links([link])
            return apply(Delta.from_scene(scene.sub(link.target), near.digest), near)
    return scene


def folded_with_edits(scene: Scene, lexeme: Lexeme, limit: int) -> Scene | None:
    """
    Return *scene* as the archetype *lexeme* with edits; `edited` undoes it once that is unfolded.

    None if the archetype is too far away: if the result would be no shorter than *limit*, or is not found.
    """
    near = _near(scene, lexeme, limit)
    if near is None:
        return None
    draft = MutableScene(near)
    draft.unfold(0, lexeme)
    edits = diff(draft.scene(), scene).to_scene(EDITS, source=False)
    base = len(near.concepts)
    links = [(s + base, r, t + base if isinstance(t, int) else t) for s, r, t in edits.links]
    packed = Scene.build([*near.concepts, *edits.concepts], [*near.links, (0, ROLE, base), *links])
    return packed if length(packed) < limit else None


def _near(scene: Scene, lexeme: Lexeme, limit: int) -> Scene | None:
    """Return the archetype with the fillers that come nearest to *scene*, without edits."""
    pattern = lexeme.pattern
    place = {0: 0}
    fillers: dict[str, int | str] = {}
    wrong = 0  # places that need an edit
    rest: list[tuple[str, int | str]] = []
    for node in lexeme.order:
        if node not in place:
            return None
        concept, own = pattern.concepts[node], scene.concepts[place[node]]
        if concept in lexeme.concept_holes:
            wrong += fillers.setdefault(concept, own) != own
        else:
            wrong += concept != own
        items = [(link.role, link.target) for link in scene.out(place[node])]
        for _, role, target in pattern.out(node):
            found = next(
                (item for item in items if item[0] == role and _can_lie(target, item[1], place)), None
            )
            if found is None:
                wrong += isinstance(target, int) or target not in lexeme.holes
                continue
            items.remove(found)
            if isinstance(target, int):
                assert isinstance(found[1], int), "a node lies on a node"
                place.setdefault(target, found[1])
            elif target in lexeme.holes:
                wrong += fillers.setdefault(target, found[1]) != found[1]
            else:
                wrong += target != found[1]
        if node:
            wrong += len(items)
        else:
            rest = items
    if any(is_hole_role(role) for role, _ in rest):
        return None  # it would look like a filler
    packed = _crystal(scene, lexeme, place, fillers, rest)
    if packed is None or not wrong or length(packed) + _CHEAPEST * wrong >= limit:
        return None
    return packed


def _can_lie(target: int | str, other: int | str, place: dict[int, int]) -> bool:
    """True if the pattern's *target* and *other* are of one kind, and not both laid elsewhere."""
    if isinstance(target, str):
        return True
    if target in place:
        return place[target] == other
    return isinstance(other, int) and other not in place.values()


def _crystal(
    scene: Scene,
    lexeme: Lexeme,
    place: dict[int, int],
    fillers: dict[str, int | str],
    rest: list[tuple[str, int | str]],
) -> Scene | None:
    """Return the archetype's node with its fillers and other links; None if they need what it stands for."""
    inner = {here for node, here in place.items() if node}
    reached = [target for target in (*fillers.values(), *(t for _, t in rest)) if isinstance(target, int)]
    seen = set(scene.reach(*reached))
    if inner & seen or 0 in seen:
        return None
    kept = [0, *sorted(seen)]
    number = {node: n for n, node in enumerate(kept)}

    def end(target: int | str) -> int | str:
        return number[target] if isinstance(target, int) else target

    links: list[tuple[int, str, int | str]] = [(0, role, end(target)) for role, target in rest]
    links += [(0, f":{n}", end(fillers[hole])) for n, hole in enumerate(lexeme.holes, 1) if hole in fillers]
    links += [(number[s], r, end(t)) for s, r, t in scene.links if s in seen]
    return Scene.build([lexeme.name, *(scene.concepts[node] for node in kept[1:])], links)
