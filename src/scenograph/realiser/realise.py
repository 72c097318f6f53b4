"""What the realiser offers: `say` a scene, `phrase` a part of it, `outline` what cannot be said."""

from __future__ import annotations

from typing import Final

from scenograph.core import Scene
from scenograph.core.links import unquote
from scenograph.errors import SurfaceError
from scenograph.realiser import english, russian
from scenograph.realiser.text import flat
from scenograph.realiser.view import Target, View

LANGUAGES: Final = ("en", "ru")


def say(scene: Scene, language: str) -> str:
    """
    Return *scene* as one sentence of *language* (`en` or `ru`).

    What the scene does not say, such as articles, is chosen. Concepts of the other language stay as they are.

    Raises:
        SurfaceError: if a part of the scene cannot be said; it names the part
    """
    _check(scene, language)
    view = View(scene)
    speaker = english.English(view) if language == "en" else russian.Russian(view)
    text = speaker.sentence()
    if text in (".", "?") and text not in map(unquote, scene.concepts):
        raise SurfaceError(f"the scene has no words to say: {scene.format(indent=None)[:80]}")
    unsaid = [node for node in range(len(scene.concepts)) if node not in view.named]
    if unsaid:
        raise SurfaceError(f"no sentence says the node {scene.concepts[unsaid[0]]!r}; an outline does")
    return text


def phrase(scene: Scene, node: Target, language: str, role: str | None = None) -> str:
    """
    Return one node with all that hangs on it as a phrase, without a capital or full stop.

    Args:
        node: a node of *scene*, or a constant as scenes write it
        role: the role that it fills, with its colon; it decides the preposition and the case. None: none

    Raises:
        SurfaceError: if it cannot be said
    """
    _check(scene, language)
    view = View(scene)
    name = None if role is None else role.removeprefix(":")
    if language == "en":
        found = english.phrase(english.English(view), node, name)
    else:
        found = russian.phrase(russian.Russian(view), node, name)
    return flat(found)


def outline(scene: Scene, language: str | None = None) -> str:
    """
    Return *scene* as an indented outline in plain words: what hangs on what, and how. It never fails.

    Args:
        language: the language of the roles' names; None: that of the scene's own letters
    """
    lines: list[str] = []
    seen: set[int] = set()
    into: dict[int, list[tuple[str, int]]] = {}
    for source, role, target in scene.triples:
        if isinstance(target, int):
            into.setdefault(target, []).append((role, source))
    stack: list[tuple[int, str, Target, int]] = [(0, "", 0, -1)]
    while stack:
        depth, role, target, above = stack.pop()
        word = unquote(scene.concepts[target] if isinstance(target, int) else target)
        again = isinstance(target, int) and target in seen
        lines.append(f"{'  ' * depth}{role}{word}" + (" (as above)" if again else ""))
        if isinstance(target, str) or again:
            continue
        seen.add(target)
        below: list[tuple[int, str, Target, int]] = [
            (depth + 1, f"{role[1:]}: ", reached, target) for _, role, reached in scene.out(target)
        ]
        below += [
            (depth + 1, f"{role[1:]} of: ", source, target)
            for role, source in into.get(target, ())
            if source != above and source not in seen
        ]
        stack += reversed(below)
    return "\n".join(lines)


def _check(scene: Scene, language: str) -> None:
    if language not in LANGUAGES:
        raise SurfaceError(f"language {language!r} is not spoken here; choose from {', '.join(LANGUAGES)}")
