"""Russian clauses: the subject, the verb and all that stands around them, in order."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import russian_forms as forms
from scenograph.readers import roles
from scenograph.realiser.form import Form
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.links import RussianLinks
from scenograph.realiser.russian.slots import Slots
from scenograph.realiser.russian.verbs import DASH
from scenograph.realiser.text import Words, aside, is_sign
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Edge, Target

_BECOMING: Final = roles.BECOMING | words.BECOMING
_SPEAKING: Final = frozenset({"remark", "addressee", "topic"})


class RussianClauses(RussianLinks):
    """Says a predicate with all that hangs on it."""

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        view = self.view
        view.named.add(node)
        verbal, command, passive = self.is_verb(node), self.is_command(node), self._is_passive(node)
        own = self.subject(node)
        tense = view.mark(node, "tense")
        if tense and form.kind in ("infinitive", "bare"):
            form = form.but(kind="finite")  # «выйти, а там лето»: one of two that are joined
        view.mark(node, "aspect")
        view.mark(node, "mode")
        modal = view.mark(node, "modal")
        being = verbal and view.word(node) == "быть"
        is_now = tense in ("present", "") and not modal and not command
        is_hidden = own is not None and (own.target in form.silent or own.place in view.done)
        is_absent = (
            being and form.denied and own is not None and not is_hidden and not self._is_known(own.target)
        )
        asked, asking = self.asked(node, own), node
        if asked is None and form.kind == "finite":
            asked, asking = self._asked_inside(node)
        agreement = self._agreement(node, own, form, command)
        slots = Slots(wording=self.wording)
        if asked and asking != node:
            slots.fronted = self._front(asked, asking)
        kind = form.kind
        was_denied, self.is_denied = self.is_denied, form.denied
        if own:
            view.done.add(own.place)
        said_of_clause = own is not None and self.is_clause(own.target) and not view.unknown(own.target)
        if own and not is_hidden:
            if self.is_clause(own.target) and not view.unknown(own.target):
                slots.content += self._content(own.target, form, node)
            else:
                slots.subject = self.nominal(own.target, "gen" if is_absent else "nom")
        if (own is None or said_of_clause) and kind == "finite" and not command:
            for edge in list(view.out(node, "recipient")):  # «мне кажется», «Анне важно знать»
                is_first = (
                    said_of_clause or bool(self._acts(node)) or view.word(edge.target) in words.PRONOUNS
                )
                if is_first and edge.place not in view.done and edge.target not in form.silent:
                    view.done.add(edge.place)
                    slots.subject += self.nominal(edge.target, "dat")
        above, self.around_subject = self.around_subject, own.target if own else self.around_subject
        may_stand_first = verbal or (asked and asked.role not in ("same", "quant", "poss"))
        if asked and asked is not own and asking == node and may_stand_first:
            slots.fronted = self._front(asked, node)
        self._adjuncts(node, form, verbal, agreement, slots)
        slots.objects = self._core(node, verbal, form)
        if len(slots.objects) == 1 and slots.near:  # «признал себя виновным»
            slots.near, slots.objects = [*slots.objects, *slots.near], []
        denied = ["не"] if form.denied else []
        if not verbal:
            slots.verb, slots.complement = self._copula(
                node, slots.subject, agreement, tense, modal, form, kind
            )
            if view.unknown(node) or (asked and asked is not own and not slots.fronted):
                slots.fronted, slots.complement = slots.complement, []  # «Какой это город?»
                slots.verb = [] if slots.verb == [DASH] else slots.verb
            if own and slots.verb == [DASH] and is_number(view.word(own.target)) and not view.out(own.target):
                slots.subject, slots.complement = slots.complement, slots.subject  # «Индекс — 27040»
            if view.word(node) in ("вот", "вон"):  # «Вот тебе шкаф»
                slots.front, slots.complement = [*slots.front, *slots.complement], []
        elif being and is_now and kind in ("finite", "whether"):
            is_there = view.has(node, "poss") or (own and not is_hidden and not self._is_known(own.target))
            there = {"none": [], "dash": [DASH]}.get(self.wording.there, ["есть"])
            if is_absent:
                slots.verb = ["нет"]
            elif there != ["есть"] and not denied and kind == "finite" and (slots.near or slots.places):
                slots.verb = there
            elif (is_there and not slots.fronted) or not (
                slots.near or slots.places or slots.before or slots.fronted or slots.times
            ):
                slots.verb = [*denied, "есть"]
            else:
                slots.verb = denied
        elif passive and kind in ("finite", "whether"):
            is_state = tense == "past" and not view.has(node, "time")  # «Село расположено на реке»
            copula = [] if is_state else self._verb("быть", "finite", tense, "", False, agreement)
            participle = forms.short_participle(view.word(node), agreement.of)
            if copula:  # «был хорошо известен»
                slots.verb = [*denied, *copula]
                slots.complement, slots.before = [*slots.before, participle], []
            else:
                slots.verb = [*denied, participle]
        else:
            is_relative = own is not None and (is_hidden or bool(form.silent))
            if is_relative and kind == "finite" and not (tense or modal or command):
                tense = "past" if forms.is_perfective(view.word(node)) else "present"  # «который достиг»
            said = self._verb(view.word(node), kind, tense, modal, command, agreement)
            slots.verb = [*denied, *([self.spelt(modal)] if modal and modal != "would" else []), *said]
        if slots.subject:
            slots.before[:0] = slots.particles
        else:
            slots.verb += slots.particles  # «Прости же»
        self.around_subject, self.is_denied = above, was_denied
        slots.content += self.described(node, "nom")
        if kind == "whether":
            return slots.asking()
        if command and slots.subject and agreement.person != 2:
            slots.subject = ["пусть", *slots.subject]
        says_there = slots.verb != denied or self.wording.there == "none"
        slots.may_invert = verbal or (slots.verb[:1] != [DASH] and len(slots.complement) == 1)
        if being and says_there and not is_hidden and kind == "finite" and (is_now or is_absent):
            return slots.existing()
        if slots.fronted and slots.subject and verbal:
            return slots.questioning()
        if (
            not slots.subject
            and kind == "finite"
            and not form.silent
            and not command
            and verbal
            and slots.objects
        ):
            return slots.impersonal()
        is_plain = self.wording.order == "plain"
        if (
            is_plain
            and kind == "finite"
            and not form.silent
            and not form.asks
            and self._is_short_said(slots, verbal)
        ):
            return slots.inverted()
        return slots.usual(is_main=kind == "finite" and not form.silent and not form.asks)

    def _is_short_said(self, slots: Slots, verbal: bool) -> bool:
        """Whether a verb alone is said of a long subject: then the subject stands last."""
        comma = slots.subject.index(",") if "," in slots.subject else len(slots.subject)
        is_long = sum(word != "," for word in slots.subject[comma:]) > 1
        others = [*slots.objects, *slots.content, *slots.fronted]
        said = slots.verb if verbal else slots.verb[:1] != [DASH] and len(slots.complement) == 1
        return is_long and bool(said) and not others and "," not in slots.late()

    def _core(self, node: int, verbal: bool, form: Form) -> Words:
        """Say whom it is done to, and to whom."""
        view = self.view
        if not verbal:
            return []
        lemma = view.word(node)
        found: Words = []
        for edge in view.take(node, "recipient"):
            if edge.target not in form.silent:
                is_caused = view.word(node) in roles.CAUSING and not view.has(node, "object")
                found += self.nominal(edge.target, "acc" if is_caused else "dat")  # «попросила брата помочь»
        for edge in view.take(node, "object"):
            if edge.target not in form.silent:
                if self.is_clause(edge.target):
                    found += self._content(edge.target, form, node)
                else:
                    found += self.nominal(edge.target, self.object_case(lemma))
        for edge in view.take(node, "agent"):
            if edge.target not in form.silent:
                found += self.nominal(edge.target, "ins")
        for edge in view.take(node, "subject"):
            if edge.target not in form.silent:
                found += aside(self.anything(edge.target))
        return found

    def _adjuncts(self, node: int, form: Form, verbal: bool, agreement: Agreement, slots: Slots) -> None:
        """Put the rest of a clause into its *slots*."""
        view = self.view
        for edge in list(view.out(node)):
            if edge.place in view.done or view.is_mark(edge):
                continue
            role, target = edge.role, edge.target
            if role in ("object", "recipient", "agent", "subject") and verbal:
                continue
            if not verbal and not self._belongs_to_clause(edge):
                continue
            view.done.add(edge.place)
            word = view.word(target)
            if target in form.silent and role != "mod":
                continue
            if role == "remark" and is_sign(word) and not view.out(target):
                view.name_bare(target)
                slots.end += [word]
            elif role == "remark" and word in self.JOINING:
                slots.front = [*self.beside(edge, node), *slots.front]  # «Но, по-моему, …»
            elif self.is_called_last(edge):
                slots.end += [",", *self.anything(target)]
            elif role in _SPEAKING:
                slots.front += self.beside(edge, node)
            elif role == "aside" and self._is_short_aside(target) and form.kind == "finite":
                slots.front += [",", *self.adverb(target), ","]  # «Например, …»
            elif role == "content":
                said = self._content(target, form, node)
                slots.has_infinitive |= self.is_clause(target) and said[:1] != [","]
                slots.content += said
            elif role == "as" and self.is_clause(target):
                slots.places.append([",", "как", *self.clause(target, Form()), ","])
            elif role == "as" and view.word(node) not in _BECOMING and not self._is_adjective(target):
                slots.places.append([",", "как", *self.nominal(target, "nom"), ","])
            elif role == "as":
                slots.near += self._as(node, target)
            elif word == "сам" and role in ("measure", "quant") and not view.out(target):
                view.name_bare(target)
                slots.before += [self.agreeing("сам", "nom", agreement.of, True)]  # «готов сам получать»
            elif role == "instrument" and self._is_adjective(target) and not view.is_joining(target):
                slots.before += self.placed(role, target)  # «первым обнаружил»
            elif role == "of" and verbal and view.word(view.inside(target)) == "раз":
                slots.before += self.beside(edge, node)  # «трижды»: not «упражнение три раза»
            elif word in words.PARTICLES_AFTER and not view.out(target):
                view.name_bare(target)
                slots.particles += [word]
            elif role == "poss" and verbal:
                slots.near += self.placed("at", target)
            elif role in ("mod", "degree", "manner", "time", "place") and not self.is_clause(target):
                inside = view.inside(target)
                parts = self.parts(view.word(inside))
                adverbial = isinstance(target, str) or "adv" in parts or not parts & {"noun", "adj"}
                is_value = is_number(word) or moment(word) is not None
                if role == "time" and (is_value or not adverbial):
                    said = self.when(target)
                    (slots.dates if said[:1] and said[0].isdigit() else slots.times).extend(said)
                elif (
                    adverbial
                    and word in words.FIRST_ADVERBS
                    and not view.out(target)
                    and not slots.front
                    and form.kind == "finite"
                    and not form.silent
                    and not form.asks
                ):
                    slots.front += [*self.adverb(target), *([","] if word in words.COMMA_ADVERBS else [])]
                elif adverbial and role == "place":
                    slots.near += self.adverb(target)
                elif adverbial:
                    slots.before += self.adverb(target)
                elif "adj" in parts and "noun" not in parts:
                    slots.near += self.attribute(
                        target,
                        "nom",
                        self.agreement(own.target) if (own := self.subject(node)) else Agreement(),
                    )
                else:
                    slots.places.append(self.beside(edge, node))
            elif self.is_clause(target):
                slots.last += self.beside(edge, node)
            else:
                slots.places.append(self.beside(edge, node))

    def _is_short_aside(self, target: Target) -> bool:
        """Whether one word is inserted: «например», «видимо»."""
        inside = self.view.inside(target)
        return not self.view.out(inside) and "adv" in self.parts(self.view.word(inside))

    def _belongs_to_clause(self, edge: Edge) -> bool:
        """Whether a link of a noun or adjective belongs to its clause: «теперь он король»."""
        view = self.view
        role, word = edge.role, view.word(edge.target)
        if role in (*_SPEAKING, "aside", "if", "because", "although", "purpose", "when", "while"):
            return True
        if role == "time":
            return True
        return (
            role in ("mod", "place")
            and not view.out(edge.target)
            and (word in words.PARTICLES_BEFORE or word in words.FIRST_ADVERBS or role == "place")
            and "adj" not in self.parts(word)
        )

    def _participial(self, node: int, form: str, silent: frozenset[Target]) -> Words:
        """Say a participle with all that hangs on it."""
        view = self.view
        view.named.add(node)
        asked = Form("participle", silent=silent)
        slots = Slots(wording=self.wording)
        self._adjuncts(node, asked, True, Agreement(), slots)
        for edge in view.out(node, "agent"):
            if edge.place not in view.done and edge.target in silent:
                view.done.add(edge.place)
        core = self._core(node, True, asked)
        slots.verb, slots.objects = [form], core
        return [*slots.usual(is_main=False), *self.described(node, "nom")]

    def _asked_inside(self, node: int) -> tuple[Edge | None, int]:
        """Return what an infinitive below *node* asks for, and the infinitive: «Что надо починить?»."""
        for act in self._acts(node):
            own = self.subject(act)
            asked = self.asked(act, own)
            if asked is not None and asked is not own:
                return asked, act
        return None, node

    def _acts(self, node: int) -> list[int]:
        """Return the infinitives that are the content of *node*, or its subject."""
        view = self.view
        found = [edge.target for edge in view.out(node, "content") if edge.place not in view.done]
        if (own := self.subject(node)) is not None:  # «Удобнее ехать на трамвае»
            found.append(own.target)
        return [
            it
            for it in found
            if isinstance(it, int) and view.inside(it) == it and self.is_verb(it) and not self.is_finite(it)
        ]

    def _front(self, asked: Edge, node: int) -> Words:
        view = self.view
        view.done.add(asked.place)
        unknown = view.unknown(asked.target)
        if unknown and (said := words.ASKED_BY_ROLE.get((asked.role, unknown))):
            return self.described_word(asked.target, said) if isinstance(asked.target, int) else [said]
        if asked.role in ("mod", "manner", "degree") and unknown:
            return self.adverb(asked.target)
        return self.by_role(asked, node)

    def whether(self, content: Target, form: Form) -> Words:
        """Say an embedded yes/no question: «пришла ли Анна»."""
        if not self.is_clause(content):
            return [",", *self.nominal(content), "ли"]
        return self.clause(content, Form(asks=False).but(kind="whether"))
