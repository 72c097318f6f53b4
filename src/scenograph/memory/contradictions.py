"""
Contradictions: crystals that cannot all be so, found by rule.

    crystal 3   (a / Alan_Bean :birthDate "1932-03-15")
    crystal 8   (a / Alan_Bean :birthDate "1935-03-15")        only one :birthDate

Only what is believed counts, and only crystals that are true at one time: two leaders, one after the other,
are no contradiction, and `Memory.correct` ends one. Nothing is resolved here; both sides are shown.

The rules are those of `scenograph.core.field`. `only_one` needs no field: statements are grouped by thing and
role, so that thousands of crystals take a second. Other rules and denials are closed over fields of the
crystals that they can be about; each field is of crystals that share things.

A thing has a name, a quoted concept, or a concept that begins like a name, as in scenes made of triples
(`Alan_Bean`, `1634:_The_Ram_Rebellion`). Things without a name may be one thing under two descriptions, so
`only_one` does not compare their values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from scenograph.core.field import Field, Rule, only_one
from scenograph.core.field.assertion import DENIED, asserted_nodes
from scenograph.core.field.facts import CONCEPT
from scenograph.core.field.identity import Identity, by_name
from scenograph.core.field.proof import Proof
from scenograph.core.field.rules import Head
from scenograph.core.links import Link, quote, unquote
from scenograph.core.scene import Scene
from scenograph.errors import SceneError
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.validity import Interval
from scenograph.memory.store.words import symbol_words

Times = Mapping[int, Sequence[Interval]]
"""When crystals are true, where that was stated; the others are always true."""

Scenes = Iterable[tuple[int, Scene]]
"""Scenes with the ids of their crystals."""

_ALWAYS = (Interval(),)
_ONLY_ONE = "only one "
_CALLED = (CONCEPT, ":name")


class Found(NamedTuple):
    """A contradiction: the rule, and a proof of each side, whose scenes are numbers of crystals."""

    rule: str
    sides: tuple[Proof, ...]

    @property
    def crystals(self) -> tuple[int, ...]:
        """The crystals that it rests on, in ascending order."""
        return tuple(sorted({crystal for side in self.sides for crystal in side.support}))


class Statement(NamedTuple):
    """
    One link, asserted by a scene, of a named thing to a constant or to another named thing, the value.
    """

    thing: Identity
    link: Link
    value: str


def thing_of(scene: Scene, node: int) -> Identity | None:
    """The identity of *node*; None if it has no name, or two."""
    try:
        identity = by_name(scene, node)
    except SceneError:
        return None
    concept = scene.concepts[node]
    if identity is None and (concept[0].isdigit() or (concept[0].isupper() and concept[0] != "Δ")):
        return Identity((concept,), "")
    return identity


def things_of(scene: Scene) -> dict[int, Identity]:
    """The nodes of *scene* that have an identity which no other node of it has."""
    named = {node: thing for node in range(len(scene.concepts)) if (thing := thing_of(scene, node))}
    if len(set(named.values())) == len(named):
        return named
    names = list(named.values())
    return {node: thing for node, thing in named.items() if names.count(thing) == 1}


def statements(scene: Scene, roles: AbstractSet[str] | None = None) -> Iterator[Statement]:
    """What *scene* asserts of named things in *roles*, by default in all but `:name`."""
    links = [
        link for link in scene.links if (link.role in roles if roles is not None else link.role != ":name")
    ]
    if not links:
        return
    things = things_of(scene)
    if not things:
        return
    asserted = asserted_nodes(scene)
    for link in links:
        thing = things.get(link.source)
        if thing is not None and asserted[link.source]:
            target = link.target
            value = things.get(target) if isinstance(target, int) else Identity((unquote(target),), "")
            if value is not None:
                yield Statement(thing, link, " ".join(value.name).replace("_", " ").casefold())


class Search:
    """
    Looks for contradictions among crystals.

    Args:
        rules: the rules; those of `only_one` are handled apart
        times: says when crystals are true
    Attributes:
        single: the roles that take one value by `only_one`
        is_local: whether there are no other rules, so that a contradiction is about one thing
    """

    def __init__(self, rules: Iterable[Rule], times: Callable[[Collection[int]], Times]) -> None:
        self._times = times
        self.single: set[str] = set()
        self._rules: list[Rule] = []
        for rule in rules:
            role = rule.name.removeprefix(_ONLY_ONE)
            if role != rule.name and rule == only_one(role):
                self.single.add(role)
            else:
                self._rules.append(rule)
        self.is_local = not self._rules
        atoms = [
            atom
            for rule in self._rules
            for pattern in (rule.body, *rule.body.absences)
            for atom in pattern.atoms
        ]
        self._roles = {atom.role for atom in atoms if atom.role not in _CALLED}
        self._concepts = {
            atom.target for atom in atoms if atom.role == CONCEPT and isinstance(atom.target, str)
        }
        self._concepts |= {atom.concept for atom in atoms if isinstance(atom.concept, str)}

    def run(self, scenes: Callable[[], Scenes]) -> list[Found]:
        """
        The contradictions among *scenes*, which are read once, or twice if one of them denies something.

        Raises:
            RuleError: if the rules derive without end, or cannot be stratified
        """
        values: dict[tuple[Identity, str], dict[str, list[tuple[int, Scene, Link]]]] = {}
        relevant: dict[int, Scene] = {}
        denied: set[Identity | str] = set()
        for crystal, scene in scenes():
            for thing, link, value in statements(scene, self.single) if self.single else ():
                group = values.setdefault((thing, link.role), {})
                group.setdefault(value, []).append((crystal, scene, link))
            denies_something = denies(scene)
            if denies_something:
                denied |= marks_of(scene)
            if denies_something or self._is_relevant(scene):
                relevant[crystal] = scene
        found = [
            one
            for (_, role), group in values.items()
            if len(group) > 1
            for one in self._divided(role, list(group.values()))
        ]
        if denied:  # what is denied may be stated by whatever shares a thing or a constant with the denial
            relevant.update(one for one in scenes() if not denied.isdisjoint(marks_of(one[1])))
        whole = not all(map(_is_about_one_thing, self._rules))
        for part in [list(relevant)] if whole else _connected(relevant):
            found += self._by_field({crystal: relevant[crystal] for crystal in part})
        return sorted(found, key=lambda one: (one.crystals, one.rule))

    def _is_relevant(self, scene: Scene) -> bool:
        return bool(self._rules) and not (
            self._concepts.isdisjoint(scene.concepts)
            and self._roles.isdisjoint(link.role for link in scene.links)
        )

    def _divided(self, role: str, groups: list[list[tuple[int, Scene, Link]]]) -> Iterator[Found]:
        """A contradiction for each time at which more than one of *groups* is stated."""
        for together in self._overlapping({crystal for group in groups for crystal, *_ in group}):
            sides: list[Proof] = []
            for group in groups:
                found = {crystal: (scene, link) for crystal, scene, link in group if crystal in together}
                if found:
                    scene, link = found[min(found)]
                    sides.append(Proof(brief(scene, link), "stated", tuple(sorted(found))))
            if len(sides) > 1:
                yield Found(_ONLY_ONE + role, tuple(sorted(sides, key=lambda side: side.scenes)))

    def _by_field(self, scenes: Mapping[int, Scene]) -> Iterator[Found]:
        seen: set[tuple[str, frozenset[tuple[Scene, tuple[int, ...]]]]] = set()
        for together in self._overlapping(scenes):
            numbers = sorted(together)
            field = Field([scenes[crystal] for crystal in numbers], identify=thing_of).close(self._rules)
            for conflict in field.conflicts:
                sides = tuple(side.renumbered(numbers) for side in conflict.sides)
                key = conflict.reason, frozenset((side.claim, side.support) for side in sides)
                if key not in seen:
                    seen.add(key)
                    yield Found(conflict.reason, sides)

    def _overlapping(self, crystals: Collection[int]) -> list[frozenset[int]]:
        """The largest sets of *crystals* that are all true at some one time."""
        times = self._times(crystals)
        if not times:
            return [frozenset(crystals)]
        return overlapping({crystal: times.get(crystal, _ALWAYS) for crystal in crystals})


def overlapping(times: Times) -> list[frozenset[int]]:
    """
    The largest sets of crystals that are all true at some one time.

    >>> [sorted(some) for some in overlapping({1: [Interval(0, 9)], 2: [Interval(5)], 3: [Interval(9)]})]
    [[1, 2], [2, 3]]
    """
    events: list[tuple[float, int, int]] = []  # at one time, ends come before starts
    for crystal, intervals in times.items():
        for start, end in intervals:
            events.append((float("-inf") if start is None else start, 1, crystal))
            if end is not None:
                events.append((end, 0, crystal))
    active: dict[int, int] = {}
    found: dict[frozenset[int], None] = {}
    has_grown = False
    for _, is_start, crystal in sorted(events):
        if has_grown and not is_start:
            found[frozenset(active)] = None
        has_grown = bool(is_start)
        active[crystal] = active.get(crystal, 0) + (1 if is_start else -1)
        if not active[crystal]:
            del active[crystal]
    if has_grown:
        found[frozenset(active)] = None
    return list(found)


def _is_about_one_thing(rule: Rule) -> bool:
    """Whether all patterns of *rule* share things or constants, so that its crystals do too."""
    patterns = (rule.body, *rule.body.absences)
    waiting = [set(atom.slots) for pattern in patterns for atom in pattern.atoms]
    reached = set(waiting[0])
    while near := [slots for slots in waiting if not reached.isdisjoint(slots)]:
        waiting = [slots for slots in waiting if reached.isdisjoint(slots)]
        reached.update(*near)
    return not waiting and all(_says_nothing_new(head) for head in rule.heads)


def _says_nothing_new(head: Head) -> bool:
    """Whether *head* adds nothing that other crystals could share."""
    constants = [target for _, role, target, _ in head.links if isinstance(target, str) and role != CONCEPT]
    return bool(head.slots) and head.new <= 1 and not constants


def denies(scene: Scene) -> bool:
    """Whether something in *scene* may be a denial."""
    return "not" in scene.concepts or any((link.role, link.target) == DENIED for link in scene.links)


def marks_of(scene: Scene) -> set[Identity | str]:
    """The named things and constants of *scene*, some of which a denial and what it denies share."""
    constants = {link.target for link in scene.links if isinstance(link.target, str)}
    return {*things_of(scene).values(), *constants} - {DENIED[1]}


def _connected(scenes: Mapping[int, Scene]) -> list[list[int]]:
    """The crystals of *scenes* in groups; different groups share no named thing and no constant."""
    groups: dict[int, list[int]] = {crystal: [crystal] for crystal in scenes}
    owner: dict[Identity | str, int] = {}
    for crystal, scene in scenes.items():
        for mark in marks_of(scene):
            other = owner.setdefault(mark, crystal)
            small, large = sorted((groups[crystal], groups[other]), key=len)
            if small is not large:
                large += small
                for one in small:
                    groups[one] = large
    return list({id(group): sorted(group) for group in groups.values()}.values())


def brief(scene: Scene, link: Link) -> Scene:
    """One link of *scene* with the concepts and names of its ends."""
    kept: dict[int, None] = {link.source: None}
    if isinstance(link.target, int):
        kept[link.target] = None
    links = [link]
    for node in kept:
        links += [further for further in scene.out(node) if further.role == ":name" and further not in links]
    for _, _, target in links:
        if isinstance(target, int) and target not in kept:
            kept[target] = None
            links += [further for further in scene.out(target) if isinstance(further.target, str)]
    place = {node: number for number, node in enumerate(kept)}
    return Scene.build(
        [scene.concepts[node] for node in kept],
        [(place[s], role, place[t] if isinstance(t, int) else t) for s, role, t in dict.fromkeys(links)],
    )


_DENYING = '("not" OR "polarity")'


def conflicting(crystals: Crystals, scene: Scene, roles: AbstractSet[str]) -> list[int] | None:
    """
    The crystals that may contradict *scene*, found by words; None if words cannot find them.

    They say something of its things in one of *roles*, or one may deny what the other says.
    """
    found: set[int] = set()
    for expression in dict.fromkeys(_expressions(scene, roles)):
        if not expression:
            return None
        rows = crystals.database.execute(
            "SELECT rowid FROM words WHERE words MATCH ?", (f"names : ({expression})",)
        )
        found.update(row[0] for row in rows)
    return sorted(found)


def _expressions(scene: Scene, roles: AbstractSet[str]) -> Iterator[str]:
    """Full-text queries, empty where something has no words."""
    for thing, link, _ in statements(scene, roles):
        yield _all(_phrase(" ".join(thing.name)), _phrase(link.role))
    for mark in marks_of(scene):
        name = _phrase(mark if isinstance(mark, str) else " ".join(mark.name))
        yield name if denies(scene) else _all(name, _DENYING)


def _phrase(name: str) -> str:
    words = symbol_words(name if name.startswith((":", '"')) else quote(name))
    return f'"{words}"' if words else ""


def _all(*phrases: str) -> str:
    return " AND ".join(phrases) if all(phrases) else ""
