"""What Russian words agree with: gender, number, person and whether it lives."""

from __future__ import annotations

from typing import Final, NamedTuple, final

from scenograph.morphology import russian_forms as forms
from scenograph.morphology import russian_names as names
from scenograph.realiser.russian import words
from scenograph.realiser.speaker import Speaker
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Target

ADJECTIVE: Final = frozenset({"adj"})
"""The parts of speech of a word that is an adjective and nothing else."""


@final
class Agreement(NamedTuple):
    """
    What words that belong to a noun agree with.

    Attributes:
        of: m, f, n or pl
        person: 1, 2 or 3
        animate: whether it lives
    """

    of: str = "m"
    person: int = 3
    animate: bool = False


class RussianAgreement(Speaker):
    """Finds what a verb or an adjective agrees with."""

    def parts(self, lemma: str) -> frozenset[str]:
        """Return the parts of speech that *lemma* may be."""
        return forms.parts(lemma)

    def has_adjective(self, target: Target) -> bool:
        """Whether an adjective or a determiner describes *target*: then it is a noun."""
        return any(
            self.parts(self.view.word(edge.target)) == ADJECTIVE for edge in self.view.out(target, "mod")
        )

    def agreement(self, target: Target) -> Agreement:
        """Return what a verb or adjective agrees with, said of *target*."""
        view = self.view
        word = view.word(target)
        if view.is_joining(target) or view.is_not(target):
            inside = self.affirmed(target)
            joined = view.is_joining(inside) or view.is_not(inside)
            return Agreement("pl") if word == "and" or joined else self.agreement(inside)
        if asked := view.unknown(target):
            return Agreement("n" if asked in ("what", "how-many", "how-much") else "m", 3, asked == "who")
        stem, _, tail = word.partition("-")
        known = words.PRONOUNS.get(stem if tail in words.SOME else word)  # «кто-то»
        if known and not view.name(target):
            return Agreement(known[7], int(known[6]), True)
        if word in words.ENGLISH_PRONOUNS:
            return Agreement({"she": "f", "it": "n", "we": "pl", "they": "pl", "you": "pl"}.get(word, "m"),
                             {"I": 1, "we": 1, "you": 2}.get(word, 3), True)  # fmt: skip
        if isinstance(target, str) and (is_number(word) or moment(word)):
            return Agreement("n")
        if self.is_plural(target) or word in words.PLURAL:
            return Agreement("pl", 3, forms.is_animate(word))
        name = view.name(target)
        if name and word == "entity":
            gender = names.gender(name)
            acts = any(edge.role == "agent" for edge in view.into(target))
            if gender == "n" and acts and name.endswith(("е", "э", "у", "ю")):
                gender = "m"  # «Франке основал»: who acts is more often a person than a place
            return Agreement(gender, 3, names.is_person(name))
        if isinstance(target, int) and "noun" not in self.parts(word) and self.is_clause(target):
            return Agreement("n")
        for edge in view.out(target, "quant"):
            said = view.word(edge.target)
            if is_number(said) or said in words.QUANTIFIERS_GENITIVE or view.unknown(edge.target):
                if said in ("1", "1.0"):
                    break
                return Agreement(
                    "n" if said in words.QUANTIFIERS_GENITIVE or view.unknown(edge.target) else "pl"
                )
        if "noun" not in self.parts(word) and "adj" in self.parts(word):
            return Agreement("m")
        return Agreement(forms.gender(word), 3, forms.is_animate(word))

    def affirmed(self, target: Target) -> Target:
        """Return what is said to be so, of what is joined and denied: the ball of «не голова, а мяч»."""
        view = self.view
        if view.is_joining(target) and view.is_not(view.members(target)[0].target):
            return view.inside(view.members(target)[-1].target)
        return view.inside(target)

    def gender(self, node: Target) -> str:
        """Return the gender of a noun itself, whatever is counted: m, f, n or pl."""
        word = self.view.word(node)
        if pronoun := words.PRONOUNS.get(word):
            return pronoun[7]
        return forms.gender(word) if "noun" in self.parts(word) or "adj" not in self.parts(word) else "m"

    def is_plural(self, target: Target) -> bool:
        """Whether a noun is marked as plural."""
        return any(edge.target == "plural" for edge in self.view.out(target, "number"))

    def agreeing(self, lemma: str, case: str, of: str, animate: bool, degree: str = "") -> str:
        """Return an adjective or determiner that agrees with a noun."""
        return forms.adjective(lemma, case, of, animate=animate, degree=degree)
