"""
Options: the ways in which one link of a question can be laid on a clause.

A link of the question may be said as it was asked, in another role, by a clause that describes a noun, or
not at all. Where it leads to what is asked for, what stands there may be the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, final

from scenograph.answers.classes import NAMING, OFTEN
from scenograph.answers.comparison import Comparison
from scenograph.answers.families import (
    AMOUNT,
    IDENTITY,
    PARTICIPANT,
    TURNED,
    answers_together,
    asks_limit,
    family,
    related,
)
from scenograph.answers.fitting import is_no_one, is_span
from scenograph.answers.ground import BESIDE, Ground
from scenograph.answers.matched import Fill, Part
from scenograph.answers.missing import OTHER, Missing
from scenograph.answers.pattern import ENTITY, Ask, Hole, Pattern
from scenograph.core.links import Link
from scenograph.coreference.kinds import kind_of

_SPOKEN_OF: Final = 0.9
_HEARD: Final = 0.8
_LOOSE: Final = 0.6  # two parts that should be joined are not

_IDENTITIES: Final = {"subject": 1.0, "turned": 0.97, "same": 0.95, "named": 0.95, "name": 0.9, "kind": 0.9}
_IDENTITIES_OF_WHO: Final = {"name": 1.0, "subject": 0.9, "turned": 0.87}
"""Who a thing with a name is: its name says it best."""
_NAMES: Final = frozenset({":as", ":object", ":agent", ":instrument", ":mod", ":same"})
_NO_THING: Final = frozenset({"be", "быть"})


class Option(NamedTuple):
    """One way to lay a link: what its new end lies on, the step, and what it fills."""

    end: int | str | None
    part: Part
    fills: tuple[Fill, ...] = ()
    clause: int | None = None


@final
class Options:
    """
    Finds the ways to lay links of *pattern* on *ground*.

    Args:
        compare: how well parts of the ground stand for parts of the pattern
        place: where the nodes of the pattern are laid by now; it changes while a match is looked for
        least: the least grade of a step
    """

    def __init__(
        self,
        pattern: Pattern,
        ground: Ground,
        compare: Comparison,
        place: dict[int, int | str],
        least: float,
    ) -> None:
        self.pattern = pattern
        self.ground = ground
        self.scene = ground.scene
        self.compare = compare
        self.place = place
        self.least = least
        self._cost = Missing(pattern, ground, compare)

    def of(self, ask: Ask) -> list[Option]:
        """Return the ways to lay *ask*, whose ends may be laid already."""
        source = self.place.get(ask.source)
        if source is None:
            target = self.place.get(ask.target) if isinstance(ask.target, int) else None
            if target is None:  # what it hangs on is missing
                return [] if self._needs(ask) else [Option(None, Part("", "", 1.0))]
            return self._backward(ask, target)
        if isinstance(source, str):
            return [self._missing(ask, None)]
        if isinstance(ask.target, int) and ask.target in self.place:
            return [self._joined(ask, source, self.place[ask.target])]
        if ask.target in self.pattern.holes:
            return self._filling(ask, source)
        found = [
            Option(end.node, Part(self._step(ask), f"{end.role} {self.compare.said(end.node)}", grade))
            for end in self.ground.out[source]
            if (grade := self._related(ask.role, end.role, source) * end.grade) > 0
            and (grade := grade * self.compare.like(ask.target, end.node)) >= self.least
        ]
        if ask.role == ":about" and not found:
            found += self._spoken_of(ask, source)
        found.sort(key=lambda option: -option.part.grade)
        if found and found[0].part.grade == 1.0:
            return found
        return [*found, self._missing(ask, source)]

    def _spoken_of(self, ask: Ask, source: int) -> Iterator[Option]:
        """Yield where what is said at *source* names what it should be about: «Anna said that Tom left»."""
        contents = [it for it in self.scene.targets(":content", source) if isinstance(it, int)]
        for node in self.scene.reach(*contents):
            grade = _SPOKEN_OF * self.compare.like(ask.target, node)
            if grade >= self.least:
                yield Option(node, Part(self._step(ask), self.compare.said(node), grade))

    def _needs(self, ask: Ask) -> bool:
        """Whether an unknown hangs on *ask*."""
        return ask.source in self.pattern.holes or ask.target in self.pattern.holes

    def _backward(self, ask: Ask, target: int | str) -> list[Option]:
        """Lay a link whose far end is laid: a clause that describes a noun."""
        found: list[Option] = []
        if isinstance(target, int):
            hole = self.pattern.holes.get(ask.source)
            for end in self.ground.into[target]:
                grade = self._related(ask.role, end.role, end.node) * end.grade
                if (
                    isinstance(end.node, int)
                    and grade > 0
                    and (grade := grade * self.compare.like(ask.source, end.node)) > 0
                ):
                    fills = (Fill(hole.unknown, end.role, end.node),) if hole else ()
                    step = Part(self._step(ask), f"{self.compare.said(end.node)} {end.role}", grade)
                    found.append(Option(end.node, step, fills))
        if ask.source in self.pattern.holes:
            return found
        return [*found, Option(None, Part(self._step(ask), "", OTHER))]

    def _related(self, asked: str, said: str, source: int | str) -> float:
        """Return how well the role *said* stands for *asked* at *source*."""
        grade = related(asked, said)
        if not grade and isinstance(source, int) and {asked, said} == {":agent", ":object"}:
            # «was born» and «родился»: only one of both takes part
            return 0.0 if self.scene.targets(asked, source) else TURNED
        return grade

    def _joined(self, ask: Ask, source: int, target: int | str) -> Option:
        """The option of a link whose ends are both laid."""
        grade = max(
            (
                self._related(ask.role, end.role, source) * end.grade
                for end in self.ground.out[source]
                if end.node == target
            ),
            default=0.0,
        )
        return Option(None, Part(self._step(ask), "" if not grade else ask.role, grade or _LOOSE))

    def _missing(self, ask: Ask, source: int | None) -> Option:
        """The option of a link that the clause does not have."""
        grade = 0.0 if self._hangs(ask.target) else self._cost.grade(ask, source)
        return Option(None, Part(self._step(ask), "", grade))

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

    def is_shared(self, ask: Ask, source: int, end: int) -> bool:
        """
        Whether the unknown of *ask* may be what another word of the question names already.

        It may if the clause links to it once more: «Whose book does Anna read?», where she reads her own.
        """
        if ask.target not in self.pattern.holes:
            return False
        links = sum(link.target == end for link in self.scene.out(source))
        laid = sum(
            self.place.get(other.source) == source and self.place.get(other.target) == end
            for other in self.pattern.asks
            if other is not ask and isinstance(other.target, int)
        )
        return links > laid

    # --- filling unknowns -----------------------------------------------------------------------------------

    def _filling(self, ask: Ask, source: int) -> list[Option]:
        """Return what may fill the hole that *ask* leads to."""
        assert isinstance(ask.target, int), "a hole is a node"
        hole = self.pattern.holes[ask.target]
        if ask.role == IDENTITY:
            return self._identities(ask, source)
        found = self._fitting(ask, source, hole, self.scene.out(source))
        if not found:
            hanging = self._fitting(ask, source, hole, self.ground.hanging(hole.unknown, source))
            found = [(BESIDE * grade, role, target) for grade, role, target in hanging]
        if not found:
            return []
        if answers_together(hole.unknown) and not hole.kind:
            best = max(grade for grade, _, _ in found)
            chosen = [(role, target) for grade, role, target in found if grade >= 0.8 * best]
            fills = tuple(Fill(hole.unknown, role, target) for role, target in chosen)
            said = ", ".join(f"{role} {self.compare.said(target)}" for role, target in chosen)
            return [Option(chosen[0][1], Part(self._step(ask), said, best), fills)]
        return [
            Option(
                target,
                Part(self._step(ask), f"{role} {self.compare.said(target)}", grade),
                (Fill(hole.unknown, role, target),),
            )
            for grade, role, target in found
        ]

    def _fitting(
        self, ask: Ask, source: int, hole: Hole, links: Iterable[Link]
    ) -> list[tuple[float, str, int | str]]:
        """Return which *links* may fill *hole*: how well, the role, and what fills it."""
        roles = family(hole.unknown, ask.role)
        said_already = {it.target for it in self.pattern.asks if it.source == ask.source and it is not ask}
        found: list[tuple[float, str, int | str]] = []
        for link in self._each(ask, hole, links):
            if (
                link.target in said_already
                if isinstance(link.target, str)
                else self._is_taken(ask, source, link)
            ):
                continue
            grade = roles.get(link.role, 0.0)
            if not grade and not asks_limit(hole.unknown, ask.role):
                grade = self._related(ask.role, link.role, source)
            role = link.role
            if not grade and (ask.role, role) == (":instrument", ":agent"):
                grade, role = self._by_what(ask, hole, link.target), ask.role
            if grade and hole.unknown == "?who" and is_no_one(self.scene, link):
                continue
            if hole.unknown in ("?when", "?how-often") and self._is_rate(source, link):
                continue  # «дважды в день» is no time of the day
            if role == ":onto" and hole.unknown == "?when" and self.pattern.marks.get(":tense") == "past":
                continue  # «Когда была встреча?»: what is put on a day is still to come
            if grade and not self.compare.tells(hole.kind, link.target):
                continue
            if (hole.unknown, link.role) == ("?how-long", ":in") and "future" in self.scene.targets(
                ":tense", source
            ):
                continue  # «will be exported in two days»: that is when
            if grade and self.compare.may_fill(hole.unknown, link.role, link.target):
                grade *= self.compare.kind(hole.kind, link.target) * self.compare.worth(link.target)
                if (
                    hole.unknown == "?what"
                    and link.role == ":object"
                    and link.target in self.ground.doers(source)
                ):
                    grade *= _HEARD  # «forbade him to smoke»: to smoke is what he forbade
                found.append((grade, role, link.target))
        return found

    def _each(self, ask: Ask, hole: Hole, links: Iterable[Link]) -> Iterable[Link]:
        """Yield *links*; for an amount, also those to each of a list: «two eggs and a kilo of flour»."""
        is_of = hole.kind == AMOUNT and any(
            (it.source, it.role) == (ask.target, ":of") for it in self.pattern.asks
        )
        for link in links:
            yield link
            if is_of and isinstance(link.target, int) and self.scene.concepts[link.target] == "and":
                members = (it for it in self.scene.out(link.target) if it.role.startswith(":op"))
                yield from (link._replace(target=it.target) for it in members)

    def _is_rate(self, source: int, link: Link) -> bool:
        """Whether a unit of time says of how much time «twice» is meant: «дважды в день»."""
        scene, target = self.scene, link.target
        if not isinstance(target, int) or not is_span(scene, target) or scene.out(target):
            return False
        beside = [it for role in (":time", ":mod") for it in scene.targets(role, source)]
        return any(isinstance(it, int) and scene.concepts[it] in OFTEN for it in beside)

    def _by_what(self, ask: Ask, hole: Hole, target: int | str) -> float:
        """Return how well the thing that does it answers by what it is done: «Чем разбили окно?» «Мячом»."""
        if hole.unknown != "?what" or not isinstance(target, int):
            return 0.0
        says_who = any(it.source == ask.source and it.role == ":agent" for it in self.pattern.asks)
        is_thing = kind_of(self.scene.concepts[target], "").is_person is False
        return TURNED if is_thing and not says_who and not self.ground.names[target] else 0.0

    def _is_taken(self, ask: Ask, source: int, link: Link) -> bool:
        """Whether *link* leads to what another word of the question names."""
        end = link.target
        if not isinstance(end, int) or self.is_shared(ask, source, end):
            return False
        laid = self.place.values()
        return end in laid or any(it in laid for it, _ in self.ground.alike(end) if isinstance(it, int))

    def _identities(self, ask: Ask, source: int) -> list[Option]:
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
            elif role in (":object", ":agent", ":recipient") and scene.concepts[other] in NAMING:
                found += [
                    ("named", link.role, link.target, other)
                    for link in scene.out(other)
                    if isinstance(link.target, int)
                    and link.target != source
                    and link.role in _NAMES
                    and scene.targets(":name", link.target)
                ]
        named = bool(self.ground.names[source])
        asked_by_name = bool(self.pattern.names[ask.source])
        if named and not asked_by_name:
            found.append(("name", ":name", source, source))
        elif named and (scene.concepts[source] != ENTITY):  # «my sister Kate»
            found.append(("kind", IDENTITY, source, source))
        options: list[Option] = []
        for way, role, target, clause in found:
            if self.compare.may_fill(hole.unknown, role, target):
                identities = _IDENTITIES_OF_WHO if hole.unknown == "?who" and named else _IDENTITIES
                grade = (
                    identities.get(way, _IDENTITIES[way])
                    * self.compare.kind(hole.kind, target)
                    * self.compare.worth(target)
                )
                step = Part(self._step(ask), f"{role} {self.compare.said(target)}", grade)
                end = None if target == source else target
                options.append(Option(end, step, (Fill(hole.unknown, role, target),), clause))
        return options

    def _step(self, ask: Ask) -> str:
        role = {IDENTITY: "is", PARTICIPANT: "with"}.get(ask.role, ask.role)
        return (
            f"{role} {self.compare.asked(ask.target)}"
            if ask.source in self.place
            else f"{self.compare.asked(ask.source)} {role}"
        )
