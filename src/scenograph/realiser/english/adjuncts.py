"""What stands beside an English verb: its objects, and when, where and how, each in its slot."""

from __future__ import annotations

from typing import Final

from scenograph.realiser.english import words
from scenograph.realiser.english.links import EnglishLinks
from scenograph.realiser.english.slots import Slots
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words, is_sign, word_set
from scenograph.realiser.view import Edge, Target

_GIVING: Final = word_set(
    "give send sell lend show tell say write offer pay bring pass teach hand read explain describe grant "
    "award donate present deliver sing promise mail email forward assign speak talk return introduce submit "
    "recommend"
)
_TWO_OBJECTS: Final = word_set(
    "give send sell lend show tell offer pay bring pass teach hand read award mail email"
)
"""Verbs that may have who gets it before what he gets: «give Anna the book»."""
_ADVERBIAL: Final = word_set("mod degree manner time place")
_OF_CLAUSES: Final = word_set("remark addressee topic aside if because although purpose when while unless")
"""Roles that belong to a clause, not to the noun or adjective in it."""
_AHEAD: Final = word_set("if when because although while after before since until unless once as-soon-as")
"""Roles whose clause may stand first: «If it rains, we stay»."""
_PLACES: Final = word_set(
    "in on at within during after before without since until despite near throughout according-to accord-to "
    "because besides instead due-to unlike through from for"
)
"""Roles whose phrase may stand first: «In Berlin, he met us»."""
_TO_WHOM: Final = word_set("speak talk say write explain return introduce submit")
"""Verbs that «to» stands after even where nothing is said to be given."""


