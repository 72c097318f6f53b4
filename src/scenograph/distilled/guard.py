"""
The guard: whether a text says its scene.

The text is read back. The scene must stand in what was read, whole: each of its concepts, links and values.
The style may say something around it, as «Aye, Anna sold it, by the seven seas!» does, but not much, and
nothing that denies, asks, demands or doubts.

    >>> scene = Scene.parse('(s / sell :agent (e / entity :name "Anna") :object (h / house))')
    >>> back = Scene.parse('(s / sell :agent (e / entity :name "Anna") :object (h / house) :remark aye)')
    >>> missing(scene, back), missing(back, scene)
    ([], ['sell :remark aye'])
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from scenograph.core import Scene
from scenograph.core.retention import Alignment, align
from scenograph.corpus.example import language_of
from scenograph.distilled.candidates import Candidate, Said, Verdict

_WORD: Final = re.compile(r"[^\W_]+")
_NO_SPEECH: Final = re.compile(r"[<>{}\[\]|*_#`\\=]|\( ?\w+ ?[:/]|https?:|^\W*\w+ ?: |\n")
_LONGER, _WORDS_MORE = 2, 8  # a text has at most so many times the words of the plain one, and so many more
_NODES_MORE: Final = 8  # nodes that a style may add to a scene of fewer
_TURNING: Final = frozenset({"not", "whether"})  # what these say of a scene is not what the scene says
_TURNING_ROLES: Final = frozenset({":modal", ":mode", ":if", ":unless"})
_TOP: Final = "top"
_TOPS: Final = (":top-of-scene", ":top-of-reading")
_ALIKE: Final = 5  # texts that may add the same words


def look(text: str, said: Said, before: Collection[Candidate], foreign: Collection[str]) -> Verdict | None:
    """
    Return why *text* is refused before it is read; None if it is not.

    Args:
        text: what was written
        said: what it is to say
        before: what was written before
        foreign: marks of other styles, which the prompt showed
    """
    words, plain, new = words_of(text), words_of(said.plain), new_words(text, said)
    if not words:
        return "empty"
    if _NO_SPEECH.search(text):
        return "notation"
    if language_of(text) != said.language or any(
        language_of(word) != said.language for word in new if word.isalpha()
    ):
        return "language"
    if len(words) > _LONGER * len(plain) + _WORDS_MORE:
        return "long"
    if words == plain:
        return "copied"
    if any(word in foreign for word in new):
        return "borrowed"
    alike = sum(new_words(it.text, it.said) == new for it in before if it.verdict == "kept")
    return "repeated" if (new and alike >= _ALIKE) or any(it.text == text for it in before) else None


def judge(said: Said, back: Scene | None) -> tuple[Verdict, str]:
    """Return whether a text that was read as *back* says its scene, and what is missing or too much."""
    if back is None:
        return "unread", ""
    if lost := missing(said.scene, back):
        return "lost", ", ".join(lost)
    if turned := turning(said.scene, back):
        return "changed", ", ".join(turned)
    more = len(back.concepts) - len(said.scene.concepts)
    if more > max(_NODES_MORE, len(said.scene.concepts)):
        return "added", f"{more} nodes more"
    return "kept", ""


def missing(scene: Scene, back: Scene) -> list[str]:
    """Return the concepts and links of *scene* that do not stand in *back*, in words."""
    found = _aligned(scene, back)
    concepts = found.a.concepts
    lost = [concept for node, concept in enumerate(concepts) if _stands_for(found, node) is None]
    there = set(found.b.triples)
    for source, role, target in found.a.triples:
        if role in _TOPS:
            continue
        end = found.pairs.get(target) if isinstance(target, int) else target
        if (found.pairs.get(source), role, end) not in there:
            lost.append(
                f"{concepts[source]} {role} {concepts[target] if isinstance(target, int) else target}"
            )
    return lost


def turning(scene: Scene, back: Scene) -> list[str]:
    """Return what *back* puts on or over the scene in it, so that the scene is not stated any more."""
    found = _aligned(scene, back)
    ours, concepts = set(found.pairs.values()), found.b.concepts
    own = {
        (found.pairs[s], role, found.pairs[t] if isinstance(t, int) else t)
        for s, role, t in found.a.triples
        if s in found.pairs and (not isinstance(t, int) or t in found.pairs)
    }
    more = [triple for triple in found.b.triples if triple not in own]
    turned = [
        role for source, role, target in more if role in _TURNING_ROLES and (source in ours or target in ours)
    ]
    over, grows = set(ours), True
    while grows:
        above = {source for source, _, target in more if target in over}
        grows = not above <= over
        over |= above
    return turned + [concepts[node] for node in sorted(over - ours) if concepts[node] in _TURNING]


def new_words(text: str, said: Said) -> list[str]:
    """Return the words of *text* that the plain text has not, in order: what the style brings."""
    plain = set(words_of(said.plain))
    return [word for word in words_of(text) if word not in plain]


def words_of(text: str) -> list[str]:
    """Return the words of *text* in lower case."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def _aligned(scene: Scene, back: Scene) -> Alignment:
    """
    Return the best alignment, whatever the roots are: what a style says may stand over the scene.

    Both get one more node as their root, with a role of its own to it, so that roots count for nothing.
    """
    one, other = (
        Scene.build(
            [_TOP, *it.concepts],
            [(0, top, 1), *((s + 1, role, t + 1 if isinstance(t, int) else t) for s, role, t in it.triples)],
        )
        for it, top in zip((scene, back), _TOPS, strict=True)
    )
    return align(one, other)


def _stands_for(found: Alignment, node: int) -> int | None:
    """Return the node of `b` that *node* of `a` stands for, if it has the same concept."""
    other = found.pairs.get(node)
    return other if other is not None and found.a.concepts[node] == found.b.concepts[other] else None
