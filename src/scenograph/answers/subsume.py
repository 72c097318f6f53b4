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
from typing import Final, final

from scenograph.answers.bounds import NOT_UNTIL, then
from scenograph.answers.classes import AMOUNTING, THIRD
from scenograph.answers.comparison import Comparison
from scenograph.answers.families import ADVERBIAL, MARKS
from scenograph.answers.fitting import is_clause
from scenograph.answers.ground import Ground
from scenograph.answers.limits import absences, is_none
from scenograph.answers.matched import Fill, Match, Part, product
from scenograph.answers.options import Options
from scenograph.answers.pattern import THERE, Ask, Pattern

LEAST: Final = 0.5
"""Matches with a lower grade are no answers."""

_BEST: Final = frozenset({"most", "least"})
"""The degrees of the tallest and the least tall: who is taller than somebody need not be the tallest."""

_DESCRIBED: Final = 0.7  # «the average pay», where the clause says how much that is
_STEPS: Final = 20_000  # ways to lay a link that are tried on one scene


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


def covers(pattern: Pattern, ground: Ground, least: float) -> Match | None:
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
        self._options = Options(pattern, ground, self._compare, self.place, least)
        self.steps = 0

    def at(self, node: int, *, anyhow: bool = False) -> Iterator[Match]:
        """Yield the matches with the root on *node*; *anyhow*: whatever its standing."""
        parts = self._rooted(node, anyhow)
        if parts is None:
            return
        pattern = self.pattern
        hole = pattern.holes.get(0)
        fills = (Fill(hole.unknown, "", node),) if hole else ()
        self.place.clear()
        self.place[0] = node
        standing = self.ground.standings[node]
        by = standing.by if standing else None
        is_turned = standing is not None and (standing.kind == "denied") != self.pattern.is_denied
        for grade, rest, filled, clause in self._lay(0, product(parts)):
            names_none = any(is_none(self.scene, it.target) for it in filled)
            if not anyhow and (names_none if self.pattern.is_denied else is_turned and not names_none):
                continue  # «Nobody came» answers «Who came?»; it does not answer «Who did not come?»
            if hole is not None and self._says_nothing_else(hole.kind, node):
                continue  # «Which salary has a driver?» «The salary of a driver»
            if pattern.form == THERE and is_clause(self.scene, node):
                continue
            if pattern.form == NOT_UNTIL:
                filled = then(filled, self.scene)
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
            if not self._compare.tells(pattern.holes[0].kind, node) and not self.ground.sources[node]:
                return None
            if self._has_amount(node):
                likeness *= _DESCRIBED
            asked = f"{pattern.holes[0].unknown} {pattern.holes[0].kind}"
            parts.append(Part(asked, self._compare.said(node), likeness))
        if pattern.form:
            parts.append(Part(f"({pattern.form})", "", pattern.grade))
        if anyhow:
            return parts
        if pattern.marks.get(":degree") in _BEST and pattern.marks[":degree"] not in self.scene.targets(
            ":degree", node
        ):
            return None
        standing = self.ground.standings[node]
        if standing is None:
            return None
        if (standing.kind == "denied") != pattern.is_denied and not self._asks_for_none(node):
            return None
        if standing.kind == "planned" and not self._takes_for_granted():
            return None
        grade = standing.grade
        if pattern.kinds:
            if standing.kind not in pattern.kinds and not self._is_like_a_command(node):
                return None
            grade = 1.0
        elif (standing.kind == "possible" and ":modal" in pattern.marks) or (
            standing.kind == "commanded" and pattern.marks.get(":mode")
        ):
            grade = 1.0
        if grade < 1.0:
            parts.append(Part("", f"({standing.kind})", grade))
        return parts

    def _has_amount(self, node: int) -> bool:
        """Whether a clause says how much *node* is, which tells more than what it is like."""
        concepts = self.scene.concepts
        return any(role == ":agent" and concepts[it] in AMOUNTING for role, it in self.ground.sources[node])

    def _says_nothing_else(self, kind: str, node: int) -> bool:
        """Whether what fills the root is of the *kind* asked for, and nothing else is said of it."""
        if not kind or self.scene.concepts[node] != kind or len(self.ground.alike(node)) > 1:
            return False
        asks = [ask for ask in self.pattern.asks if ask.source == 0 and ask.target not in self.pattern.holes]
        said = [link for link in self.scene.out(node) if link.role not in MARKS]
        is_all = all(any(self._compare.like(ask.target, it.target) for ask in asks) for it in said)
        return is_all and not any(ask.target == 0 for ask in self.pattern.asks)

    def _asks_for_none(self, node: int) -> bool:
        """Whether what is asked for may be what the clause at *node* says that there is none of."""
        return bool(self.pattern.holes) and not self.pattern.is_denied and bool(absences(self.scene, node))

    def _takes_for_granted(self) -> bool:
        """Whether the question takes it for granted that something is so: when, where or why it is."""
        return any(it.unknown in ADVERBIAL for it in self.pattern.holes.values())

    def _is_like_a_command(self, node: int) -> bool:
        """Whether *node* says what to do without being a command, or what not to do: «Don't open it»."""
        kinds = self.pattern.kinds
        forbids = self.pattern.is_denied and "commanded" in kinds
        return ("bare" in kinds and self._is_bare(node)) or (
            forbids and "command" in self.scene.targets(":mode", node)
        )

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
        for option in self._options.of(ask):
            fresh = self._fresh(ask)
            if option.end is not None and fresh is not None:
                if option.end in self.place.values() and not self._may_share(ask, fresh, option.end):
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

    def _may_share(self, ask: Ask, fresh: int, end: int | str) -> bool:
        """Whether *fresh*, an end of *ask*, may lie where another node of the pattern lies already."""
        if isinstance(end, str) or self.pattern.concepts[fresh] in THIRD:
            return True  # «her» may be who was named before
        source = self.place.get(ask.source)
        return isinstance(source, int) and self._options.is_shared(ask, source, end)

    def _fresh(self, ask: Ask) -> int | None:
        """Return the end of *ask* that is not laid yet."""
        if ask.source not in self.place:
            return ask.source
        return ask.target if isinstance(ask.target, int) and ask.target not in self.place else None
