"""What the realiser offers: `say` a scene, `phrase` a part of it, `outline` what cannot be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from scenograph.core import Scene
from scenograph.core.links import unquote
from scenograph.dialogue.speech import speech_of, unspoken
from scenograph.errors import SurfaceError
from scenograph.readers.unsure import sure_part
from scenograph.realiser.english import English
from scenograph.realiser.russian import Russian
from scenograph.realiser.speaker import Speaker
from scenograph.realiser.text import flat
from scenograph.realiser.view import Target, View
from scenograph.realiser.wording import PLAIN, Watched, Wording

_SPEAKERS: Final[Mapping[str, type[Speaker]]] = {"en": English, "ru": Russian}
LANGUAGES: Final = tuple(_SPEAKERS)
_ADDED: Final = {"en": ("as above", "of"), "ru": ("см. выше", "при")}
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)


def say(scene: Scene, language: str, wording: Wording = PLAIN) -> str:
    """
    Return *scene* as one sentence of *language* (`en` or `ru`).

    What the scene does not say, such as the order of words, is chosen. Concepts of the other language stay as
    they are. What somebody said is said as in a chat, with the name before it; links marked as unsure are
    left out.

    Args:
        wording: which way is taken where a language has several

    Example:
        >>> say(Scene.parse('(l / leave :agent (i / I :same (a / entity :name "Anna")) :speaker a)'), "en")
        'Anna: I leave.'

    Raises:
        SurfaceError: if a part of the scene cannot be said; it names the part
    """
    return worded(scene, language, wording)[0]


def worded(scene: Scene, language: str, wording: Wording) -> tuple[str, frozenset[str]]:
    """
    Say *scene* as `say` does, and name the choices that were looked at.

    Returns:
        The text, and the fields of *wording*: a change of any other field gives the same text.
    """
    speaker = speech_of(scene).speaker
    scene = unspoken(sure_part(scene))
    view = View(scene)
    watched = Watched(wording)
    lines = (
        _speaker(view, language, cast("Wording", watched)).sentence().splitlines()
    )  # concepts may hold line ends
    text = " ".join(part.strip() for part in lines).strip()
    if text in (".", "?") and text not in map(unquote, scene.concepts):
        raise SurfaceError(f"the scene has no words to say: {scene.format(indent=None)[:80]}")
    unsaid = [node for node in range(len(scene.concepts)) if node not in view.named]
    if unsaid:
        raise SurfaceError(f"no sentence says the node {scene.concepts[unsaid[0]]!r}; an outline does")
    return f"{speaker}: {text}" if speaker else text, frozenset(watched.seen)


def phrase(scene: Scene, node: Target, language: str, role: str | None = None) -> str:
    """
    Return one node with all that hangs on it as a phrase, without a capital or full stop.

    Args:
        node: a node of *scene*, or a constant as scenes write it
        role: the role that it fills, with its colon; it decides the preposition and the case. `:is`: what
            something is said to be, as after «is». None: none

    Raises:
        SurfaceError: if it cannot be said
    """
    name = None if role is None else role.removeprefix(":")
    return flat(_speaker(View(scene), language).phrase(node, name))


def outline(scene: Scene, language: str | None = None) -> str:
    """
    Return *scene* as an indented outline in plain words: what hangs on what, and how. It never fails.

    Args:
        language: what the words that the outline adds are said in; None: Russian if the scene is in Cyrillic
    """
    if language is None:
        language = "ru" if _CYRILLIC.search(" ".join(scene.concepts)) else "en"
    again, backwards = _ADDED.get(language, _ADDED["en"])
    out: list[list[tuple[int, str, Target]]] = [[] for _ in scene.concepts]
    into: list[list[tuple[int, str, int]]] = [[] for _ in scene.concepts]
    for place, (source, role, target) in enumerate(scene.triples):
        out[source].append((place, role[1:], target))
        if isinstance(target, int):
            into[target].append((place, role[1:], source))
    lines: list[str] = []
    seen: set[int] = set()
    drawn: set[int] = set()
    stack: list[tuple[int, int, str, Target]] = [(-1, 0, "", 0)]
    while stack:
        link, depth, before, here = stack.pop()
        if link in drawn:
            continue
        drawn.add(link)
        word = unquote(scene.concepts[here] if isinstance(here, int) else here)
        known = isinstance(here, int) and here in seen
        lines.append(f"{'  ' * depth}{before}{word}" + (f" ({again})" if known else ""))
        if isinstance(here, str) or known:
            continue
        seen.add(here)
        below: list[tuple[int, int, str, Target]] = [
            (place, depth + 1, f"{role}: ", target) for place, role, target in out[here]
        ]
        below += [
            (place, depth + 1, f"{role} {backwards}: ", source)
            for place, role, source in into[here]
            if source not in seen
        ]
        stack += reversed(below)
    return "\n".join(lines)


def _speaker(view: View, language: str, wording: Wording = PLAIN) -> Speaker:
    speaker = _SPEAKERS.get(language)
    if speaker is None:
        raise SurfaceError(f"language {language!r} is not spoken here; choose from {', '.join(LANGUAGES)}")
    return speaker(view, wording)
