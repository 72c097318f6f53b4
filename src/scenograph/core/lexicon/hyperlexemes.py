"""
Hyperlexemes: small patterns that recur, learned by description length.

This is byte-pair encoding on graphs. A pair is a node and something that it links to. Again and again the
pair that saves most becomes a lexeme, and the scenes are rewritten with it, so that larger patterns grow from
smaller ones. A lexeme saves what its uses get shorter by, less its own pattern and `PRICE` (the two-part code
of Rissanen's minimum description length). When none saves anything more, learning ends. Lengths are those of
`.length`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from ..links import is_unknown
from ..scene import Scene
from .length import word_length
from .lexeme import MOST_HOLES, Lexeme, is_hole_role, is_lexeme_name
from .mutable import MutableScene

PRICE = 12
"""Tokens that a lexeme costs besides its pattern: a row of a vocabulary, a place in a table."""


class Candidate(NamedTuple):
    """
    A node and something that it links to, as a candidate for a lexeme.

    Attributes:
        concept: the node's concept
        role: the link's role
        target: the constant, or the target's concept
        roles: roles of the target's own links; empty for a constant
        others: numbered roles of the node besides *role*, if it is a lexeme
        is_node: whether the target is a node
    """

    concept: str
    role: str
    target: str
    roles: tuple[str, ...]
    others: tuple[str, ...]
    is_node: bool

    def pattern(self) -> Scene:
        """Return the pattern with holes in all places that the pair leaves open."""
        links: list[tuple[int, str, int | str]] = [(0, self.role, 1 if self.is_node else self.target)]
        open_places = [*((1, role) for role in self.roles), *((0, role) for role in self.others)]
        links += [(node, role, f"?{hole}") for hole, (node, role) in enumerate(open_places, 1)]
        return Scene.build([self.concept, *([self.target] if self.is_node else [])], links)

    def saves(self, uses: int) -> int:
        """Return the tokens saved where a lexeme replaces the pair *uses* times."""
        brackets = 2 if self.roles else 0
        each = word_length(self.concept) + word_length(self.target) + brackets  # and one role; one name stays
        holes = len(self.roles) + len(self.others)
        return uses * each - (each + 1 + 2 * holes + 2 + PRICE)


def pairs(draft: MutableScene) -> Iterator[Candidate]:
    """Yield each node with each constant or private node that it links to, once where several look equal."""
    for node, concept in draft.concepts.items():
        found: dict[Candidate, None] = {}
        items = draft.out[node]
        numbered = sorted(role for role, _ in items if is_hole_role(role))
        if numbered and not is_lexeme_name(concept):
            continue  # no lexeme could stand for it: its roles look like those of holes
        for role, target in items:
            others = numbered.copy()
            if role in others:
                others.remove(role)
            if isinstance(target, str):
                if not is_unknown(target):
                    found[Candidate(concept, role, target, (), tuple(others), is_node=False)] = None
            elif target and target != node and draft.inward[target] == 1:
                roles = tuple(sorted(role for role, _ in draft.out[target]))
                found[
                    Candidate(concept, role, draft.concepts[target], roles, tuple(others), is_node=True)
                ] = None
        yield from found


def learn_hyperlexemes(
    drafts: Sequence[MutableScene], *, first: int, size: int, least: int
) -> dict[str, Scene]:
    """
    Learn lexemes from *drafts*, which are rewritten with them.

    Args:
        first: the number of the first one's name
        size: how many at most
        least: how often a pattern must occur
    Returns:
        names and patterns, in the order in which they have to be applied
    """
    return _Learner(drafts, max(1, least)).learn(first, size)


class _Learner:
    """Counts of pairs, kept up to date while lexemes take their places."""

    def __init__(self, drafts: Sequence[MutableScene], least: int) -> None:
        self.drafts = drafts
        self.least = least
        self.found = [Counter(pairs(draft)) for draft in drafts]
        self.counts: Counter[Candidate] = Counter()
        self.homes: defaultdict[Candidate, set[int]] = defaultdict(set)  # where it occurs, or once did
        for home, found in enumerate(self.found):
            self.counts.update(found)
            for pair in found:
                self.homes[pair].add(home)
        self.heap = list(self._offers(self.counts))
        heapify(self.heap)

    def learn(self, first: int, size: int) -> dict[str, Scene]:
        learned: dict[str, Scene] = {}
        spent: set[Candidate] = set()
        while self.heap and len(learned) < size:
            saved, pair = heappop(self.heap)
            uses = self.counts[pair]
            if pair in spent or uses < self.least or -saved != pair.saves(uses):
                continue  # offered before its count changed, and again since
            spent.add(pair)
            lexeme = Lexeme(f"⟁{first + len(learned)}", pair.pattern())
            learned[lexeme.name] = lexeme.pattern
            changed: set[Candidate] = set()
            for home in sorted(self.homes.pop(pair)):
                if self.drafts[home].fold(lexeme):
                    changed |= self._recount(home)
            for offer in self._offers(changed):
                heappush(self.heap, offer)
        return learned

    def _offers(self, changed: Iterable[Candidate]) -> Iterator[tuple[int, Candidate]]:
        """Yield those of *changed* that would save something, best first when sorted."""
        for pair in changed:
            uses = self.counts[pair]
            if len(pair.roles) + len(pair.others) > MOST_HOLES:
                continue
            if uses >= self.least and (saved := pair.saves(uses)) > 0:
                yield -saved, pair

    def _recount(self, home: int) -> set[Candidate]:
        """Count a draft's pairs again; return those whose counts changed."""
        before, now = self.found[home], Counter(pairs(self.drafts[home]))
        self.found[home] = now
        self.counts.subtract(before)
        self.counts.update(now)
        for pair in now:
            self.homes[pair].add(home)
        return before.keys() ^ now.keys() | {pair for pair in now if before[pair] != now[pair]}
