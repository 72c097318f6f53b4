"""
The shape of a scene that is said: which nodes are clauses, and which of them describe a noun.

A scene does not say what part of speech a word is: «need» may be a verb or a noun. What hangs on it tells,
and by which roles others lead to it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from scenograph.realiser.text import word_set
from scenograph.realiser.view import Target, View
from scenograph.realiser.wording import PLAIN, Wording

CLAUSAL: Final = word_set(
    "content purpose while if when because although after before since until unless so-that as-if as-soon-as "
    "whether once"
)
"""Roles whose target is more often a clause than a noun."""

_FINITE: Final = ("tense", "modal", "aspect", "mode")
_LIGHT: Final = ("mod", "degree", "quant", "number", "name", "measure", "manner")
_NOUN_SIGNS: Final = ("number", "quant", "poss", "name", "of", "same")
_VERBAL: Final = frozenset(["manner", "purpose", "while", "recipient"])
_ACTIVE: Final = frozenset(
    ["agent", "object", "recipient", "content", "place", "time", "manner", "purpose", "because", "if"]
)
"""Roles that a verb has rather than a noun, if a word may be either."""
_THINGS: Final = frozenset(["agent", "object", "recipient", "poss", "same"])
"""Roles whose target is hardly ever a verb, if a word may be either."""
_NOMINAL: Final = frozenset(["agent", "object", "recipient", "subject", "of", "poss", "same", "quant"])
"""Roles whose target is more often a noun than a clause."""
_VERB_SIGNS: Final = ("agent", "recipient", "content", "object")


class Shape(ABC):
    """
    Tells what the nodes of *view* are.

    Attributes:
        wording: which way is taken where a language has several
    """

    def __init__(self, view: View, wording: Wording = PLAIN) -> None:
        self.view = view
        self.wording = wording
        self._clauses: dict[int, bool] = {}

    @abstractmethod
    def parts(self, lemma: str) -> frozenset[str]:
        """Return the parts of speech that *lemma* may be."""

    @abstractmethod
    def has_adjective(self, target: Target) -> bool:
        """Whether an adjective or a determiner describes *target*: then it is a noun."""

    @abstractmethod
    def is_verb(self, node: Target) -> bool:
        """Whether a predicate is a verb, not an adjective or a noun that is said of a subject."""

    def is_clause(self, target: Target) -> bool:
        """Whether *target* is said as a clause, not as a noun."""
        target = self.view.inside(target)
        if isinstance(target, str):
            return False
        found = self._clauses.get(target)
        if found is None:
            found = self._clauses[target] = self._is_clause(target)
        return found

    def _is_clause(self, node: int) -> bool:
        view = self.view
        roles = view.roles(node)
        if self.is_finite(node) or "subject" in roles:
            return True
        if node in view.definite or view.name(node) or view.unknown(node):
            return False
        word = view.word(node)
        if word in ("be", "быть"):
            return True
        parts = self.parts(word)
        if "verb" not in parts:
            return not parts and "agent" in roles and not roles.intersection(_NOUN_SIGNS)
        if roles.intersection(_NOUN_SIGNS) and not roles.intersection(_VERB_SIGNS):
            return False
        if "noun" not in parts and "adj" not in parts:
            return bool(roles.intersection(_VERB_SIGNS)) or not self.has_adjective(node)
        if roles.intersection(_NOUN_SIGNS) or self.has_adjective(node):
            return False
        above = view.roles_into(node)
        actions = self.wording.actions
        if actions == "verbs" and roles & _ACTIVE and not above & _THINGS:
            return True
        if actions == "nouns" and above and not above & {"content", "purpose"}:
            return False
        if view.is_described_by(node) or above & {"content", "purpose"}:
            return True
        if self._shares_agent(node):
            return True
        if above & _NOMINAL:
            return ("noun" not in parts and bool(roles.intersection(_VERB_SIGNS))) or bool(roles & _VERBAL)
        if "agent" in roles or "recipient" in roles:
            return True
        return bool(roles.intersection(_VERB_SIGNS)) and (not above or bool(above & CLAUSAL))

    def _shares_agent(self, node: int) -> bool:
        """Whether who does something is said elsewhere too: then the word is a verb."""
        return any(len(self.view.into(edge.target)) > 1 for edge in self.view.out(node, "agent"))

    def is_finite(self, target: Target) -> bool:
        """Whether a clause has a tense or another mark that only a finite verb, or a command, has."""
        target = self.view.inside(target)
        return any(self.view.is_mark(edge) for edge in self.view.out(target, *_FINITE))

    def is_command(self, target: Target) -> bool:
        """Whether a clause is a command."""
        target = self.view.inside(target)
        return any(self.view.is_mark(edge) for edge in self.view.out(target, "mode"))

    def is_heavy(self, target: Target) -> bool:
        """Whether a modifier is too long to stand before its noun: «full of water», «близкий к морю»."""
        view = self.view
        seen: set[Target] = set()
        queue = [target]
        for here in queue:
            if here in seen or isinstance(here, str) or here in view.named:
                continue
            seen.add(here)
            for edge in view.out(here):
                if edge.role not in _LIGHT and edge.role[:2] != "op":
                    return True
                queue.append(edge.target)
        return len(seen) > 12

    def climb(self, source: Target) -> Target:
        """Return what joins or denies a clause that describes a noun, if it has not been said."""
        seen: set[Target] = {source}
        while True:
            above = [
                edge.target
                for edge in self.view.into(source)
                if edge.target not in self.view.named
                and edge.target not in seen
                and self.view.is_wrapper(edge)
            ]
            if not above:
                return source
            source = above[0]
            seen.add(source)

    def gap(self, target: Target, node: int) -> str:
        """Return the role by which a clause leads to the noun *node* that it describes; '' if by none."""
        seen: set[Target] = set()
        queue = [target]
        for here in queue:
            if here in seen or isinstance(here, str):
                continue
            seen.add(here)
            for edge in self.view.out(here):
                if edge.target == node:
                    return edge.role
            joined = self.view.members(here) if self.view.is_joining(here) or self.view.is_not(here) else []
            queue += [edge.target for edge in joined]
            if here == target or joined:
                queue += [edge.target for edge in self.view.out(here, "content")]
        return ""
