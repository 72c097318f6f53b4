"""
How well scenes that were read agree with the right ones.

A link counts by what it says: the concept that it leaves, its role, and the concept or value that it
reaches. Each scene has one triple more, its root. A triple that stands twice must be read twice. Counts are
summed over all sentences before the F1 is taken, so that long sentences weigh more than short ones.

    >>> from scenograph.core import Scene
    >>> right = Scene.parse('(s / sleep :agent (c / cat) :time (n / night))')
    >>> read = Scene.parse('(s / sleep :agent (d / dog) :time (n / night))')
    >>> score = link_score([(right, read)])
    >>> score.right, score.read, score.both, round(score.f1, 2)
    (3, 3, 2, 0.67)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from scenograph.core import Scene

CORE_ROLES: Final = frozenset({":agent", ":object", ":recipient"})
"""The roles of who does what to whom."""

ROOT: Final = ":root"
Triple: TypeAlias = tuple[str, str, str]


@final
@dataclass(frozen=True, slots=True)
class Score:
    """
    Agreement of two multisets.

    Attributes:
        right: how many triples the right scenes have
        read: how many the scenes that were read have
        both: how many are in both
    """

    right: int = 0
    read: int = 0
    both: int = 0

    @property
    def precision(self) -> float:
        """Share of what was read that is right; 1 if nothing was read."""
        return self.both / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Share of what is right that was read; 1 if there is nothing to read."""
        return self.both / self.right if self.right else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.right + self.read
        return 2 * self.both / total if total else 1.0

    def __add__(self, other: Score) -> Score:
        """Return the score of both samples together."""
        return Score(self.right + other.right, self.read + other.read, self.both + other.both)


def triple(scene: Scene, source: int, role: str, target: int | str) -> Triple:
    """Return what a link of *scene* says."""
    concepts = scene.concepts
    return concepts[source], role, target if isinstance(target, str) else concepts[target]


def link_triples(scene: Scene) -> Counter[Triple]:
    """Count the links of *scene* as (concept, role, concept or value), and its root."""
    triples = Counter(triple(scene, *link) for link in scene.triples)
    triples["", ROOT, scene.root_concept] += 1
    return triples


def core_triples(scene: Scene) -> Counter[Triple]:
    """
    Return the links of *scene* that say who does what to whom.

    A name counts by its text, and what is coordinated by its members. So a wrong name is seen, and one of two
    agents that was missed.
    """
    concepts, out = scene.concepts, [scene.out(node) for node in range(len(scene.concepts))]

    def ends(node: int, seen: frozenset[int] = frozenset()) -> list[str]:
        members = [link.target for link in out[node] if link.role.startswith(":op")]
        if concepts[node] in ("and", "or", "but", "not") and members and node not in seen:
            return [
                end
                for member in members
                for end in (ends(member, seen | {node}) if isinstance(member, int) else [member])
            ]
        named = [link.target for link in out[node] if link.role == ":name" and isinstance(link.target, str)]
        return [named[0] if named else concepts[node]]

    return Counter(
        (concepts[source], role, end)
        for source, role, target in scene.triples
        if role in CORE_ROLES
        for end in (ends(target) if isinstance(target, int) else [target])
    )


def link_score(pairs: Iterable[tuple[Scene, Scene | None]]) -> Score:
    """Return the agreement of all links of *pairs* (right scene, scene that was read or None)."""
    return _total(pairs, link_triples)


def core_score(pairs: Iterable[tuple[Scene, Scene | None]]) -> Score:
    """Return the agreement of *pairs* on who does what to whom."""
    return _total(pairs, core_triples)


def _total(
    pairs: Iterable[tuple[Scene, Scene | None]], triples_of: Callable[[Scene], Counter[Triple]]
) -> Score:
    right_count = read_count = both = 0
    for right, read in pairs:
        right_triples = triples_of(right)
        read_triples = triples_of(read) if read is not None else Counter[Triple]()
        right_count += right_triples.total()
        read_count += read_triples.total()
        both += (right_triples & read_triples).total()
    return Score(right_count, read_count, both)
