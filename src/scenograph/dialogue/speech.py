"""
Speech: who said a sentence, to whom and when, as a part of its scene.

    I moved to Lisbon.                     Anna says it to Tom on 12 January 2025

    (m / move
       :agent (i / I :same (a / entity :name "Anna"))
       :to (e / entity :name "Lisbon")
       :tense past
       :speaker a
       :said "2025-01-12")

The pronoun stays, so that the sentence can be said again as it was; `:same` says whom it means. `unspoken`
takes away what `spoken` adds. `heard` is how others understand it: «Anna moved to Lisbon».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, final

from scenograph.core.links import Link, quote, unquote
from scenograph.core.scene import Scene
from scenograph.coreference.linking import without_references
from scenograph.coreference.mentions import CANDIDATE, PRONOUNS, REFERENT, THERE

SPEAKER: Final = ":speaker"
HEARER: Final = ":hearer"
SAID: Final = ":said"
ROLES: Final = frozenset({SPEAKER, HEARER, SAID})
"""The roles of the root that tell of the speech, not of what was said."""

_ENTITY: Final = "entity"
_FIRST: Final = frozenset({"I", "me", "myself", "я"})
_SECOND: Final = frozenset({"you", "yourself", "ты"})  # «вы» may be many
_THIRD: Final = frozenset({"he", "she", "он", "она"})
_POINTING: Final = PRONOUNS.keys() | THERE
_FIRST_WORD: Final = re.compile(
    r"\b(?:i|me|my|mine|myself|я|меня|мне|мной|мною|мо(?:й|я|ё|е|и|его|ей|ему|ю|им|их|ими|ём|ем))\b", re.I
)
_SECOND_WORD: Final = re.compile(
    r"\b(?:you|your|yours|yourself|ты|тебя|тебе|тобой|тобою|тво(?:й|я|ё|е|и|его|ей|ему|ю|им|их|ими|ём|ем))\b",
    re.I,
)
_QUOTED: Final = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"")


@final
class Speech(NamedTuple):
    """
    Who said something, to whom and when.

    Attributes:
        speaker: the name of who said it; empty if that is not known
        hearer: the name of the one who was spoken to; empty if there are several, or it is not known
        date: when, as ISO 8601 writes a day or a minute: `2025-01-12`, `2025-01-12T10:15`; empty if not known
    """

    speaker: str = ""
    hearer: str = ""
    date: str = ""

    @classmethod
    def of(cls, speaker: str | None, hearer: str | None = None, said: date | None = None) -> Speech:
        """Return the speech of *speaker*; a day or a moment *said* is when."""
        if isinstance(said, datetime):
            is_day = not (said.hour or said.minute or said.second)
            moment = said.date().isoformat() if is_day else said.isoformat(timespec="minutes")[:16]
        else:
            moment = "" if said is None else said.isoformat()
        return cls(" ".join((speaker or "").split()), " ".join((hearer or "").split()), moment)


@final
class Heard(NamedTuple):
    """
    A scene as others understand it.

    Attributes:
        scene: without the speech, names instead of the pronouns that mean speaker and hearer
        speech: who said it, to whom and when
        nodes: for each node of *scene* the nodes of the scene that it was made from
    """

    scene: Scene
    speech: Speech
    nodes: tuple[tuple[int, ...], ...]


def spoken(scene: Scene, speech: Speech, text: str = "") -> Scene:
    """
    Return *scene* with who said it, to whom and when.

    Laws: `unspoken(spoken(scene, speech)) == scene`; without a speech nothing changes.

    Args:
        scene: what was read of one sentence, or of several
        speech: the speaker is linked to «I» and «my», the hearer to «you» and «your»
        text: the sentence. Pronouns in its quotation marks are those of somebody else, and are left open
    """
    concepts = list(scene.concepts)
    links: list[tuple[int, str, int | str]] = list(scene.triples)
    meant = [
        (SPEAKER, speech.speaker, [] if _is_quoted(text, _FIRST_WORD) else _nodes(scene, _FIRST)),
        (HEARER, speech.hearer, [] if _is_quoted(text, _SECOND_WORD) else _nodes(scene, _SECOND)),
    ]
    for role, who, pronouns in meant:
        if who and (pronouns or role == SPEAKER):
            person = len(concepts)
            concepts.append(_ENTITY)
            links += [(person, ":name", quote(who)), (0, role, person)]
            links += [(pronoun, ":same", person) for pronoun in pronouns]
    if speech.date:
        links.append((0, SAID, quote(speech.date)))
    return Scene.build(concepts, links)


def unspoken(scene: Scene) -> Scene:
    """Return *scene* as its sentence says it: without the speech, and without what pronouns mean."""
    scene = without_references(scene)
    persons = {link.target for link in scene.out(0) if link.role in (SPEAKER, HEARER)}
    gone = [link for link in scene.links if link.target in persons or (not link.source and link.role == SAID)]
    return scene.without_links(gone) if gone else scene


def speech_of(scene: Scene) -> Speech:
    """Return who said *scene*, to whom and when."""
    said: dict[str, str] = dict.fromkeys((SPEAKER, HEARER, SAID), "")
    for role, target in ((link.role, link.target) for link in scene.out(0) if link.role in said):
        names = scene.targets(":name", target) if isinstance(target, int) else (target,)
        said[role] = unquote(names[0]) if names and isinstance(names[0], str) else ""
    return Speech(said[SPEAKER], said[HEARER], said[SAID])


def heard(scene: Scene, text: str = "", saying: Iterable[str] = ()) -> Heard:
    """
    Return *scene* as others understand it: «Anna moved to Lisbon».

    Args:
        text: the sentence. «I» in its quotation marks means whoever says the quotation
        saying: verbs of saying; what is said is their `:content`
    """
    speech = speech_of(scene)
    persons = {link.target for link in scene.out(0) if link.role in (SPEAKER, HEARER)}
    means = {
        source: target
        for source, role, target in scene.triples
        if isinstance(target, int)
        and (
            (role == REFERENT and scene.concepts[source] in _POINTING)
            or (role == ":same" and target in persons)
            or (role == ":same" and scene.concepts[source] in _THIRD and scene.targets(":name", target))
        )
    }
    if speech.speaker or _is_quoted(text, _FIRST_WORD):
        for said_by, content in _quotations(scene, frozenset(saying)):
            for node in _nodes(scene, _FIRST):
                if node not in means and node in content:
                    means[node] = said_by
    links = [
        (means.get(link.source, link.source), link.role, _mapped(means, link.target))
        for link in scene.links
        if not (link.source == 0 and link.role in ROLES)
        and not (link.role in (":same", REFERENT) and link.source in means)
        and not (link.role == CANDIDATE and _is_elsewhere(scene, means, link.source))
    ]
    links = list(dict.fromkeys(links))
    order = _joined(means.get(0, 0), links)
    place = {node: number for number, node in enumerate(order)}
    made = Scene.build(
        [scene.concepts[node] for node in order],
        [
            (place[source], role, place[target] if isinstance(target, int) else target)
            for source, role, target in links
            if source in place
        ],
    )
    nodes = [(node, *(one for one, other in means.items() if other == node)) for node in order]
    return Heard(made, speech, tuple(nodes))


def _is_elsewhere(scene: Scene, means: dict[int, int], pronoun: int) -> bool:
    """Whether what *pronoun* means most likely takes part in something itself, and is nothing else there."""
    thing = means.get(pronoun)
    return thing is not None and any(
        target == thing and role not in (REFERENT, CANDIDATE) for _, role, target in scene.triples
    )


def _mapped(means: dict[int, int], target: int | str) -> int | str:
    return means.get(target, target) if isinstance(target, int) else target


def _quotations(scene: Scene, saying: frozenset[str]) -> Iterable[tuple[int, set[int]]]:
    """Yield who says each quotation of *scene*, and all nodes of it."""
    for node, concept in enumerate(scene.concepts):
        agents = [it for it in scene.targets(":agent", node) if isinstance(it, int)]
        contents = [it for it in scene.targets(":content", node) if isinstance(it, int)]
        if concept in saying and len(agents) == 1 and contents:
            yield agents[0], set(scene.reach(*contents))


def _joined(root: int, links: Sequence[tuple[int, str, int | str] | Link]) -> list[int]:
    """Return the nodes that hang together with *root*."""
    near: dict[int, list[int]] = {}
    for source, _, target in links:
        if isinstance(target, int):
            near.setdefault(source, []).append(target)
            near.setdefault(target, []).append(source)
    order = [root]
    seen = {root}
    for node in order:
        for other in near.get(node, ()):
            if other not in seen:
                seen.add(other)
                order.append(other)
    return [root, *sorted(seen - {root})]


def _nodes(scene: Scene, pronouns: frozenset[str]) -> list[int]:
    return [node for node, concept in enumerate(scene.concepts) if concept in pronouns]


def _is_quoted(text: str, word: re.Pattern[str]) -> bool:
    """Whether a quotation in *text* has *word*."""
    return any(word.search(found[0]) for found in _QUOTED.finditer(text))
