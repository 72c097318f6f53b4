"""What describes an English noun or verb: adjectives, adverbs, amounts, nouns before a noun."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.readers.articles import BARE_WORDS, WEEKDAYS
from scenograph.realiser.english import words
from scenograph.realiser.english.times import EnglishTimes
from scenograph.realiser.text import Words
from scenograph.realiser.values import grouped, is_number, moment
from scenograph.realiser.view import Edge, Target

_LIGHT: Final = ("degree", "mod", "manner", "measure", "time", "quant")


class EnglishModifiers(EnglishTimes):
    """Says adjectives, adverbs and amounts, each with what hangs on it."""

    def amount(self, target: Target) -> Words:
        """Say how many or how much."""
        view = self.view
        if asked := self.unknown(target):
            return asked
        if isinstance(target, str):
            return [grouped(self.number(view.word(target)), ",")]
        if target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            return self.nominal(target)
        return self.described_word(target, grouped(self.number(view.word(target)), ","))

    def described_word(self, node: int, said: str) -> Words:
        """Say an adjective, an adverb or a number with what hangs on it."""
        view = self.view
        view.named.add(node)
        if view.mark(node, "number") == "plural" and "noun" in self.parts(said):
            said = forms.plural(said)  # «comics section»
        degree = view.mark(node, "degree")
        if degree in ("more", "less") and said[:1].isdigit():
            said = f"{degree} than {said}"
        elif degree:
            said = forms.compared(said, degree)
        if said.lower() in WEEKDAYS or said.capitalize() in words.MONTHS:
            said = said.capitalize()
        before: Words = []
        after: Words = []
        clauses: Words = []
        for edge in view.take(node):
            if edge.role == "x" and said[:1].isdigit() and isinstance(edge.target, str):
                said = f"{said}-{self.value(view.word(edge.target))}"  # «11-15»
            elif said == "ago" and edge.role in _LIGHT:
                before += self.nominal(edge.target)  # «a few months ago»
            elif edge.role in _LIGHT and not self.is_clause(edge.target):
                is_bare = edge.role in ("degree", "mod") and self._is_bare_noun(edge.target)  # «ice cold»
                phrase = self.modifier_words(edge.target) if is_bare else self.adverb(edge.target)
                counted = edge.role in ("degree", "quant", "measure") or is_number(view.word(node))
                measured = edge.role == "time" and view.has(edge.target, "quant")  # «five years old»
                is_loose = edge.role == "measure" and phrase[:1] and phrase[0] in words.STRANDED
                if is_loose or (phrase[:1] and phrase[0] in words.AFTER_ADJECTIVES):
                    after += phrase
                elif phrase == ["less"] and said[:1].isdigit():
                    before += ["less", "than"]
                elif counted or measured or len(phrase) == 1:
                    before += phrase if phrase != ["enough"] else []
                    after += phrase if phrase == ["enough"] else []
                else:
                    after += phrase
            elif self.is_clause(edge.target):
                clauses += self.beside(edge, node)
            else:
                after += self.beside(edge, node)
        return [*before, *said.split(), *after, *clauses, *self.described(node)]

    def adverb(self, target: Target) -> Words:
        """Say an adverb, an adjective or whatever else says how."""
        return self.view.deeper(lambda: self._adverb(target))

    def _adverb(self, target: Target) -> Words:
        view = self.view
        if asked := self.unknown(target):
            return asked
        word = view.word(target)
        if isinstance(target, str):
            return self.spelt(self.value(word)).split()
        if target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            return [*self.joined(target, self.adverb), *self.described(target)]
        if view.name(target) or word in words.PRONOUNS:
            return self.nominal(target)
        if self.is_clause(target):
            return self.anything(target)
        if "noun" in self.parts(word) and not self.parts(word) & {"adj", "adv"}:
            return self.nominal(target)
        return self.described_word(target, self.spelt(word))

    def _modifier(self, edge: Edge, node: int) -> tuple[str, Words]:
        """Return where a link of a noun is said (front, before, beside, after, late), and its words."""
        view = self.view
        role, target = edge.role, edge.target
        word = view.word(target)
        if role in ("mod", "degree", "manner", "time", "place", "measure"):
            if (
                isinstance(target, int)
                and self.is_clause(target)
                and not view.out(target)
                and view.word(target) != "be"
            ):
                return "before", self.described_word(target, self.spelt(word))
            if isinstance(target, int) and (self.is_clause(target) or self.gap(target, node)):
                return "after", self.anything_of(target, node)
            if role == "time" and (isinstance(target, str) or "noun" in self.parts(word) or moment(word)):
                return "after", self.when(target)
            inner = view.word(view.inside(target))
            if role == "time" and inner in words.FIRST_ADVERBS and self.is_headline(node):
                return "front", self.adverb(target)  # «Then the same thing»
            if (
                role == "place"
                or inner in words.AFTER_NOUNS
                or (role == "time" and "adj" not in self.parts(inner))
            ):
                return "after", self.adverb(target)
            if view.unknown(target):
                return "before", self.adverb(target)
            is_bare = view.word(node) in BARE_WORDS - {"one"} | words.PRONOUNS.keys()
            if is_bare and role != "degree" and word not in words.BEFORE_BARE:
                return "after", self.adverb(target)
            if self.is_heavy(target) and not self._is_compound(target):
                return "after", self.modifier_words(target)
            return "before", self.modifier_words(target)
        if role == "object" and self._is_bare_noun(target) and "adj" not in self.parts(view.word(node)):
            return "beside", self.modifier_words(target)
        if role == "remark" or (role == "addressee" and self.wording.addressees == "first"):
            return "front", self.beside(edge, node)
        if role in ("same", "item", "aside", "topic", "addressee"):
            return "late", self.beside(edge, node)
        return "after", self.beside(edge, node)

    def modifier_words(self, target: Target) -> Words:
        """Say an adjective or a noun that stands before a noun."""
        return self.view.deeper(lambda: self._modifier_words(target))

    def _modifier_words(self, target: Target) -> Words:
        view = self.view
        word = view.word(target)
        if isinstance(target, str) or target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            return self.adverb(target)
        if view.name(target) and word == "entity":
            return self.nominal(target)
        described = self.parts(word) & {"adj", "adv"} or not self.parts(word)
        if described and not (view.has(target, "object") and self._is_compound(target)):
            return self.described_word(target, self.value(self.spelt(word)))
        if view.has(target, "poss"):
            return self.nominal(target)
        view.named.add(target)
        degree = view.mark(target, "degree")
        view.mark(target, "number")
        before: Words = []
        after: Words = []
        for edge in view.take(target):
            if edge.role in ("mod", "degree") or (
                edge.role in ("object", "of") and self._is_bare_noun(edge.target)
            ):
                before += self.modifier_words(edge.target)
            elif edge.role == "quant":
                before += self.amount(edge.target)
            else:
                after += self.beside(edge, target)
        return [
            *([degree] if degree else []),
            *before,
            *self._head(target, view.name(target), False),
            *after,
            *self.described(target),
        ]

    def _is_compound(self, target: Target) -> bool:
        """Whether a noun has only nouns before it: «computer repair»."""
        edges = self.view.out(target)
        return bool(edges) and all(
            edge.role in ("object", "of", "mod") and self._is_bare_noun(edge.target) for edge in edges
        )

    def _is_bare_noun(self, target: Target) -> bool:
        """Whether *target* is a common noun alone, which may stand before another: «piano music»."""
        view = self.view
        if isinstance(target, str) or target in view.named or view.out(target) or len(view.into(target)) > 1:
            return False
        word = view.word(target)
        is_bare = word in BARE_WORDS or word in words.PRONOUNS or view.is_quoted(target)
        return "noun" in self.parts(word) and not is_bare

    def anything_of(self, target: Target, node: int) -> Words:
        """Say a clause that a noun links to: a relative clause if the noun is a part of it."""
        role = self.gap(target, node)
        if role and not (isinstance(target, int) and target in self.view.named):
            return self.relative(target, node, role)
        return self.anything(target)

    @abstractmethod
    def described(self, node: int) -> Words:
        """Say the clauses that describe a node, all of them after it."""

    @abstractmethod
    def relative(self, source: Target, node: int, role: str) -> Words:
        """Say a clause that describes the noun *node*, which is its *role*."""
