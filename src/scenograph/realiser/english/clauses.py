"""English clauses: the subject, the verb and all that stands around them, in order."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.realiser.english import words
from scenograph.realiser.english.links import EnglishLinks
from scenograph.realiser.english.slots import Slots
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words, is_sign, word_set
from scenograph.realiser.view import Edge, Target

_GIVING: Final = word_set(
    "give send sell lend show tell say write offer pay bring pass teach hand read explain describe grant "
    "award "
    "donate present deliver sing promise mail email forward assign speak talk return introduce submit "
    "recommend"
)


_ASKING_NOUN: Final = frozenset({"same", "quant", "poss"})
_TIMELESS: Final = frozenset(
    {"subject", "time", "mod", "manner", "if", "because", "when", "although", "remark", "addressee", "as"}
)
"""Roles beside «be» that do not say where something is."""
_ADVERBIAL: Final = word_set("mod degree manner time place")
_ADVERBIAL_CLAUSES: Final = frozenset({"since", "unless", "until", "once", "while"})
_OF_CLAUSES: Final = word_set("remark addressee topic aside if because although purpose when while unless")
"""Roles that belong to a clause, not to the noun or adjective in it."""
_AHEAD: Final = word_set("if when because although while after before since until unless once as-soon-as")
"""Roles whose clause may stand first: «If it rains, we stay»."""
_SHORT_OBJECT: Final = 4  # words that may stand between a verb and its particle
_RAISING: Final = word_set("be seem appear happen help hurt matter")
"""Verbs whose clausal subject stands after them: «It seems that …»."""
_TO_WHOM: Final = word_set("speak talk say write explain return introduce submit")
"""Verbs that «to» stands after even where nothing is said to be given."""


class EnglishClauses(EnglishLinks):
    """Says a predicate with all that hangs on it."""

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        view = self.view
        view.named.add(node)
        verbal = self.is_verb(node)
        command = self.is_command(node)
        passive = self._is_passive(node, form)
        own = self._own_subject(node, form, passive)
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
            fronted = self._front(asked, node)
        core = self._core(node, verbal, passive, form)
        slots = self._adjuncts(node, form, verbal)
        kind = form.kind
        if command:
            kind = "command"
        there = own is not None and kind == "finite" and not fronted and self._is_there(node, own)
        if own and there and subject:
            subject, core = ["there"], [*subject, *core]
            if core[:1] == ["the"] and not view.has(own.target, "of"):
                many = self._agreement(node, own)[0]
                core = core[1:] if many else [forms.article(core[1]), *core[1:]]
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
            chain, rest = self._do(rest, head, tense, plural, person)
        words_: Words
        if verbal and forms.split(head)[1] and self._is_inside(node, core):
            particle = forms.split(head)[1].split()
            rest, core = rest[: -len(particle)], [*core, *particle]  # «look it up»
        middle = slots.middle
        if middle and rest and chain:
            verb, first = self._with_adverbs(chain, middle, rest), chain[:1]
        elif chain:
            verb, first = [*chain[1:], *rest, *middle], chain[:1]
        else:
            verb, first = [*middle, *rest], []
        words_ = [*first, *subject, *verb] if inverted and first else [*subject, *first, *verb]
        marker = {"infinitive": ["to"], "finite": []}.get(kind, [])
        if kind == "infinitive" and subject:
            marker = ["to"]
            words_ = [*self.nominal_case(subject), *marker, *first, *verb]
        elif kind == "infinitive":
            words_ = [*(["not"] if form.denied else []), *marker, *first, *verb]
        elif kind in ("gerund", "participle") and form.denied:
            words_ = ["not", *words_]
        if verbal and head == "be" and not own and node == 0 and not (tense or modal or aspect or command):
            words_ = []  # «by Anna», which the converter hangs on «be»
        is_main = form.kind == "finite" and not form.silent and not fronted and self._is_main(node)
        if is_main:
            slots.front_clauses()
        is_main &= kind == "finite" and not form.asks
        times = self.wording.times
        if is_main and (times == "first" or (times == "plain" and (extraposed or slots.is_heavy))):
            slots.front_times()
        slots.content = [*extraposed, *slots.content]
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
            if view.is_joining(target) or view.is_not(target):
                here += [edge.target for edge in view.members(target)]
        return False

    def _is_there(self, node: int, own: Edge) -> bool:
        """Whether a clause says that something exists: «There is a problem»."""
        view = self.view
        word = view.word(own.target)
        if view.word(node) not in ("be", "быть") or word in words.PRONOUNS:
            return False
        if word in words.BARE_WORDS or self.is_clause(own.target) or view.has(own.target, "poss"):
            return False
        if any(edge.target in words.DETERMINERS for edge in view.out(own.target, "mod")):
            return False
        places = [
            edge.role
            for edge in view.out(node)
            if edge.role not in _TIMELESS
            and not view.is_mark(edge)
            and not (edge.role in _ADVERBIAL_CLAUSES and self.is_clause(edge.target))
        ]
        new = view.has(own.target, "quant") and not view.name(own.target)
        return not places or (new and "content" not in places and "as" not in places)

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
            name
            or roles & {"number", "quant", "poss", "of"}
            or not (parts & {"adj", "adv"})
            or self._has_adjectives(node)
            or (word.endswith("ing") and "noun" in parts and view.has(node, "mod"))  # «only a beginning»
            or word == "one"
        ):
            return self._noun(node, "object", not name)
        best = [] if view.first(node, "degree") != "most" else ["the"]
        return [*best, *self.described_word(node, self.spelt(word))]

    def _is_pronoun(self, target: Target) -> bool:
        return self.view.word(target) in words.PRONOUNS and not self.view.out(target)

    def _has_adjectives(self, node: int) -> bool:
        view = self.view
        return "noun" in self.parts(view.word(node)) and self.has_adjective(node)

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
                objects += self.nominal(edge.target, indefinite=lemma == "have")
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
            else:
                slots.late += self.beside(edge, node)
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
        elif is_middle or (bare and role == "degree" and "adv" in self.parts(word) and word != "much"):
            is_free = word.endswith("ly") and self.wording.adverbs == "last"
            (slots.final if is_free else slots.middle).extend(self.adverb(target))
        elif bare and word.endswith("ly") and role != "place" and self.wording.adverbs != "plain":
            is_last = self.wording.adverbs == "last"
            (slots.final if is_last else slots.middle).extend(self.adverb(target))
        elif role != "place" and role != "time" and word not in words.END_ADVERBS:
            slots.near += self.adverb(target)
        else:
            slots.late += self.adverb(target)

    def _belongs_to_clause(self, edge: Edge, node: int) -> bool:
        """Whether a link of a noun or adjective belongs to its clause: «He is now the king»."""
        view = self.view
        role, word = edge.role, view.word(edge.target)
        if role in _OF_CLAUSES:
            return True
        if role == "content":
            return False
        if role == "time":
            return not view.has(edge.target, "quant") or "adj" not in self.parts(view.word(node))
        return (
            role in ("mod", "place", "manner")
            and not view.out(edge.target)
            and (word in words.MIDDLE_ADVERBS or word in words.FIRST_ADVERBS)
            and "adj" not in self.parts(word)
        )
