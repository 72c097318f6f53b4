"""What describes a Russian noun or verb: adjectives that agree with it, adverbs, nouns after a noun."""

from __future__ import annotations

from abc import abstractmethod

from scenograph.morphology import russian_forms as forms
from scenograph.morphology import russian_names as names
from scenograph.readers.values import year
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import ADJECTIVE, Agreement
from scenograph.realiser.russian.brackets import bracketed
from scenograph.realiser.russian.times import RussianTimes
from scenograph.realiser.text import Words, aside, is_sign
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Edge, Target


def _size(number: str) -> float:
    return float(number.replace(",", ".")) if is_number(number) else 0.0


class RussianModifiers(RussianTimes):
    """Says adjectives and adverbs, each with what hangs on it."""

    def described_word(self, node: int, said: str) -> Words:
        """Say an adverb, a number or another word that does not change, with what hangs on it."""
        view = self.view
        view.named.add(node)
        degree = view.mark(node, "degree")
        view.mark(node, "number")
        if degree == "more":
            said = forms.comparative(view.word(node))
        elif degree == "most":
            said = f"наиболее {said}"
        before: Words = []
        after: Words = []
        late: Words = []
        for edge in view.take(node):
            if is_number(said) and edge.role == "mod" and is_number(view.word(edge.target)):
                said = "-".join(sorted([said, *self.adverb(edge.target)], key=_size))  # «1984-1989»
            elif edge.role == "of" and degree == "more" and view.word(edge.target) == "все":
                after += self.nominal(edge.target, "gen") if view.out(edge.target) else ["всего"]
                view.name_bare(edge.target)  # «чаще всего»
            elif self._stands_before(edge, "quant"):
                before += self.adverb(edge.target)
            elif edge.role == "content":
                late += self.beside(edge, node)
            else:
                after += self.beside(edge, node)
        return [*before, *said.split(), *after, *late, *self.described(node, "nom")]

    def _stands_before(self, edge: Edge, *others: str) -> bool:
        """Whether a link of an adverb or adjective is said before it: «очень», «ещё»."""
        if edge.role == "time":
            return self.is_bare_adverb(edge.target)  # «ещё немного», «уже второй»
        return edge.role in ("degree", "mod", "manner", *others) and not self.is_clause(edge.target)

    def is_bare_adverb(self, target: Target) -> bool:
        """Whether *target* is an adverb alone."""
        view = self.view
        return not view.out(target) and "adv" in self.parts(view.word(target)) and not view.name(target)

    def is_heavy(self, target: Target) -> bool:
        """Whether a modifier is too long to stand before its noun; «уже второй» is not."""
        view = self.view
        below = view.out(target)
        times = [edge for edge in below if edge.role == "time" and self.is_bare_adverb(edge.target)]
        if times and all(edge in times or edge.role in ("degree", "mod", "manner") for edge in below):
            return len(below) > 3
        return super().is_heavy(target)

    def adverb(self, target: Target) -> Words:
        """Say an adverb or whatever else says how."""
        return self.view.deeper(lambda: self._adverb(target))

    def _adverb(self, target: Target) -> Words:
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target):
            return asked
        if isinstance(target, str):
            at = moment(word)
            return (self.date(at) if at else self.spelt(word)).split() or [word]
        if target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            return [*self.joined(target, self.adverb), *self.described(target, "nom")]
        if view.name(target) or word in words.PRONOUNS:
            return self.nominal(target)
        if self.is_clause(target):
            return self.anything(target)
        parts = self.parts(word)
        if "adv" in parts or not parts & {"noun", "adj"}:
            return self.described_word(target, self.spelt(word))
        if "noun" in parts:
            return self.nominal(target)
        return self.attribute(target, "nom", Agreement())

    def attribute(self, target: Target, case: str, of: Agreement) -> Words:
        """Say an adjective that agrees with its noun, with what hangs on it."""
        return self.view.deeper(lambda: self._attribute(target, case, of))

    def _attribute(self, target: Target, case: str, of: Agreement) -> Words:
        view = self.view
        if isinstance(target, str) or target in view.named:
            word = view.word(target)
            if "adj" in self.parts(word):
                return [self.agreeing(word, case, of.of, of.animate)]
            return self.mention(target, "nom")
        word = view.word(target)
        if view.is_joining(target) or view.is_not(target):
            return [
                *self.joined(target, lambda member: self.attribute(member, case, of)),
                *self.described(target, case),
            ]
        view.named.add(target)
        degree = view.mark(target, "degree")
        view.mark(target, "number")
        if degree == "more" and "adj" in self.parts(word):
            said = f"более {self.agreeing(word, case, of.of, of.animate)}"
        else:
            said = self.agreeing(word, case, of.of, of.animate, degree)
        before: Words = []
        after: Words = []
        for edge in view.take(target):
            if view.word(edge.target) in words.PARTICLES_AFTER:
                after += self.adverb(edge.target)
            elif edge.role == "mod" and self.parts(view.word(edge.target)) == ADJECTIVE:
                before += self.attribute(edge.target, case, of)  # «самой узнаваемой»
            elif self._stands_before(edge):
                before += self.adverb(edge.target)
            else:
                after += self.beside(edge, target)
        return [*before, *said.split(), *after, *self.described(target, case)]

    def _modifier(self, edge: Edge, node: int, case: str, of: Agreement) -> tuple[str, Words]:
        """Return where a link of a noun is said (front, before, after), and its words."""
        view = self.view
        role, target = edge.role, edge.target
        word = view.word(target)
        if role in ("mod", "degree", "manner", "time", "place"):
            if isinstance(target, int) and (self.is_clause(target) or self.gap(target, node)):
                return "after", self.anything_of(target, node, case, of)
            inside = view.inside(target)
            parts = self.parts(view.word(inside))
            if is_number(word):
                return "before", self.adverb(target)
            if role == "time":
                per = self.view.word(node) == "раз" and not view.out(target) and "noun" in parts
                return "after", ["в", *self.nominal(target, "acc")] if per else self.when(target)
            if view.name(inside):
                return "after", self._beside_name(target, case)
            if "adj" in parts and not ("noun" in parts and view.has(inside, "of", "poss", "number")):
                if self.is_heavy(target):
                    return "after", aside(self.attribute(target, case, of))
                if (more := self._compared(target)) and isinstance(target, int):
                    return "after", more
                return "before", self.attribute(target, case, of)
            if "noun" in parts:
                return "after", self.nominal(target, case if view.is_not(target) else "nom")
            if not forms.is_russian(word):
                return "before" if self.view.word(node) != "entity" else "after", self.adverb(target)
            return "before", self.adverb(target)
        if role in ("remark", "addressee", "topic"):
            return "end" if is_sign(word) else "front", self.beside(edge, node)
        if role == "same" and not self.is_clause(target):  # commas would make it one more member
            inside = view.inside(target)
            name = view.name(inside)
            is_title = bool(name) and not names.is_person(name)  # «группы (Чайф)», but «врача (Анны)»
            return "after", bracketed(self.nominal(target, "nom" if is_title else case), self.wording.same)
        if role == "of" and isinstance(target, str) and year(word):
            return "after", [word, "года"]
        return "after", self.beside(edge, node)

    def _compared(self, target: Target) -> Words:
        """Say an adjective in the comparative after its noun: «дом повыше»; [] if it has no such form."""
        view = self.view
        if not isinstance(target, int) or target in view.named or view.is_joining(target):
            return []
        if view.first(target, "degree") != "more" or len(view.out(target)) > 1:
            return []
        said = forms.comparative(view.word(target))
        if " " in said:
            return []
        view.named.add(target)
        view.mark(target, "degree")
        return [f"по{said}"]

    def _beside_name(self, target: Target, case: str) -> Words:
        return self.nominal(target, case)

    def anything_of(self, target: Target, node: int, case: str, of: Agreement) -> Words:
        """Say a clause that a noun links to: a relative clause if the noun is a part of it."""
        role = self.gap(target, node)
        if role and isinstance(target, int) and target not in self.view.named:
            return self.relative(target, node, role, case, of)
        return self.anything(target)

    @abstractmethod
    def described(self, node: int, case: str) -> Words:
        """Say the clauses that describe a node, all of them after it."""

    @abstractmethod
    def relative(self, source: Target, node: int, role: str, case: str, of: Agreement) -> Words:
        """Say a clause that describes the noun *node*, which is its *role*."""
