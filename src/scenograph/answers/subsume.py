"""
Subsume: where a clause says what a question asks, how well, and which link answered which.

A pattern of the question is laid on a clause, link by link. The clause may say more. Where it says less, or
something near, the grade falls; each step is kept as a `Part`, so that an answer can be explained::

    asked                        said                         grade
    work                         work                         1
    :agent "Turing"              :agent "Alan Turing"         0.95
    :place ?where                :at "Bletchley Park"         1

The grade of a match is the product of the grades of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, final

from scenograph.answers.classes import PERSONAL
from scenograph.answers.comparison import Comparison
from scenograph.answers.families import (
    CORE,
    IDENTITY,
    PARTICIPANT,
    TURNED,
    answers_together,
    family,
    related,
)
from scenograph.answers.ground import Ground
from scenograph.answers.pattern import ENTITY, Ask, Pattern
from scenograph.core.scene import Scene

LEAST: Final = 0.5
"""Matches with a lower grade are no answers."""

# What it costs that a clause does not say what was asked, by what is missing.
_MISSING_CORE: Final = 0.3
_MISSING_NAMED: Final = 0.3
_MISSING_OWNER: Final = 0.85  # a pronoun: «our deploy» and «the deploy»
_MISSING_OTHER: Final = 0.6
_CONFLICT: Final = 0.1  # the clause says something else there
_LOOSE: Final = 0.6  # two parts that should be joined are not

_IDENTITIES: Final = {"subject": 1.0, "turned": 0.97, "same": 0.95, "name": 0.9}
_STEPS: Final = 20_000  # ways to lay a link that are tried on one scene

_NO_THING: Final = frozenset({"be", "быть"})


class Part(NamedTuple):
    """
    One step of a match.

    Attributes:
        asked: what the question says
        said: what the clause says; empty if nothing
        grade: how well that fits, 0 to 1
    """

    asked: str
    said: str
    grade: float


class Fill(NamedTuple):
    """What fills an unknown: a node of the scene, or a constant, and the role in which it stands there."""

    unknown: str
    role: str
    target: int | str


class Match(NamedTuple):
    """
    One way in which a scene answers.

    Attributes:
        grade: how well, 0 to 1
        parts: the steps, of which the grade is the product
        fills: what fills the unknowns
        clause: the node of the clause that answers
        by: the node of who reports it, if somebody does
    """

    grade: float
    parts: tuple[Part, ...]
    fills: tuple[Fill, ...]
    clause: int
    by: int | None = None


class _Option(NamedTuple):
    """One way to lay a link: what its new end lies on, the step, and what it fills."""

    end: int | str | None
    part: Part
    fills: tuple[Fill, ...] = ()
    clause: int | None = None


def matches(pattern: Pattern, ground: Ground, *, misspelt: bool = False, least: float = LEAST) -> list[Match]:
    """
    Return the ways in which *ground* answers *pattern*, the best one for each different filling.

    Args:
        misspelt: whether a name may differ by a slip of spelling
        least: the least grade
    """
    search = _Search(pattern, ground, misspelt, least)
    found: dict[tuple[Fill, ...], Match] = {}
    for node in range(len(ground.scene.concepts)):
        for match in search.at(node):
            if match.fills not in found or found[match.fills].grade < match.grade:
                found[match.fills] = match
    return list(found.values())


def covers(pattern: Pattern, ground: Ground, *, least: float = LEAST) -> Match | None:
    """Return how the root of *ground* says *pattern*, whatever it stands in; None if it does not."""
    search = _Search(pattern, ground, False, least)
    return max(search.at(0, anyhow=True), key=lambda match: match.grade, default=None)


@final
class _Search:
    """Lays one pattern on one scene."""

    def __init__(self, pattern: Pattern, ground: Ground, misspelt: bool, least: float) -> None:
        self.pattern = pattern
        self.ground = ground
        self.scene = ground.scene
        self._compare = Comparison(pattern, ground, misspelt)
        self.least = least
        self.place: dict[int, int | str] = {}
        self.steps = 0

    def at(self, node: int, *, anyhow: bool = False) -> Iterator[Match]:
        """Yield the matches with the root on *node*; *anyhow*: whatever its standing."""
        parts = self._rooted(node, anyhow)
        if parts is None:
            return
        hole = self.pattern.holes.get(0)
        fills = (Fill(hole.unknown, "", node),) if hole else ()
        self.place = {0: node}
        standing = self.ground.standings[node]
        by = standing.by if standing else None
        for grade, rest, filled, clause in self._lay(0, _product(parts)):
            where = node if clause is None else clause
            yield Match(grade, (*parts, *rest), (*fills, *filled), where, by)

    def _rooted(self, node: int, anyhow: bool) -> list[Part] | None:
        """Return the first steps of a match on *node*; None if it cannot be one."""
        pattern = self.pattern
        likeness = self._compare.like(0, node)
        if likeness < self.least:
            return None
        parts: list[Part] = []
        if pattern.concepts[0] is not None or pattern.names[0]:
            parts.append(Part(self._compare.asked(0), self._compare.said(node), likeness))
        elif 0 in pattern.holes:
            parts.append(
                Part(
                    f"{pattern.holes[0].unknown} {pattern.holes[0].kind}", self._compare.said(node), likeness
                )
            )
        if pattern.form:
            parts.append(Part(f"({pattern.form})", "", pattern.grade))
        if anyhow:
            return parts
        standing = self.ground.standings[node]
        if standing is None or (standing.kind == "denied") != pattern.is_denied:
            return None
        grade = standing.grade
        if pattern.kinds:
            if standing.kind not in pattern.kinds and not ("bare" in pattern.kinds and self._is_bare(node)):
                return None
            grade = 1.0
        elif (standing.kind == "possible" and ":modal" in pattern.marks) or (
            standing.kind == "commanded" and pattern.marks.get(":mode")
        ):
            grade = 1.0
        if grade < 1.0:
            parts.append(Part("", f"({standing.kind})", grade))
        return parts

    def _is_bare(self, node: int) -> bool:
        """Whether *node* is a verb without a subject and a tense: «Купить хлеб»."""
        roles = {link.role for link in self.scene.out(node)}
        return roles.isdisjoint((":tense", ":agent", ":subject")) and ":object" in roles

    # --- laying links ---------------------------------------------------------------------------------------

    def _lay(
        self, number: int, grade: float
    ) -> Iterator[tuple[float, tuple[Part, ...], tuple[Fill, ...], int | None]]:
        """Yield the ways to lay the asks from *number* on: grade, steps, what is filled, the clause."""
        self.steps += 1
        if grade < self.least or self.steps > _STEPS:
            return
        if number == len(self.pattern.asks):
            yield grade, (), (), None
            return
        ask = self.pattern.asks[number]
        for option in self._options(ask):
            fresh = self._fresh(ask)
            if option.end is not None and fresh is not None:
                if option.end in self.place.values() and isinstance(option.end, int):
                    continue
                self.place[fresh] = option.end
            for below, parts, fills, clause in self._lay(number + 1, grade * option.part.grade):
                yield (
                    below,
                    (option.part, *parts),
                    (*option.fills, *fills),
                    option.clause if clause is None else clause,
                )
            if option.end is not None and fresh is not None:
                del self.place[fresh]

    def _fresh(self, ask: Ask) -> int | None:
        """Return the end of *ask* that is not laid yet."""
        if ask.source not in self.place:
            return ask.source
        return ask.target if isinstance(ask.target, int) and ask.target not in self.place else None

    def _options(self, ask: Ask) -> list[_Option]:
        source = self.place.get(ask.source)
        if source is None:
            target = self.place.get(ask.target) if isinstance(ask.target, int) else None
            if target is None:  # what it hangs on is missing
                return [] if self._needs(ask) else [_Option(None, Part("", "", 1.0))]
            return self._backward(ask, target)
        if isinstance(source, str):
            return [self._missing(ask, None)]
        if isinstance(ask.target, int) and ask.target in self.place:
            return [self._joined(ask, source, self.place[ask.target])]
        if ask.target in self.pattern.holes:
            return self._filling(ask, source)
        found = [
            _Option(end.node, Part(self._step(ask), f"{end.role} {self._compare.said(end.node)}", grade))
            for end in self.ground.out[source]
            if (grade := self._related(ask.role, end.role, source) * end.grade) > 0
            and (grade := grade * self._compare.like(ask.target, end.node)) >= self.least
        ]
        found.sort(key=lambda option: -option.part.grade)
        if found and found[0].part.grade == 1.0:
            return found
        return [*found, self._missing(ask, source)]

    def _needs(self, ask: Ask) -> bool:
        """Whether an unknown hangs on *ask*."""
        return ask.source in self.pattern.holes or ask.target in self.pattern.holes

    def _backward(self, ask: Ask, target: int | str) -> list[_Option]:
        """Lay a link whose far end is laid: a clause that describes a noun."""
        found: list[_Option] = []
        if isinstance(target, int):
            hole = self.pattern.holes.get(ask.source)
            for end in self.ground.into[target]:
                grade = self._related(ask.role, end.role, end.node) * end.grade
                if (
                    isinstance(end.node, int)
                    and grade > 0
                    and (grade := grade * self._compare.like(ask.source, end.node)) > 0
                ):
                    fills = (Fill(hole.unknown, end.role, end.node),) if hole else ()
                    step = Part(self._step(ask), f"{self._compare.said(end.node)} {end.role}", grade)
                    found.append(_Option(end.node, step, fills))
        if ask.source in self.pattern.holes:
            return found
        return [*found, _Option(None, Part(self._step(ask), "", _MISSING_OTHER))]

    def _related(self, asked: str, said: str, source: int | str) -> float:
        """Return how well the role *said* stands for *asked* at *source*."""
        grade = related(asked, said)
        if not grade and isinstance(source, int) and {asked, said} == {":agent", ":object"}:
            # «was born» and «родился»: only one of both takes part
            return 0.0 if self.scene.targets(asked, source) else TURNED
        return grade

    def _joined(self, ask: Ask, source: int, target: int | str) -> _Option:
        """The option of a link whose ends are both laid."""
        grade = max(
            (
                self._related(ask.role, end.role, source) * end.grade
                for end in self.ground.out[source]
                if end.node == target
            ),
            default=0.0,
        )
        return _Option(None, Part(self._step(ask), "" if not grade else ask.role, grade or _LOOSE))

    def _missing(self, ask: Ask, source: int | None) -> _Option:
        """The option of a link that the clause does not have."""
        is_named = isinstance(ask.target, int) and bool(self.pattern.names[ask.target])
        concept = self.pattern.concepts[ask.target] if isinstance(ask.target, int) else ask.target
        others = [] if source is None else list(self.scene.targets(ask.role, source))
        if others and ask.role not in (":mod", ":time", ":place") and not is_named and concept in PERSONAL:
            grade = _MISSING_CORE
        elif others and ask.role != ":mod":
            grade = _CONFLICT
        elif ask.role in CORE:
            grade = _MISSING_CORE
        elif is_named:
            grade = _MISSING_NAMED
        elif concept in PERSONAL and ask.role == ":poss":
            grade = _MISSING_OWNER
        else:
            grade = _MISSING_OTHER
        if ask.role == PARTICIPANT or self._hangs(ask.target):
            grade = 0.0
        return _Option(None, Part(self._step(ask), "", grade))

    def _hangs(self, target: int | str) -> bool:
        """Whether an unknown hangs on *target*, so that it cannot be missing."""
        if not isinstance(target, int):
            return False
        reached = {target}
        waiting = [target]
        for here in waiting:
            for source, _, end in self.pattern.asks:
                if here in (source, end):
                    fresh = {it for it in (source, end) if isinstance(it, int)} - reached - self.place.keys()
                    reached |= fresh
                    waiting += fresh
        return not reached.isdisjoint(self.pattern.holes)

    # --- filling unknowns -----------------------------------------------------------------------------------

    def _filling(self, ask: Ask, source: int) -> list[_Option]:
        """Return what may fill the hole that *ask* leads to."""
        assert isinstance(ask.target, int), "a hole is a node"
        hole = self.pattern.holes[ask.target]
        if ask.role == IDENTITY:
            return self._identities(ask, source)
        roles = family(hole.unknown, ask.role)
        found: list[tuple[float, str, int | str]] = []
        for link in self.scene.out(source):
            grade = roles.get(link.role) or self._related(ask.role, link.role, source)
            if grade and self._compare.may_fill(hole.unknown, link.role, link.target):
                grade *= self._compare.kind(hole.kind, link.target) * self._compare.worth(link.target)
                found.append((grade, link.role, link.target))
        if not found:
            return []
        if answers_together(hole.unknown) and not hole.kind:
            best = max(grade for grade, _, _ in found)
            chosen = [(role, target) for grade, role, target in found if grade >= 0.8 * best]
            fills = tuple(Fill(hole.unknown, role, target) for role, target in chosen)
            said = ", ".join(f"{role} {self._compare.said(target)}" for role, target in chosen)
            return [_Option(chosen[0][1], Part(self._step(ask), said, best), fills)]
        return [
            _Option(
                target,
                Part(self._step(ask), f"{role} {self._compare.said(target)}", grade),
                (Fill(hole.unknown, role, target),),
            )
            for grade, role, target in found
        ]

    def _identities(self, ask: Ask, source: int) -> list[_Option]:
        """Return what the thing at *source* is said to be."""
        assert isinstance(ask.target, int), "a hole is a node"
        hole = self.pattern.holes[ask.target]
        scene = self.scene
        found: list[tuple[str, str, int | str, int]] = [
            ("subject", link.role, link.target, source)
            for link in scene.out(source)
            if link.role == ":subject"
        ]
        found += [
            ("same", link.role, link.target, source) for link in scene.out(source) if link.role == ":same"
        ]
        for role, other in self.ground.sources[source]:
            if role == ":subject" and scene.concepts[other] not in _NO_THING:
                found.append(("turned", role, other, other))
            elif role == ":same":
                found.append(("same", role, other, other))
        named = self.ground.names[source]
        asked_by_name = bool(self.pattern.names[ask.source])
        if named and (not asked_by_name or scene.concepts[source] != ENTITY):
            found.append(("name", ":name", source, source))
        options: list[_Option] = []
        for way, role, target, clause in found:
            if self._compare.may_fill(hole.unknown, role, target):
                grade = _IDENTITIES[way] * self._compare.kind(hole.kind, target) * self._compare.worth(target)
                step = Part(self._step(ask), f"{role} {self._compare.said(target)}", grade)
                end = None if target == source else target
                options.append(_Option(end, step, (Fill(hole.unknown, role, target),), clause))
        return options

    def _step(self, ask: Ask) -> str:
        role = {IDENTITY: "is", PARTICIPANT: "with"}.get(ask.role, ask.role)
        return (
            f"{role} {self._compare.asked(ask.target)}"
            if ask.source in self.place
            else f"{self._compare.asked(ask.source)} {role}"
        )


def _product(parts: list[Part]) -> float:
    grade = 1.0
    for part in parts:
        grade *= part.grade
    return grade


def scene_of(fill: Fill, scene: Scene) -> Scene | str:
    """Return what *fill* stands for, as a scene or a constant."""
    return fill.target if isinstance(fill.target, str) else scene.sub(fill.target)
