"""
The guard: whether a text says its scene.

The text is read back. The scene must stand in what was read, whole: each of its concepts, links and values.
The style may say something around it, as «Aye, Anna sold it, by the seven seas!» does, but not much, nothing
new about what is in the scene, and nothing that denies, asks, demands or doubts. Where the whole text is read
wrongly, it is read without what is set off by commas or stops (`flourish`). Articles may be left out, as a
telegram does: then the text says the scene without their marks.

    >>> scene = Scene.parse('(s / sell :agent (e / entity :name "Anna") :object (h / house))')
    >>> back = Scene.parse('(s / sell :agent (e / entity :name "Anna") :object (h / house) :remark aye)')
    >>> missing(scene, back), missing(back, scene)
    ([], ['sell :remark aye'])
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from scenograph.core import Scene
from scenograph.core.retention import Alignment, align
from scenograph.corpus.example import language_of
from scenograph.distilled.candidates import Candidate, Said, Verdict
from scenograph.distilled.flourish import denies, split, turns, words_of
from scenograph.morphology.russian_forms import is_known

_NO_SPEECH: Final = re.compile(r"[<>{}\[\]|*_#`\\=]|\( ?\w+ ?[:/]|https?:|\n")
_LONGER, _WORDS_MORE = 2, 8  # a text has at most so many times the words of the plain one, and so many more
_NODES_MORE: Final = 8  # nodes that a style may add to a scene of fewer
_TURNING: Final = frozenset({"not", "whether"})  # what these say of a scene is not what the scene says
_TURNING_ROLES: Final = frozenset({":modal", ":mode", ":if", ":unless"})
_SOFT: Final = frozenset({":remark", ":addressee", ":aside", ":topic"})  # they tell nothing about a scene
_ARTICLE, _TIME = ":definite", ":time"
_ARTICLES: Final = frozenset({"a", "an", "the"})
_TOP: Final = "top"
_TOPS: Final = (":top-of-scene", ":top-of-reading")
_STEM, _LEAST_STEM = 4, 3  # letters
_ALIKE: Final = 5  # texts that may add the same words


class Judgement(NamedTuple):
    """
    What the guard finds.

    Attributes:
        verdict: whether the text says its scene
        note: what is missing or too much
        scene: what it says of the scene: all of it, but for the marks of articles that it leaves out
    """

    verdict: Verdict
    note: str
    scene: Scene


class Shown(NamedTuple):
    """
    What a text must not take from its prompt.

    Attributes:
        marks: words of other styles
        labels: words that begin lines of the prompt, as in «Sentence: …»
        describe: the style in words
    """

    marks: Collection[str] = ()
    labels: Collection[str] = ()
    describe: str = ""


def look(text: str, said: Said, before: Collection[Candidate], shown: Shown) -> Verdict | None:
    """
    Return why *text* is refused before it is read; None if it is not.

    Args:
        text: what was written
        said: what it is to say
        before: what was written before
        shown: what the prompt showed
    """
    words, plain, new = words_of(text), words_of(said.plain), new_words(text, said)
    if not words:
        return "empty"
    if _NO_SPEECH.search(text) or (
        words[0] in shown.labels and text.lstrip("\"'«“")[len(words[0]) :][:1] == ":"
    ):
        return "notation"
    if language_of(text) != said.language or any(
        language_of(word) != said.language for word in new if word.isalpha()
    ):
        return "language"
    if len(words) > most_words(said):
        return "long"
    if words == plain:
        return "copied"
    if any(word in shown.marks for word in new) or _names_itself(words, plain, shown.describe):
        return "borrowed"
    if said.language == "ru" and not all(is_known(word) for word in new if word.isalpha()):
        return "unknown"  # small models make up Russian words
    alike = sum(new_words(it.text, it.said) == new for it in before if it.verdict == "kept")
    return "repeated" if (new and alike >= _ALIKE) or any(it.text == text for it in before) else None


def most_words(said: Said) -> int:
    """Return how many words a text has at most."""
    return _LONGER * len(words_of(said.plain)) + _WORDS_MORE


def judge(text: str, said: Said, read: Callable[[str], Scene | None]) -> Judgement:
    """
    Return whether *text* says its scene.

    Args:
        text: what was written
        said: what it is to say
        read: reads a text
    """
    core, flourish = split(text, said)
    is_bare = _ARTICLES.isdisjoint(words_of(core))
    whole = read(_uncapped(text, said))
    first = _compared(said, whole, is_bare)
    if whole is None or not core or first.verdict == "changed":
        return first
    if first.verdict == "added" and (over := reported(said.scene, whole)):
        return Judgement("added", ", ".join(over), said.scene)
    back = whole if core == text else read(_uncapped(core, said))
    second = _compared(said, back, is_bare)
    found = first if second.verdict in ("unread", "lost") else second
    if denies(flourish) or (first.verdict == "lost" and found.verdict == "kept" and turns(flourish)):
        return Judgement("changed", " ".join(flourish), said.scene)
    if (
        back is not None
        and found == second
        and found.verdict == "kept"
        and (more := beside(said.scene, back))
    ):
        return Judgement("added", ", ".join(more), said.scene)
    more = len(whole.concepts) - len(said.scene.concepts)
    if found.verdict == "kept" and more > max(_NODES_MORE, len(said.scene.concepts)):
        return Judgement("added", f"{more} nodes more", said.scene)
    return found


def _uncapped(text: str, said: Said) -> str:
    """Return *text* without the capital of a first word that the plain text has within: it is no name."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return text[:1].lower() + text[1:] if first.lower() in said.plain.split() else text


