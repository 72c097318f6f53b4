"""
Ground: a scene in which answers are looked for, its links made ready for that.

Members of `and` stand for the whole, and so do other words for the same thing (`:same`)::

    (b / buy :agent (a / and :op1 (e / entity :name "Anna") :op2 (e2 / entity :name "Oleg")))
    buy :agent and, 1    buy :agent Anna, 1    buy :agent Oleg, 1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple, final

from scenograph.answers.classes import AMOUNTS, BEING, BLAMING, HAVING, NAMING, THEREFORE, WE, WHOLE
from scenograph.answers.fitting import is_time
from scenograph.answers.moments import moment_of
from scenograph.answers.standing import Standing, standings
from scenograph.core.links import Link, unquote
from scenograph.core.scene import Scene

_MEMBER: Final = {"and": 1.0, "but": 1.0, "or": 0.6}
_SAME: Final = 0.95
_MEANT: Final = 0.95  # the day that «yesterday» means
_ON_THAT_DAY: Final = 0.7  # what somebody said on a day, and did not say when it was


BESIDE: Final = 0.7
"""The grade of what hangs one step deeper than it was asked, and may belong higher as well."""
_HAS: Final = 0.95
_AMOUNT: Final = 0.9
_HEARD: Final = 0.95
_WAYS: Final = frozenset({":from", ":to", ":onto", ":until"})
_PLACES: Final = frozenset({":at", ":in", ":on"})
_TIMES: Final = frozenset({":time", ":on", ":at", ":in"})


class End(NamedTuple):
    """One end of a link: its role, the node or constant there, and how well it stands for the real end."""

    role: str
    node: int | str
    grade: float


@final
class Ground:
    """
    A scene to look for answers in.

    Args:
        scene: the scene
        said: the day when it was said, as ISO 8601 writes it; empty if that is not known
        speaker: who said it, and is one of «we»; empty if that is not known
        candidates: what the pronouns at some nodes may mean

    Attributes:
        scene, said, speaker, candidates: as given; each candidate is the root of a ground of its own
        names: the names of each node, without quotes; of «we» that of the speaker
    """

    def __init__(
        self,
        scene: Scene,
        said: str = "",
        speaker: str = "",
        candidates: Mapping[int, Sequence[Scene]] = MappingProxyType({}),
    ) -> None:
        self.scene = scene
        self.candidates = {node: [Ground(it) for it in found] for node, found in candidates.items()}
        self.said = said
        self.speaker = speaker
        self.names: list[tuple[str, ...]] = [
            tuple(unquote(t) for t in scene.targets(":name", node) if isinstance(t, str))
            or ((speaker,) if speaker and scene.concepts[node] in WE else ())
            for node in range(len(scene.concepts))
        ]

    @cached_property
    def called(self) -> dict[int, tuple[str, ...]]:
        """The names of things that are called by them: «Сторожа зовут Степаныч»."""
        found: dict[int, tuple[str, ...]] = {}
        for node, concept in enumerate(self.scene.concepts):
            if concept in NAMING:
                given = [it for it in self.scene.targets(":as", node) if isinstance(it, int)]
                for thing in self.scene.targets(":object", node):
                    if isinstance(thing, int) and len(given) == 1:
                        found[thing] = self.names[given[0]]
        return found

    @cached_property
    def standings(self) -> list[Standing | None]:
        """How each node stands."""
        return standings(self.scene)

    @cached_property
    def sources(self) -> list[list[tuple[str, int]]]:
        """For each node the roles and sources of the links that lead to it."""
        found: list[list[tuple[str, int]]] = [[] for _ in self.scene.concepts]
        for source, role, target in self.scene.triples:
            if isinstance(target, int):
                found[target].append((role, source))
        return found

    @cached_property
    def out(self) -> list[list[End]]:
        """For each node what it links to, and what stands for that."""
        return [
            [
                End(link.role, node, grade)
                for link in self.scene.out(node)
                for node, grade in self.alike(link.target)
            ]
            + self._moments(node)
            + self._beside(node)
            + self._owners(node)
            + self._hearers(node)
            for node in range(len(self.scene.concepts))
        ]

    @cached_property
    def into(self) -> list[list[End]]:
        """For each node what links to it, or to what it stands for."""
        found: list[list[End]] = [[] for _ in self.scene.concepts]
        for source, ends in enumerate(self.out):
            for role, node, grade in ends:
                if isinstance(node, int):
                    found[node].append(End(role, source, grade))
        return found

    def _beside(self, node: int) -> list[End]:
        """Return the places of what *node* acts on: «built the computer at Bletchley Park» says either."""
        links = self.hanging("?where", node)
        if self.scene.targets(":tense", node):  # «the train from Vienna takes four hours»
            links += [
                link
                for role in (":agent", ":subject", ":object")
                for thing in self.scene.targets(role, node)
                if isinstance(thing, int)
                for link in self.scene.out(thing)
                if link.role in _WAYS
            ]
        return [
            End(link.role, link.target, BESIDE) for link in links if not self.scene.targets(link.role, node)
        ]

    def _owners(self, node: int) -> list[End]:
        """Return who has *node*, as a clause says: «У Кати есть кот», «Anna has a cat»."""
        found: list[End] = []
        for role, clause in self.sources[node]:
            concept, standing = self.scene.concepts[clause], self.standings[clause]
            if standing is None or standing.kind != "stated":
                continue
            owner = ":poss" if concept in BEING else ":agent" if concept in HAVING else ""
            if owner and role == (":subject" if concept in BEING else ":object"):
                found += [End(":poss", it, _HAS) for it in self.scene.targets(owner, clause)]
        return found

    def _hearers(self, node: int) -> list[End]:
        """Return who is to do what *node* says: «Врач запретил папе курить» is said to the one who smokes."""
        if self.scene.targets(":recipient", node):
            return []
        return [End(":recipient", it, _HEARD) for it in self.doers(node)]

    def _blamed(self, node: int) -> list[Link]:
        """Return who is to blame, where a question asks «Who is to blame?», read as who blames."""
        if self.scene.concepts[node] not in BLAMING or self.scene.targets(":agent", node):
            return []
        clauses = [
            it for role, it in self.sources[node] if role == ":content" and self.scene.concepts[it] in BEING
        ]
        return [Link(node, ":agent", it) for one in clauses for it in self.scene.targets(":subject", one)]

    def _reasons(self, node: int) -> list[Link]:
        """Return why *node* is so, by what stands before it: «It rained, so we stayed at home»."""
        if not any(self._word(it) in THEREFORE for it in self.scene.targets(":mod", node)):
            return []
        clause, seen = node, {node}
        while True:  # up to the first that something stands before
            above = [(role, it) for role, it in self.sources[node] if role[:3] == ":op" and it not in seen]
            if not above:
                return []
            role, node = above[0]
            seen.add(node)
            before = self.scene.targets(f":op{int(role[3:]) - 1}", node) if role[3:].isdigit() else ()
            if before:
                return [Link(clause, ":because", self._last_of_but(before[0]))]

    def _last_of_but(self, target: int | str) -> int | str:
        """Return what counts of «X, but Y, so Z»: Y is why."""
        while isinstance(target, int) and self.scene.concepts[target] == "but":
            members = [it.target for it in self.scene.out(target) if it.role[:3] == ":op"]
            if not members:
                break
            target = members[-1]
        return target

    def _word(self, target: int | str) -> str:
        return unquote(target if isinstance(target, str) else self.scene.concepts[target])

    def doers(self, node: int) -> list[int]:
        """Return who acts in the content of *node*, and not in *node* itself."""
        own = self.scene.targets(":agent", node)
        return [
            doer
            for content in self.scene.targets(":content", node)
            if isinstance(content, int)
            for doer in self.scene.targets(":agent", content)
            if isinstance(doer, int) and doer not in own
        ]

    def hanging(self, unknown: str, node: int) -> list[Link]:
        """
        Return what hangs one step deeper than *node*, and may be what *unknown* asks for there.

        «Anna sells books in Rome», read as books in Rome: where she sells them. «День рождения мамы — 4 мая»,
        read as a birth on 4 May: when the day is. «It rained, so we stayed»: why we stayed.
        """
        if unknown == "?why":
            return self._reasons(node)
        if unknown in ("?who", "?what"):
            return self._blamed(node)
        if unknown == "?where" and any(self.scene.targets(it, node) for it in (":tense", ":modal", ":mode")):
            through, roles = ":object", _PLACES
        elif unknown == "?when" and not self.scene.targets(":tense", node):
            through, roles = ":of", frozenset({":time"})
        else:
            return []
        things = [it for it in self.scene.targets(through, node) if isinstance(it, int)]
        if unknown == "?where":  # «on Friday at the town hall», read as a Friday there
            times = [it.target for it in self.scene.out(node) if it.role in _TIMES]
            things += [it for it in times if isinstance(it, int) and is_time(self.scene, it)]
        return [link for thing in things for link in self.scene.out(thing) if link.role in roles]

    def _moments(self, node: int) -> list[End]:
        """Return when it was what *node* says, by the day when that was said."""
        tense = next((it for it in self.scene.targets(":tense", node) if isinstance(it, str)), "")
        if not self.said or not tense:
            return []
        times = self.scene.targets(":time", node)
        if not times:
            return [End(":time", self.said[:10], _ON_THAT_DAY)]
        meant = [moment_of(self.scene, target, self.said, tense) for target in times]
        return [End(":time", moment, _MEANT) for moment in meant if moment]

    def alike(self, target: int | str) -> list[tuple[int | str, float]]:
        """Return *target* and what stands for it: members of «and», other words for the same thing."""
        found: dict[int | str, float] = {target: 1.0}
        waiting = [target]
        for here in waiting:
            if isinstance(here, str):
                continue
            member = _MEMBER.get(self.scene.concepts[here], 0.0)
            is_whole = self.scene.concepts[here] in WHOLE
            others: list[tuple[int | str, float]] = [
                (link.target, member if link.role.startswith(":op") else _SAME)
                for link in self.scene.out(here)
                if link.role == ":same"
                or (member and link.role.startswith(":op"))
                or (is_whole and link.role == ":of")  # «both of my cousins» are my cousins
            ]
            if self.scene.concepts[here] in AMOUNTS:  # «a box of plums» are plums
                others += [(it, _AMOUNT) for it in self.scene.targets(":of", here)]
            others += [(source, _SAME) for role, source in self.sources[here] if role == ":same"]
            for other, grade in others:
                if other not in found:
                    found[other] = found[here] * grade
                    waiting.append(other)
        return list(found.items())
