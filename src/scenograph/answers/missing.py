"""
Missing: what it costs that a clause does not say something that was asked.

    How many pages has the book?      The film ends after ten pages.      no book: no answer
    When was our deploy?              The deploy was on Friday.           nearly as good
"""

from __future__ import annotations

from typing import Final, final

from scenograph.answers.classes import BEING, FORMERLY, NOW, ONE_OF, PERSONAL
from scenograph.answers.comparison import Comparison
from scenograph.answers.families import AMOUNTS, CORE, PARTICIPANT
from scenograph.answers.fitting import is_moment
from scenograph.answers.ground import Ground
from scenograph.answers.limits import RESTRICTING
from scenograph.answers.pattern import Ask, Pattern
from scenograph.answers.similarity import is_rare
from scenograph.coreference.mentions import KIN

OTHER: Final = 0.6
"""The grade of what is missing and is neither named nor takes part."""

_CORE: Final = 0.3
_NAMED: Final = 0.3
_OWNER: Final = 0.85  # a pronoun: «our deploy» and «the deploy»
_TOLD: Final = 0.85  # «the doctor said to rest»: to the one who tells of it
_OF_THE_SAME: Final = 0.75  # «the daughter», in a sentence that names Anna: hers
_NO_MORE: Final = 0.9  # «formerly», in a clause of the past
_ASKER: Final = frozenset({"I", "we", "я", "мы"})
_TENSES: Final = (("past", FORMERLY), ("present", NOW))
_CONFLICT: Final = 0.1  # the clause says something else there
_OWNERS: Final = (":poss", ":of", ":at")
_TOPIC: Final = ":about"  # who wrote about the bakery did not just write
_DESCRIBING: Final = frozenset({":mod", ":degree", ":quant"})
"""Roles of what a thing is like, not of where or whose it is."""


@final
class Missing:
    """Grades what *ground* lacks of *pattern*."""

    def __init__(self, pattern: Pattern, ground: Ground, compare: Comparison) -> None:
        self.pattern = pattern
        self.ground = ground
        self.scene = ground.scene
        self.compare = compare

    def grade(self, ask: Ask, source: int | None) -> float:
        """Return the grade of *ask*, a link that the clause lacks at *source*, if that is laid."""
        concept = self.pattern.concepts[ask.target] if isinstance(ask.target, int) else ask.target
        is_named = (isinstance(ask.target, int) and bool(self.pattern.names[ask.target])) or is_rare(concept)
        roles = _OWNERS if ask.role in _OWNERS and self._is_kind(ask.source) else (ask.role,)
        others = [] if source is None else [it for role in roles for it in self.scene.targets(role, source)]
        if source is not None and (likely := self._goes_without(ask, source, concept, bool(others))):
            return likely
        if ask.role == PARTICIPANT or (ask.role, ask.target) == (":degree", "most"):
            return 0.0  # a deep lake is not the deepest
        if others and ask.role not in (":mod", ":time", ":place") and not is_named and concept in PERSONAL:
            return _CORE
        if others and ask.role != ":mod":
            return _CONFLICT
        if ask.role in (*CORE, _TOPIC) or self._counts_of(ask, source):
            return _CORE
        if ask.role in RESTRICTING or self.pattern.needs(ask):
            return _CONFLICT
        if is_named or (isinstance(ask.target, str) and is_moment(ask.target)):
            return _NAMED
        if concept in PERSONAL and ask.role == ":poss":
            return _CORE if source is not None and self._is_owned(source) else _OWNER
        return OTHER

    def _goes_without(self, ask: Ask, source: int, concept: str | None, has_others: bool) -> float:
        """Return the grade of what need not be said at *source*; 0 if it has to be."""
        scene = self.scene
        tenses = scene.targets(":tense", source)
        if ask.role == ":time" and any(tense in tenses and concept in words for tense, words in _TENSES):
            return _NO_MORE
        if has_others:
            return 0.0
        if concept in _ASKER:
            is_told = ask.role == ":recipient" and bool(scene.targets(":content", source))
            is_done = ask.role == ":agent" and any(
                role == ":content" and not scene.targets(":recipient", it)
                for role, it in self.ground.sources[source]
            )
            return _TOLD if is_told or (is_done and not tenses) else 0.0
        if ask.role in _OWNERS and scene.concepts[source] in KIN and isinstance(ask.target, int):
            named = [it for it, names in enumerate(self.ground.names) if names and it != source]
            return _OF_THE_SAME * max((self.compare.like(ask.target, it) for it in named), default=0.0)
        return 0.0

    def _is_kind(self, node: int) -> bool:
        """Whether the question asks which thing *node* is: a doctor's pay is not that of a driver."""
        return node in self.pattern.holes and bool(self.pattern.holes[node].kind)

    def _counts_of(self, ask: Ask, source: int | None) -> bool:
        """
        Whether *ask* says whose, or in what, the things are of which the question asks how many there are.

        Forty pages are not the pages of a book that the sentence does not name. What there is, is ours.
        """
        pattern = self.pattern
        if ask.source != 0 or ask.role in _DESCRIBING:
            return False
        counts = {it.target for it in pattern.asks if it.source == 0 and it.role == ":quant"}
        is_count = any(node in counts and hole.unknown in AMOUNTS for node, hole in pattern.holes.items())
        if pattern.form != "owned" and not is_count:
            return False
        concept = pattern.concepts[ask.target] if isinstance(ask.target, int) else ask.target
        if concept in PERSONAL:
            return source is None or not self._is_there(source)
        return not any(self.compare.like(ask.target, it) for it in range(len(self.scene.concepts)))

    def _is_there(self, node: int) -> bool:
        """Whether a clause says no more of *node* than that it is, or is somewhere."""
        concepts = self.scene.concepts
        return any(role == ":subject" and concepts[it] in BEING for role, it in self.ground.sources[node])

    def _is_owned(self, node: int) -> bool:
        """Whether *node* is said to be of somebody that the question does not name: Anna, of «my day»."""
        scene = self.scene
        return any(
            isinstance(end, int)
            and scene.concepts[end] not in self.pattern.concepts
            and (role == ":poss" or bool(self.ground.names[end]) or scene.concepts[end] in ONE_OF)
            for role, end, _ in self.ground.out[node]
            if role in (":poss", ":of")
        )