class EnglishAdjuncts(EnglishLinks):
    """Says the links of a predicate, each in its slot."""

    def _core(self, node: int, verbal: bool, passive: bool, form: Form) -> Words:
        """Say who gets it, and what it is done to."""
        view = self.view
        if not verbal:
            return []
        lemma = view.word(node)
        hearers: Words = []
        later: Words = []
        objects: Words = []
        has_object = any(
            e.place not in view.done and e.target not in form.silent for e in view.out(node, "object")
        )
        for edge in view.take(node, "recipient"):
            if edge.target in form.silent:
                continue
            is_short = has_object and not passive and self._is_pronoun(edge.target)  # «give me the book»
            is_short &= lemma not in _TO_WHOM
            if self.wording.recipients != "plain" and has_object and lemma in _TWO_OBJECTS and not passive:
                is_short = self.wording.recipients == "first"
            said = self.nominal(edge.target)
            if is_short:
                hearers += said
            elif (lemma in _GIVING and (has_object or passive)) or (
                lemma in _GIVING and not view.has(node, "content") and not has_object and lemma in _TO_WHOM
            ):
                later += ["to", *said]
            else:
                hearers += said
        several = False
        for edge in view.take(node, "object"):
            if edge.target in form.silent:
                continue
            if several:
                objects += [","]
            several = True
            if self.is_clause(edge.target):
                objects += self._content(edge.target, form, node)
            else:
                objects += self.nominal(edge.target)
        by: Words = []
        for edge in view.take(node, "agent") if passive or form.kind == "participle" else ():
            if edge.target not in form.silent:
                by += ["by", *self.nominal(edge.target)]
        for edge in view.take(node, "agent"):
            if edge.target not in form.silent:
                by += ["with", *self.nominal(edge.target)]
        for edge in view.take(node, "subject"):
            if edge.target not in form.silent:
                by += [",", *self.anything(edge.target), ","]
        return [*hearers, *objects, *later, *by]

    def _is_pronoun(self, target: Target) -> bool:
        return self.view.word(target) in words.PRONOUNS and not self.view.out(target)

    def _adjuncts(self, node: int, form: Form, verbal: bool) -> Slots:
        """Say the rest of a clause, each part in its slot."""
        view = self.view
        slots = Slots()
        for edge in list(view.out(node)):
            if edge.place in view.done or view.is_mark(edge):
                continue
            role, target = edge.role, edge.target
            if not verbal and not self._belongs_to_clause(edge, node):
                continue
            view.done.add(edge.place)
            if target in form.silent and role != "mod":
                continue
            if role == "remark" and is_sign(view.word(target)):
                slots.end += self.exclaimed(target)
            elif self.is_called_last(edge):
                slots.end += self.beside(edge, node)
            elif role in ("remark", "addressee", "topic"):
                slots.front += self.beside(edge, node)
            elif role == "measure" and isinstance(target, str) and target in words.STRANDED:
                slots.close += [target]  # «what we talk about here»
            elif role == "measure" and isinstance(target, int) and view.word(target) in words.STRANDED:
                slots.close += self.exclaimed(target)
            elif role == "if" and isinstance(target, str):
                slots.front += [*self.beside(edge, node), ","]  # «If not, …»
            elif role == "content":
                slots.is_heavy |= self.is_clause(target)
                slots.is_finite |= slots.is_heavy and self.is_finite(target)
                slots.content += self._content(target, form, node)
            elif role == "as":
                slots.near += self._as(node, target, verbal)
            elif role in _ADVERBIAL and not self.is_clause(target):
                self._adverb_into(slots, edge, form)
            elif self.is_clause(target) and role in _AHEAD and self.wording.clauses == "first":
                slots.ahead += self.beside(edge, node)
            elif self.is_clause(target):
                slots.last += self.beside(edge, node)
            elif self._may_be_first(edge) and not slots.place:
                slots.place = self.beside(edge, node)
            else:
                slots.late.append(self.beside(edge, node))
        return slots

    def _adverb_into(self, slots: Slots, edge: Edge, form: Form) -> None:
        """Say an adverb, or what stands for one, in the slot where it belongs."""
        view = self.view
        role, target = edge.role, edge.target
        word = view.word(target)
        bare = not view.out(target) and not view.unknown(target)
        is_middle = bare and word in words.MIDDLE_ADVERBS
        is_main = form.kind == "finite" and not form.asks and not form.silent
        if role == "time" and not (is_middle and "adv" in self.parts(word)):
            slots.times += self.when(target)
        elif bare and is_main and role == "mod" and word in words.FIRST_ADVERBS and not slots.front:
            slots.front += [*self.adverb(target), *([] if word in ("so", "then") else [","])]
        elif bare and word == "enough":
            slots.near += self.adverb(target)
        elif is_middle or (bare and role == "degree" and "adv" in self.parts(word) and word != "much"):
            is_free = word.endswith("ly") and self.wording.adverbs == "last"
            (slots.final if is_free else slots.middle).extend(self.adverb(target))
        elif bare and word.endswith("ly") and role != "place" and self.wording.adverbs != "plain":
            kind = self.wording.adverbs
            if kind == "first" and is_main and not slots.front:
                slots.front += [*self.adverb(target), ","]  # «Quickly, he left»
            else:
                (slots.final if kind == "last" else slots.middle).extend(self.adverb(target))
        elif role == "place" and bare and self.wording.places == "first" and not slots.place and is_main:
            slots.place = self.adverb(target)
        elif role == "degree" or (role not in ("place", "time") and word not in words.END_ADVERBS):
            slots.near += self.adverb(target)
        else:
            slots.late.append(self.adverb(target))

    def _may_be_first(self, edge: Edge) -> bool:
        """Whether a phrase may stand before its clause: «In Berlin, he met us»."""
        if edge.role == "for" and not self.view.has(edge.target, "quant"):
            return False  # «For two weeks, he slept»
        return edge.role in _PLACES and self.wording.places == "first"

    def _belongs_to_clause(self, edge: Edge, node: int) -> bool:
        """Whether a link of a noun or adjective belongs to its clause: «He is now the king»."""
        view = self.view
        role, word = edge.role, view.word(edge.target)
        if role in _OF_CLAUSES:
            return True
        if role == "content":
            return False
        if self._may_be_first(edge):
            return True
        if role == "time":
            return not view.has(edge.target, "quant") or "adj" not in self.parts(view.word(node))
        return (
            role in ("mod", "place", "manner")
            and not view.out(edge.target)
            and (word in words.MIDDLE_ADVERBS or word in words.FIRST_ADVERBS)
            and "adj" not in self.parts(word)
        )
