"""
Asked: what an open question asks, as patterns that a clause may answer.

    Do you know where Maria works?          where Maria works
    Didn't Maria come?                      whether Maria did not come

The patterns are the forms that an answer may have (`scenograph.answers.forms`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

from scenograph.answers.classes import ANY, ANYTHING, ASKING, DENYING
from scenograph.answers.families import ADVERBIAL, MARKS
from scenograph.answers.forms import Wide, forms
from scenograph.answers.limits import absences, denials, word
from scenograph.answers.pattern import ENTITY, SILENT, Draft, Pattern
from scenograph.core.links import Link, is_unknown, unquote
from scenograph.core.scene import Scene
from scenograph.readers.roles import ALLOWING

_EMPTY: Final = frozenset({ENTITY, "and", "or", "but", "not", "whether", "be", "быть"})
"""Concepts that tell nothing to search for."""

MOST_ASKS: Final = 150
"""Links of the longest question that is matched by degrees; a longer one is matched exactly or not at all."""


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """
    What an open question asks.

    Attributes:
        patterns: the forms that an answer may have, the question's own first; none if nothing can answer
        is_whether: whether it asks yes or no
        cue: what to search memory for: the question without marks and unknowns
        words: the words of content that it says, for a search by words
        scene: the clause that asks
    """

    patterns: tuple[Pattern, ...]
    is_whether: bool
    cue: Scene
    words: tuple[str, ...]
    scene: Scene


def is_open(question: Scene) -> bool:
    """
    Return whether *question* is an open scene, which is answered by what is said in other words, too.

    Open scenes, and so those of the bundled world, have marks or name things without saying what they are, or
    ask where, when, why or how, or say what one may or must.
    """
    return (
        ENTITY in question.concepts
        or not ADVERBIAL.isdisjoint(question.unknowns)
        or question.root_concept in ALLOWING
        or any(link.role in MARKS - {":degree", ":number"} for link in question.links)
    )


def asked(question: Scene) -> Asked:
    """Return what the open *question* asks."""
    wide = _unwrapped(question)
    draft = Draft.of(wide.scene, wide.node, wide.is_denied)
    patterns: list[Pattern] = []
    if (draft.holes or wide.is_whether) and len(draft.links) <= MOST_ASKS:
        patterns = list(forms(draft, wide))
    words = [unquote(concept) for concept in wide.scene.concepts if _tells(concept)]
    words += [
        unquote(target)
        for _, role, target in wide.scene.links
        if isinstance(target, str) and _is_value(role, target)
    ]
    return Asked(
        tuple(patterns), wide.is_whether, _cue(wide.scene, wide.node), tuple(dict.fromkeys(words)), wide.scene
    )


def _unwrapped(question: Scene) -> Wide:
    """Return the clause that asks: without *whether*, *not*, «do you know» and the clauses beside it."""
    asks = bool(question.unknowns)
    node, is_denied, form = 0, False, ""
    is_whether = not asks
    left: set[int] = set()
    extra: list[tuple[str, int | str]] = []  # what *not* says of its clause
    while True:
        concept = question.concepts[node]
        nodes = [(link.role, link.target) for link in question.out(node)]
        inner: int | None = None
        if concept in ("and", "but", "or"):
            parts = [t for role, t in nodes if role.startswith(":op") and isinstance(t, int)]
            holding = [t for t in parts if not asks or _holds_unknown(question, t)]
            if not any(isinstance(t, str) and is_unknown(t) for _, t in nodes):
                inner = next(iter(holding), None)
        elif concept == "whether":
            inner = _one(question, node, ":content")
        elif concept == "not":
            inner = _one(question, node, ":op1")
            if inner is not None:
                is_denied = not is_denied
                extra += [(role, t) for role, t in nodes if role != ":op1" and role not in SILENT]
        elif asks and concept in ASKING and not _asks_itself(question, node):
            content = _one(question, node, ":content")
            if content is not None and _holds_unknown(question, content):
                inner, form = content, "wrapped"
        if inner is None or inner in left:
            break
        left.add(node)
        node = inner
    is_denied |= bool(denials(question, node) or absences(question, node))  # «What do we never eat?»
    silent = denials(question, node, DENYING | ANYTHING)  # «Does he ever sleep?», «Did anybody sleep?»
    silent += [it for it in question.links if it.role == ":quant" and word(question, it) in ANY]
    scene, place = _part(question, node, left, extra, silent)
    return Wide(scene, place, is_whether, is_denied, form)


def _one(scene: Scene, node: int, role: str) -> int | None:
    return next((t for t in scene.targets(role, node) if isinstance(t, int)), None)


def _holds_unknown(scene: Scene, node: int) -> bool:
    return any(
        is_unknown(scene.concepts[here])
        or any(isinstance(link.target, str) and is_unknown(link.target) for link in scene.out(here))
        for here in scene.reach(node)
    )


def _asks_itself(scene: Scene, node: int) -> bool:
    """Whether *node* has an unknown of its own: «Who said that …?»."""
    return any(
        is_unknown(link.target if isinstance(link.target, str) else scene.concepts[link.target])
        for link in scene.out(node)
    )


def _part(
    scene: Scene,
    start: int,
    left: set[int],
    extra: Iterable[tuple[str, int | str]],
    without: Collection[Link],
) -> tuple[Scene, int]:
    """
    Return what hangs together with *start*, and *start* in it, its root.

    Left out are the nodes *left* and the links *without*; *extra* links of *start* are added.
    """
    near: list[set[int]] = [set() for _ in scene.concepts]
    links = [
        link
        for link in scene.links
        if link.source not in left and link.target not in left and link not in without
    ]
    links += [Link(start, role, target) for role, target in extra if target not in left]
    for source, _, target in links:
        if isinstance(target, int):
            near[source].add(target)
            near[target].add(source)
    order = [start]
    for node in order:
        order += sorted(near[node] - set(order))
    return _of_nodes(scene.concepts, order, links), 0


def _of_nodes(concepts: Sequence[str], nodes: Sequence[int], links: Iterable[Link]) -> Scene:
    """Return the scene of some *nodes* with their *concepts*, and with the *links* that leave them."""
    place = {node: number for number, node in enumerate(nodes)}
    kept = [(place[s], role, place[t] if isinstance(t, int) else t) for s, role, t in links if s in place]
    return Scene.build([concepts[node] for node in nodes], kept)


def _tells(concept: str) -> bool:
    return not is_unknown(concept) and concept not in _EMPTY


def _is_value(role: str, target: str) -> bool:
    return not is_unknown(target) and role not in MARKS


def _cue(scene: Scene, node: int) -> Scene:
    """Return *scene* without marks and unknowns, as far as it hangs together with *node*."""
    links = [
        link
        for link in scene.links
        if link.role not in MARKS
        and not (isinstance(link.target, str) and is_unknown(link.target))
        and not is_unknown(scene.concepts[link.source])
        and not (isinstance(link.target, int) and is_unknown(scene.concepts[link.target]))
    ]
    if is_unknown(scene.concepts[node]):
        node = next((link.target for link in scene.out(node) if isinstance(link.target, int)), node)
    reached = [node]
    for here in reached:
        for source, _, target in links:
            if source == here and isinstance(target, int) and target not in reached:
                reached.append(target)
            if target == here and source not in reached:
                reached.append(source)
    masked = ["_" if is_unknown(concept) else concept for concept in scene.concepts]
    return _of_nodes(masked, reached, links)
