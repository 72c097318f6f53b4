"""English clauses: the subject, the verb and all that stands around them, in order."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.readers.articles import BARE_WORDS, BESIDE_BE, DETERMINERS
from scenograph.realiser.english import words
from scenograph.realiser.english.adjuncts import EnglishAdjuncts
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.view import Edge, Target

_ASKING_NOUN: Final = frozenset({"same", "quant", "poss"})
_SHORT_OBJECT: Final = 4  # words that may stand between a verb and its particle
_BEFORE_NOT: Final = word_set("still probably certainly")
_RAISING: Final = word_set("be seem appear happen help hurt matter")
"""Verbs whose clausal subject stands after them: «It seems that …»."""


class EnglishClauses(EnglishAdjuncts):
    """Says a predicate with all that hangs on it."""

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        view = self.view
        view.named.add(node)
        verbal = self.is_verb(node)
        command = self.is_command(node)
        passive = self._is_passive(node, form)
        own = self._own_subject(node, passive)
        tense, aspect, modal = view.mark(node, "tense"), view.mark(node, "aspect"), view.mark(node, "modal")
        view.mark(node, "mode")
        asked = self.asked(node, own)
        # The subject
        subject: Words = []
        extraposed: Words = []
        is_clausal = False
        if own and own.place not in view.done and own.target not in form.silent:
            view.done.add(own.place)
            is_clausal = self.is_clause(own.target) and not view.unknown(own.target)
            if is_clausal:
                said = self._content(own.target, Form(), node)
                if verbal and self.view.word(node) not in _RAISING:
                    subject = said
                else:
                    subject, extraposed = ["it"], said
            else:
                subject = self.nominal(own.target, "subject")
        elif own:
            view.done.add(own.place)
        elif form.kind == "finite" and not command and not form.silent:
            if verbal and view.word(node) == "be":
                subject = ["there"] if view.has(node, "object") else ["it"]
            elif not verbal:
                subject = ["it"]
        if command and own and subject:
            subject = []
        # What stands beside the verb
        above, self.around_subject = self.around_subject, own.target if own else self.around_subject
        fronted: Words = []
        if asked and asked is not own and (verbal or asked.role not in _ASKING_NOUN):
            fronted = self._front(asked)
        core = self._core(node, verbal, passive, form)
        slots = self._adjuncts(node, form, verbal)
        kind = form.kind
        if command:
            kind = "command"
        there = own is not None and kind == "finite" and not fronted and self._is_there(node, own)
        if own and there and subject:
            subject, core = ["there"], [*subject, *core]
        plural, person = (False, "3") if is_clausal else self._agreement(node, own)
        head = view.word(node) if verbal else "be"
        chain, rest = self._group(head, kind, tense, aspect, modal, passive, form.denied, plural, person)
        complement: Words = []
        if view.unknown(node):
            fronted = self.unknown_said(node)
        elif not verbal:
            complement = self._complement(node)
            if asked and asked.role in _ASKING_NOUN:
                fronted, complement = complement, []  # «Which city is this?»
        inverted = form.asks and kind == "finite" and not (asked and asked is own)
        if kind == "command" and form.denied:
            chain = ["do", "not"]
        if inverted and subject and not chain and head != "be":
            chain, rest = self._do(head, tense, plural, person)
        words_: Words
        if verbal and forms.split(head)[1] and self._is_inside(node, core):
            particle = forms.split(head)[1].split()
            rest, core = rest[: -len(particle)], [*core, *particle]  # «look it up»
        middle = slots.middle
        early: Words = []  # «He still has not come»
        if form.denied and not inverted:
            early = [word for word in middle if word in _BEFORE_NOT]
            middle = [word for word in middle if word not in _BEFORE_NOT]
        if middle and rest and chain:
            verb, first = self._with_adverbs(chain, middle, rest), chain[:1]
        elif chain:
            verb, first = [*chain[1:], *rest, *middle], chain[:1]
        else:
            verb, first = [*middle, *rest], []
        words_ = [*first, *subject, *verb] if inverted and first else [*subject, *early, *first, *verb]
        marker = {"infinitive": ["to"], "finite": []}.get(kind, [])
        if kind == "infinitive" and subject:
            marker = ["to"]
            words_ = [*self.nominal_case(subject), *marker, *first, *verb]
        elif kind == "infinitive":
            words_ = [*(["not"] if form.denied else []), *marker, *first, *verb]
        elif kind in ("gerund", "participle") and form.denied:
            words_ = ["not", *words_]
        bare_be = verbal and head == "be" and kind == "finite" and not (own or tense or modal or aspect)
        if bare_be and (node == 0 or view.roles_into(node) <= {"content"}):
            words_ = []  # «by Anna», which the converter hangs on «be»
        is_main = form.kind == "finite" and not form.silent and not fronted and self._is_main(node)
        if is_main:
            slots.front_clauses()
        if is_main and not form.asks and not command:
            slots.front_place(bool(core or complement))
        is_main &= kind == "finite" and not form.asks
        times = self.wording.times
        if is_main and (times == "first" or (times == "plain" and (extraposed or slots.is_heavy))):
            slots.front_times()
        slots.content = [*extraposed, *slots.content]
        slots.arrange(self.wording.late)
        self.around_subject = above
        tail = [*complement, *core, *slots.tail(early=times == "early"), *self.described(node)]
        return [*slots.front, *fronted, *words_, *tail]

    def _is_inside(self, node: int, core: Words) -> bool:
        """Whether the object *core* of a verb stands before its particle: «look it up»."""
        if len(core) == 1 and core[0] in words.OBJECT_PRONOUNS:
            return True
        is_short = self.wording.particles == "last" and 0 < len(core) <= _SHORT_OBJECT
        objects = self.view.out(node, "object")
        return is_short and len(objects) == 1 and not self.view.has(node, "recipient")

    def _with_adverbs(self, chain: Words, middle: Words, rest: Words) -> Words:
        """Return what follows the first auxiliary, with adverbs: «(has) never been seen»."""
        if words.CLOSE.intersection(middle):
            return [*chain[1:], *middle, *rest]
        start = 2 if chain[1:2] == ["not"] else 1
        return [*chain[1:start], *middle, *chain[start:], *rest]

    def _is_main(self, node: int) -> bool:
        """Whether a clause is the whole sentence, or joined to others in it."""
        view = self.view
        here: list[Target] = [0]
        for target in here:
            if target == node:
                return True
            if view.is_joining(target) or view.is_not(target):  # a scene may join something to itself
                here += [edge.target for edge in view.members(target) if edge.target not in here]
        return False

    def _is_there(self, node: int, own: Edge) -> bool:
        """Whether a clause says that something exists: «There is a problem»."""
        view = self.view
        word = view.word(own.target)
        if view.word(node) not in ("be", "быть") or word in words.PRONOUNS:
            return False
        if word in BARE_WORDS or self.is_clause(own.target) or view.has(own.target, "poss"):
            return False
        if any(edge.target in DETERMINERS for edge in view.out(own.target, "mod")):
            return False
        places = {f":{role}" for role in view.roles(node)} - BESIDE_BE
        is_one = isinstance(own.target, int) and view.definite.get(own.target) == "no"
        is_new = (is_one or view.has(own.target, "quant")) and not view.name(own.target)
        return not places or (is_new and ":content" not in places)

    def nominal_case(self, subject: Words) -> Words:
        """Return the subject of an infinitive: «for him to come»."""
        objects = {"I": "me", "he": "him", "she": "her", "we": "us", "they": "them"}
        return ["for", *(objects.get(word, word) if len(subject) == 1 else word for word in subject)]

    def _complement(self, node: int) -> Words:
        """Say an adjective or noun that is said of a subject."""
        view = self.view
        word = view.word(node)
        name = view.name(node)
        roles = view.roles(node)
        parts = self.parts(word)
        # The clause has said all that belongs to it; what is left belongs to the noun.
        if (
            node in view.definite
            or name
            or roles & {"number", "quant", "poss", "of"}
            or not (parts & {"adj", "adv"})
            or self._has_adjectives(node)
            or (word.endswith("ing") and "noun" in parts and view.has(node, "mod"))  # «only a beginning»
            or word == "one"
        ):
            return self._noun(node, "object", not name)
        best = [] if view.first(node, "degree") != "most" else ["the"]
        return [*best, *self.described_word(node, self.spelt(word))]

    def _has_adjectives(self, node: int) -> bool:
        view = self.view
        return "noun" in self.parts(view.word(node)) and self.has_adjective(node)
