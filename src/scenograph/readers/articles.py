"""
The article that an English noun has where a scene says nothing of it, and the mark where it has another.

A scene has no articles. What a noun usually has follows from the scene: «the» before one thing, «a» before
what somebody is or what there is, nothing before several and before what cannot be counted. Only where a
text departs from that, the noun has a mark: `:definite no` for «a», `:definite yes` for «the»::

    The dog sleeps.     (s / sleep :agent (d / dog))
    A dog sleeps.       (s / sleep :agent (d / dog :definite no))
    Dogs sleep.         (s / sleep :agent (d / dog :number plural))
    The dogs sleep.     (s / sleep :agent (d / dog :definite yes :number plural))

The converter writes the mark and the realiser says it, both by `Articles.usual`. So a text keeps its
articles, and a scene its marks. A word without an article where one is usual, as in a headline, has no mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias, final

from scenograph.core.links import unquote
from scenograph.morphology import english_forms
from scenograph.morphology.word_lists import word_lists
from scenograph.readers.values import month

Article: TypeAlias = Literal["the", "a", ""]

DEFINITE: Final = ":definite"
"""The role of the mark; its value is `yes` or `no`."""

_WORDS: Final = word_lists(__file__)

WEEKDAYS: Final = _WORDS("weekdays")
DAYTIMES: Final = _WORDS("daytimes")
BARE_WORDS: Final = _WORDS("bare_words")
DETERMINERS: Final = _WORDS("determiners")
QUANTITIES: Final = _WORDS("quantities")
"""Words after which «of» leads to known things: «one of the boys»."""

FUNCTION_WORDS: Final = _WORDS("function_words")
THINGS: Final = _WORDS("things")
"""Nouns that are no adjectives, though a dictionary says so."""

MASS: Final = _WORDS("mass")
_ABSTRACT: Final = ("ness", "ism", "pathy", "logy", "ics", "istry", "graphy", "nomy")
_KINDS: Final = _WORDS("kinds")
_PARTS: Final = _WORDS("parts")
_ALWAYS_PARTS: Final = frozenset({"lot", "bit", "couple"})
_ORDERED: Final = _WORDS("ordered")
_CALENDAR: Final = WEEKDAYS | _WORDS("calendar")
_AMOUNTS: Final = frozenset({"much", "many", "more", "less", "several", "enough", "few", "a-few"})
_BARE_PHRASES: Final[Mapping[str, frozenset[str]]] = {
    f":{preposition}": _WORDS(f"bare_after_{preposition}")
    for preposition in ("on", "for", "in", "by", "at", "to", "of", "under", "time")
}
_FINITE: Final = frozenset({":tense", ":modal", ":aspect", ":mode"})
_SAID: Final = _FINITE | {":subject"}
"""Roles of what is said of something, as a sentence."""
_SILENT: Final = frozenset({DEFINITE, ":number"})
BESIDE_BE: Final = _FINITE | {
    f":{name}"
    for name in (
        "subject", "time", "mod", "manner", "if", "because", "when", "although", "remark", "addressee", "as",
        "since", "unless", "until", "once", "while",
    )
}  # fmt: skip
"""Roles of «be» that do not say where something is: with these alone, it says that there is something."""


@final
class Articles:
    """
    The articles of the nouns of one scene.

    Args:
        concepts: the concept of each node
        links: the links of the scene, as (source, role, target)
        root: the node at the top
    """

    def __init__(
        self, concepts: Sequence[str], links: Iterable[tuple[int, str, int | str]], root: int = 0
    ) -> None:
        self._concepts = concepts
        self._root = root
        self._out: list[list[tuple[str, int | str]]] = [[] for _ in concepts]
        self._into: list[list[tuple[str, int]]] = [[] for _ in concepts]
        for source, role, target in links:
            self._out[source].append((role, target))
            if isinstance(target, int):
                self._into[target].append((role, source))

    def usual(self, node: int, *, is_said_of: bool = False) -> Article:
        """
        Return the article that the noun *node* has if it has no mark.

        Args:
            is_said_of: whether it is said of something, though the scene does not show it: «a doctor», the
                answer to «What is he?»
        """
        concept = unquote(self._concepts[node])
        word, roles = concept.lower(), self._roles(node)
        described = self._words(node, ":mod")
        if self.is_counted(node) or self._is_determined(node):
            return ""
        if self._is_fixed(node, word) or self._is_headline(node):
            return ""
        if word in _CALENDAR and described & {"last", "next"}:
            return ""  # «next week»
        if word in DAYTIMES and described & WEEKDAYS:
            return ""  # «on Friday morning»
        is_many = "plural" in self._words(node, ":number")
        if not is_many and word in _PARTS and (":of" in roles or word in _ALWAYS_PARTS):
            return "a"
        if self.is_best(node):
            return "the"
        if word == "one":
            return "the" if len(self._into[node]) > 1 else "a" if described else ""  # «the one who came»
        if word in WEEKDAYS and ":of" in roles and described & _ORDERED:
            return "the"  # «the first Sunday of the month»
        if self._is_bare(concept, word):
            return ""
        if is_many:
            return "the" if self._is_part(node) else ""
        if word in MASS or word.endswith(_ABSTRACT):
            return ""
        if described & _ORDERED:
            return "the"
        if ":of" not in roles and (is_said_of or self._is_said_of(node)):
            return "" if _may_describe(word) else "a"  # «It is cold»: without «a», it is an adjective
        return "a" if ":of" not in roles and self._is_there(node) else "the"

    def mark(self, node: int, said: Article) -> str:
        """Return the value of the mark of a noun that a text says with the article *said*; '' if none."""
        is_word = any(letter.isalpha() for letter in self._concepts[node])
        if said == self.usual(node) or self._is_determined(node) or not is_word:
            return ""
        if said == "the":
            return "yes"
        is_amount = self.is_counted(node) or "plural" in self._words(node, ":number")  # «a few dogs»
        return "no" if said and not is_amount else ""

    def is_counted(self, node: int) -> bool:
        """Whether it is said how many or how much of a noun there is."""
        return ":quant" in self._roles(node) or any(
            role == ":mod"
            and self._word(target) in _AMOUNTS
            and not (isinstance(target, int) and self._out[target])
            for role, target in self._out[node]
        )

    def _roles(self, node: int) -> set[str]:
        return {role for role, _ in self._out[node]}

    def _word(self, target: int | str) -> str:
        return unquote(self._concepts[target] if isinstance(target, int) else target).lower()

    def _members(self, node: int) -> list[int]:
        """Return what «and», «or» or «not» joins or denies."""
        return [target for role, target in self._out[node] if _is_member(role) and isinstance(target, int)]

    def _words(self, node: int, role: str) -> set[str]:
        """Return what links of *role* lead to from *node*, as words."""
        return {self._word(target) for name, target in self._out[node] if name == role}

    def _is_determined(self, node: int) -> bool:
        """Whether an owner, «this» or «which» stands before a noun."""
        if ":poss" in self._roles(node) or self._words(node, ":mod") & DETERMINERS:
            return True
        return any(word[:1] == "?" for word in self._words(node, ":same"))

    def _is_fixed(self, node: int, word: str) -> bool:
        """Whether a noun stands without an article after its preposition: «on average», «a kind of work»."""
        alone = not self._roles(node) - _SILENT
        return any(
            (role == ":of" and self._word(source) in _KINDS)
            or (alone and word in _BARE_PHRASES.get(role, ()))
            for role, source in self._into[node]
        )

    def _is_headline(self, node: int) -> bool:
        """Whether a noun stands at the top of a scene without a verb."""
        if any(not self._roles(it).isdisjoint(_SAID) for it in (self._root, *self._members(self._root))):
            return False
        return node == self._root or any(
            source == self._root and (_is_member(role) or role in (":same", ":item", ":aside"))
            for role, source in self._into[node]
        )

    def is_best(self, node: int) -> bool:
        """Whether a noun, or an adjective before it, stands in the superlative."""
        if "most" in self._words(node, ":degree"):
            return True
        return any(
            role == ":mod" and isinstance(target, int) and "most" in self._words(target, ":degree")
            for role, target in self._out[node]
        )

    def _is_bare(self, concept: str, word: str) -> bool:
        """Whether a word has no article by its nature: days, months, «something», abbreviations."""
        return bool(
            word in BARE_WORDS
            or word in FUNCTION_WORDS
            or word in WEEKDAYS
            or month(word)
            or (concept[:1].isupper() and len(concept) > 1)
            or not any(letter.isalpha() for letter in concept)
        )

    def _is_part(self, node: int) -> bool:
        """Whether an amount is said of known things: «one of the boys»."""
        return any(
            role == ":of" and ((word := self._word(source)) in QUANTITIES or word.isdecimal())
            for role, source in self._into[node]
        )

    def _is_said_of(self, node: int) -> bool:
        """Whether a noun is what somebody is, becomes or works as."""
        seen, queue = {node}, [node]
        for here in queue:  # «a doctor and a writer»: what is said of one joined to it is said of it
            if not self._roles(here).isdisjoint(_SAID):
                return True
            for role, source in self._into[here]:
                if role == ":as":
                    return True
                if _is_member(role) and source not in seen:
                    seen.add(source)
                    queue += [source, *(it for it in self._members(source) if it not in seen)]
        return False

    def _is_there(self, node: int) -> bool:
        """Whether a scene says that there is something: «There is a problem»."""
        return any(
            role == ":subject" and self._word(source) == "be" and self._roles(source) <= BESIDE_BE
            for role, source in self._into[node]
        )


def _may_describe(word: str) -> bool:
    """Whether a noun may be an adjective."""
    return word not in THINGS and not english_forms.parts(word).isdisjoint({"adj", "adv"})


def _is_member(role: str) -> bool:
    """Whether a role leads from «and», «or» or «not» to what it joins."""
    return role[:3] == ":op" and role[3:].isdecimal()
