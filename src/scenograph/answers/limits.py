"""
Limits: words that make a clause deny what it says, or say less than it seems to.

    We never eat meat.                          denies that we eat meat
    Nobody ate meat. No guests ate meat.        deny that anybody ate it, that guests ate it
    The company hardly made a profit.           neither yes nor no: the clause is said as it is
    If it rains, the match will be cancelled.   likewise: nobody said that it will be
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from scenograph.answers.classes import DENYING, LIMITING, NEARLY, NO, NOBODY, NOTHING, PERSONAL
from scenograph.answers.families import CORE
from scenograph.core.links import Link, unquote
from scenograph.core.scene import Scene

CONDITIONS: Final = frozenset({":if", ":unless"})
"""Roles of what need not be so, and of what hangs on it."""
RESTRICTING: Final = CONDITIONS | {":without", ":except", ":instead-of"}
"""Roles of what makes a clause say something else."""
NEITHER: Final = "nor"
"""The concept over what «neither … nor» joins."""
_OF: Final = (":of", ":из", ":out-of", ":from", ":among")
"""Roles of what «none» is none of."""
_INSIDE: Final = frozenset({":content", ":if", ":unless", ":because", ":when", ":while", ":although"})
"""Roles of clauses inside a clause: what limits them does not limit it."""

_JOINING: Final = frozenset({"and", "but"})
_ONLY: Final = frozenset({"only", "just", "merely", "только", "лишь", "просто"})


def word(scene: Scene, link: Link) -> str:
    """Return the concept or constant that *link* leads to, in small letters."""
    return unquote(link.target if isinstance(link.target, str) else scene.concepts[link.target]).lower()


def denials(scene: Scene, node: int, words: Collection[str] = DENYING) -> list[Link]:
    """Return the links of *node* to words that deny it, or to other *words*."""
    return [link for link in scene.out(node) if link.role not in _INSIDE and word(scene, link) in words]


def is_none(scene: Scene, target: int | str) -> bool:
    """Return whether *target* says that there is none: «nobody», «no eggs»."""
    if isinstance(target, str):
        return unquote(target).lower() in NOTHING
    if scene.concepts[target].lower() in NOTHING or scene.concepts[target] == NEITHER:
        return True
    return any(link.role == ":quant" and word(scene, link) in NO for link in scene.out(target))


def absences(scene: Scene, node: int) -> list[Link]:
    """Return the links of *node* to who or what is none; who left with nothing has left."""
    return [link for link in scene.out(node) if link.role in CORE and is_none(scene, link.target)]


def affirmed(clause: Scene) -> list[Scene]:
    """
    Return what *clause* denies, without the words by which its root denies it; each of «neither … nor».

        >>> [found] = affirmed(Scene.parse('(c / come :agent (n / none :of (g / guest)))'))
        >>> print(found.format(indent=None))
        (c / come :agent (g / guest))
    """
    for absence in absences(clause, 0):
        if isinstance(absence.target, int):
            if clause.concepts[absence.target] == NEITHER:
                members = [
                    it.target
                    for it in clause.out(absence.target)
                    if it.role.startswith(":op")
                    and isinstance(it.target, int)
                    and it.target != absence.target
                ]
                denied = (clause.replace(absence.target, clause.sub(it)) for it in members)
                return [_without_denials(it) for it in denied]
            parts = [it for role in _OF for it in clause.targets(role, absence.target) if isinstance(it, int)]
            parts = [it for it in parts if clause.concepts[it].lower() not in NOTHING]
            if parts and clause.concepts[absence.target].lower() in NOTHING:
                return [_without_denials(clause.replace(absence.target, clause.sub(parts[0])))]
    return [_without_denials(clause)]


def _without_denials(clause: Scene) -> Scene:
    silent = denials(clause, 0, DENYING | NEARLY)
    for absence in absences(clause, 0):
        target = absence.target
        if isinstance(target, str) or clause.concepts[target].lower() in NOTHING:
            silent.append(absence)
        else:
            silent += [it for it in clause.out(target) if it.role == ":quant" and word(clause, it) in NO]
    return clause.without_links(silent)


def without_others(scene: Scene, node: int) -> Iterator[Scene]:
    """
    Yield what the clause at *node* says is not so of one of its parts: «in Oslo, but not in Bergen».

        >>> scene = Scene.parse('(s / stop :in (b / but :op1 (o / Oslo) :op2 (n / not :op1 (c / Bergen))))')
        >>> [it.format(indent=None) for it in without_others(scene, 0)]
        ['(s / stop :in (b / Bergen))']
    """
    order = scene.reach(node)
    for link in scene.out(node):
        if not isinstance(link.target, int) or link.role in _INSIDE or link.role.startswith(":op"):
            continue
        members = [link.target]
        if scene.concepts[link.target] in _JOINING:
            members = [it.target for it in scene.out(link.target) if isinstance(it.target, int)]
        for member in members:
            inner = [it.target for it in scene.out(member)]
            if scene.concepts[member] != "not" or len(inner) != 1 or not isinstance(inner[0], int):
                continue
            if not any(word(scene, it) in _ONLY for it in scene.out(inner[0])):  # «not only in Bergen»
                other = scene.sub(inner[0])
                clause = scene.sub(node).replace(order.index(link.target), other)
                beside = [it for it in clause.out(0) if it.role == link.role]
                yield clause.without_links([it for it in beside if _part(clause, it.target) != other])


def _part(scene: Scene, target: int | str) -> Scene | str:
    return scene.sub(target) if isinstance(target, int) else target


def may_be_none(clause: Scene, asked: Scene) -> bool:
    """
    Return whether who or what *asked* names can be what *clause* says that there is none of.

    «Nobody came» is said of people: of names, pronouns, and whoever is not named.
    """
    for role, target in ((it.role, it.target) for it in absences(clause, 0)):
        if isinstance(target, int) and clause.concepts[target].lower() in NOBODY:
            for other in asked.targets(role):
                named = isinstance(other, int) and asked.targets(":name", other)
                if not named and (not isinstance(other, int) or asked.concepts[other] not in PERSONAL):
                    return any(clause.targets(of, target) for of in _OF)
    return True


def without_exceptions(clause: Scene, asked: Scene) -> Scene | None:
    """
    Return what *clause* denies without its exceptions: «Dogs are not allowed, except guide dogs».

    Returns:
        None if *asked* may ask for an exception: it says more than the clause, or names what is one.
    """
    exceptions = [link for link in clause.links if link.role == ":except"]
    if not exceptions:
        return clause
    rest = clause.without_links(exceptions)
    said = {*rest.concepts, *(it.target for it in rest.links if it.role == ":name")}
    more = {*asked.concepts, *(it.target for it in asked.links if it.role == ":name")} - said
    return None if more or len(asked.links) > len(rest.links) else rest


def is_limited(scene: Scene, clause: int, asked: Scene, *, deep: bool) -> bool:
    """
    Return whether *clause* says less than it would without a word or a condition that *asked* does not have.

    Args:
        deep: whether words count that limit only parts of the clause: «almost all students came»
    """
    same = {word(asked, link) for link in asked.links}
    roles = {link.role for link in asked.links}
    waiting, seen = [clause], {clause}
    for node in waiting:
        for link in scene.out(node):
            if link.role in CONDITIONS and node == clause and link.role not in roles:
                return True
            if link.role in _INSIDE:
                continue
            if word(scene, link) in LIMITING - same:
                return True
            if deep and isinstance(link.target, int) and link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)
    return False


def turns_away(clause: Scene, asked: Scene) -> bool:
    """Return whether *clause* contains what was *asked*, and yet does not say so: «never», «hardly», «if»."""
    return bool(denials(clause, 0)) != bool(denials(asked, 0)) or is_limited(clause, 0, asked, deep=False)