def _compared(said: Said, back: Scene | None, is_bare: bool) -> Judgement:
    """Return whether *back*, read in a text or its core, says the scene; *is_bare*: it has no article."""
    scene = said.scene
    if back is None:
        return Judgement("unread", "", scene)
    lost = missing(scene, back)
    if lost and is_bare and all(f" {_ARTICLE} " in it for it in lost):
        scene = _without_articles(scene, back)
        lost = missing(scene, back)
    if lost:
        return Judgement("lost", ", ".join(lost), scene)
    if turned := turning(scene, back):
        return Judgement("changed", ", ".join(turned), scene)
    if news := news_of(scene, back):
        return Judgement("added", ", ".join(news), scene)
    return Judgement("kept", "", scene)


def news_of(scene: Scene, back: Scene) -> list[str]:
    """
    Return what *back* tells about the nodes of *scene* that the scene does not, in words.

    Example:
        >>> scene = Scene.parse("(s / sell :object (h / house))")
        >>> news_of(scene, Scene.parse("(s / sell :object (h / house :mod red) :remark aye)"))
        []
        >>> news_of(scene, Scene.parse("(s / sell :object (h / house :mod (r / red)) :remark (a / aye))"))
        ['house :mod red']
    """
    return [text for *_, text in _news(_aligned(scene, back))]


def reported(scene: Scene, back: Scene) -> list[str]:
    """
    Return what *back* says of the whole of *scene*: who says or thinks it, and when it was.

    Example:
        >>> scene = Scene.parse("(s / sell :object (h / house))")
        >>> reported(scene, Scene.parse("(t / think :content (s / sell :object (h / house)))"))
        ['think :content sell']
    """
    found = _aligned(scene, back)
    [root] = (target for _, role, target in found.a.triples if role == _TOPS[0])
    end = found.pairs.get(root) if isinstance(root, int) else None
    return [text for _, role, target, text in _news(found) if target == end or role == _TIME]


def beside(scene: Scene, back: Scene) -> list[str]:
    """
    Return the concepts of what *back* tells beside *scene*: another clause, but no remark and no address.

    Example:
        >>> scene = Scene.parse("(s / sell :object (h / house))")
        >>> beside(scene, Scene.parse("(a / and :op1 (s / sell :object (h / house)) :op2 (w / weep))"))
        ['weep']
        >>> beside(scene, Scene.parse("(s / sell :object (h / house) :remark (a / aye :degree (v / very)))"))
        []
    """
    found = _aligned(scene, back)
    ours, triples, concepts = set(found.pairs.values()), found.b.triples, found.b.concepts
    joining = {source for source, role, target in triples if role.startswith(":op") and target in ours}
    known, grows = ours | joining, True
    soft = {target for source, role, target in triples if role in _SOFT and source in known}
    while grows:
        below = {target for source, _, target in triples if source in soft and isinstance(target, int)}
        grows = not below <= soft
        soft |= below
    return [concepts[node] for node in range(len(concepts)) if node not in known | soft]


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


def _news(found: Alignment) -> Iterator[tuple[int, str, int, str]]:
    """Yield each link of `b` between a node that stands for one of `a` and another one, and it in words."""
    ours, concepts = set(found.pairs.values()), found.b.concepts
    for source, role, target in found.b.triples:
        if (
            isinstance(target, int)
            and (source in ours) != (target in ours)
            and role not in _SOFT
            and not role.startswith(":op")
            and role not in _TOPS
        ):
            yield source, role, target, f"{concepts[source]} {role} {concepts[target]}"


def _names_itself(words: list[str], plain: list[str], describe: str) -> bool:
    """Whether two words of the description stand side by side in a text, as in «Aye, old sea captain»."""
    described, known = _pairs(words_of(describe)), _pairs(plain)
    return any(pair in described and pair not in known for pair in _pairs(words))


def _pairs(words: list[str]) -> set[tuple[str, str]]:
    """Return the beginnings of longer words that stand side by side, which all forms of them have."""
    stems = [word[:_STEM] for word in words]
    return {(one, two) for one, two in pairwise(stems) if min(len(one), len(two)) >= _LEAST_STEM}


def _without_articles(scene: Scene, back: Scene) -> Scene:
    """Return *scene* without the marks of articles on nodes that have none at all in *back*."""
    found = _aligned(scene, back)
    marked = {source for source, role, _ in found.b.triples if role == _ARTICLE}
    [(top, root)] = ((source, target) for source, role, target in found.a.triples if role == _TOPS[0])
    order = sorted(set(range(len(found.a.concepts))) - {top}, key=lambda node: node != root)
    place = {node: number for number, node in enumerate(order)}
    links = [
        (place[source], role, place[target] if isinstance(target, int) else target)
        for source, role, target in found.a.triples
        if source != top and (role != _ARTICLE or found.pairs.get(source) in marked)
    ]
    return Scene.build([found.a.concepts[node] for node in order], links)


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
