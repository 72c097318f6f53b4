"""
An open scene as a Russian sentence.

    >>> from scenograph.core import Scene
    >>> from scenograph.realiser.view import View
    >>> scene = Scene.parse('(n / not :op1 (б / быть :subject (м / молоко) :tense present))')
    >>> Russian(View(scene)).sentence()
    'Нет молока.'
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, final

from scenograph.morphology import russian_forms as forms
from scenograph.readers import roles
from scenograph.realiser import russian_words as words
from scenograph.realiser.russian_nouns import Agreement, RussianNouns
from scenograph.realiser.speaker import CLAUSAL, Form
from scenograph.realiser.text import Words, aside, line
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Edge, Target

_DASH: Final = "—"
_BECOMING: Final = roles.BECOMING | {"приходиться", "слыть"}
_SPEAKING: Final = frozenset({"remark", "addressee", "topic"})


@final
@dataclass(slots=True)
class Slots:
    """
    The parts of a clause, before they stand in order.

    Attributes:
        front: conjunctions and remarks
        fronted: what a question asks for
        subject, verb, complement, objects: the core
        before: adverbs before the verb
        near: what belongs closely to the verb
        times: when
        late: where, with whom and all else
        last: clauses that say when or why
        content: what is said, thought or wanted
    """

    front: Words = field(default_factory=list[str])
    fronted: Words = field(default_factory=list[str])
    subject: Words = field(default_factory=list[str])
    verb: Words = field(default_factory=list[str])
    complement: Words = field(default_factory=list[str])
    objects: Words = field(default_factory=list[str])
    before: Words = field(default_factory=list[str])
    near: Words = field(default_factory=list[str])
    times: Words = field(default_factory=list[str])
    late: Words = field(default_factory=list[str])
    last: Words = field(default_factory=list[str])
    content: Words = field(default_factory=list[str])

    def usual(self, *, is_main: bool) -> Words:
        """Return a statement: when, who, what; in a main clause the time stands first."""
        first, later = (self.times, []) if is_main else ([], self.times)
        return [
            *self.front, *self.fronted, *first, *self.subject, *self.before, *self.verb,
            *self.complement, *self.near,
            *self.objects, *later, *self.late, *self.content, *self.last,
        ]  # fmt: skip

    def asking(self) -> Words:
        """Return an embedded yes/no question: «пришла ли Анна»."""
        first, rest = (self.verb, self.complement) if self.verb else (self.complement, [])
        return [
            *self.front, *first, "ли", *self.subject, *self.before, *rest, *self.near, *self.objects,
            *self.times,
            *self.late, *self.content, *self.last,
        ]  # fmt: skip

    def questioning(self) -> Words:
        """Return a question with a question word: «Где работает Мария»."""
        return [
            *self.front, *self.fronted, *self.before, *self.verb, *self.subject, *self.complement,
            *self.near,
            *self.objects, *self.times, *self.late, *self.content, *self.last,
        ]  # fmt: skip

    def existing(self) -> Words:
        """Return what is somewhere: «У Петра есть брат», «В Мали есть два языка»."""
        return [
            *self.front, *self.fronted, *self.times, *self.near, *self.late, *self.before, *self.verb,
            *self.subject,
            *self.complement, *self.objects, *self.content, *self.last,
        ]  # fmt: skip

    def impersonal(self) -> Words:
        """Return a statement without a subject: «Вчера в Казани открыли станцию»."""
        return [
            *self.front, *self.fronted, *self.times, *self.late, *self.before, *self.verb, *self.near,
            *self.objects,
            *self.content, *self.last,
        ]  # fmt: skip


class Russian(RussianNouns):
    """Says a scene in Russian."""

    # --- sentences --------------------------------------------------------------------------------------

    def sentence(self) -> str:
        """Return the scene as one sentence."""
        root = 0
        view = self.view
        asks = view.is_whether(root) or self._asks(root)
        if view.is_whether(root):
            view.named.add(root)
            [content, *_] = view.out(root, "content")
            view.done.add(content.place)
            before, after = self.around(root)
            is_clause = self.is_clause(content.target)
            said = (
                self.clause(content.target, Form(asks=True)) if is_clause else self.anything(content.target)
            )
            found = [*before, *said, *after]
        else:
            found = self.anything(root)
        return line(euphonic(found), "?" if asks else ".", keep=self.first_is_name(found))

    def _asks(self, target: Target) -> bool:
        """Whether a clause has an unknown that is not inside another clause."""
        view = self.view
        queue = [target]
        seen: set[Target] = set()
        for here in queue:
            if here in seen or isinstance(here, str):
                continue
            seen.add(here)
            if view.unknown(here):
                return True
            for edge in view.out(here):
                if view.unknown(edge.target):
                    return True
                if not (edge.role in CLAUSAL and self.is_finite(edge.target)):
                    queue.append(edge.target)
        return False

    def anything(self, target: Target) -> Words:
        """Say a clause or a noun, whichever it is."""
        view = self.view
        if isinstance(target, int) and target not in view.named and self.is_clause(target):
            inside = view.inside(target)
            finite = (
                view.word(inside) == "быть"
                or self.is_finite(target)
                or self.subject(inside) is not None
                or view.word(inside) in words.PREDICATIVES
            )
            return self.clause(target, Form("finite" if finite else "infinitive"))
        if isinstance(target, int) and target not in view.named:
            parts = self.parts(view.word(view.inside(target)))
            if view.word(target) in words.PREDICATIVES:
                return self.clause(target, Form())
            if parts and not parts & {"noun", "pron", "num"} and not view.name(target):
                return self.attribute(target, "nom", Agreement()) if "adj" in parts else self.adverb(target)
        return self.nominal(target, "nom")

    def is_clause(self, target: Target) -> bool:
        """Whether *target* is said as a clause, not as a noun."""
        inside = self.view.inside(target)
        if (
            isinstance(inside, int)
            and self.view.word(inside) in words.PREDICATIVES
            and self.view.has(inside, "content")
        ):
            return True
        return super().is_clause(target)

    def whether(self, content: Target, form: Form) -> Words:
        """Say an embedded yes/no question: «пришла ли Анна»."""
        if not self.is_clause(content):
            return [",", *self.nominal(content), "ли"]
        return self.clause(content, Form(asks=False).but(kind="whether"))

    # --- predicates -------------------------------------------------------------------------------------

    def _is_verb(self, node: Target) -> bool:
        view = self.view
        word = view.word(node)
        if word in ("be", "быть"):
            return True
        if view.has(node, "subject") or view.name(node):
            return False
        parts = self.parts(word)
        if not parts:
            return view.has(node, "agent", "object", "recipient")
        return "verb" in parts

    def _is_reflexive(self, node: Target) -> bool:
        return self.view.word(node).endswith(("ся", "сь"))

    def subject(self, target: Target) -> Edge | None:
        """Return the link to the subject of a clause."""
        target = self.view.inside(target)
        if isinstance(target, str):
            return None
        for role in ("agent", "subject"):
            for edge in self.view.out(target, role):
                return edge
        if self._is_passive(target) or (self._is_reflexive(target) and not self.is_command(target)):
            return next(iter(self.view.out(target, "object")), None)
        return None

    def shares(self, target: Target, own: Edge | None) -> bool:
        """Whether a clause may leave out *own*, a subject that it shares with the one it is joined to."""
        return own is None or (self._is_verb(self.view.inside(target)) and not self.is_command(target))

    def _is_passive(self, node: Target) -> bool:
        """Whether a verb is said in the passive: «была открыта», if nobody is said to do it."""
        view = self.view
        if view.has(node, "agent", "subject") or self.is_command(node) or view.first(node, "modal"):
            return False
        tense, lemma = view.first(node, "tense"), view.word(node)
        if tense not in ("past", "future") or not forms.short_participle(lemma, "m"):
            return False
        return any(not self.is_clause(edge.target) for edge in view.out(node, "object"))

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        view = self.view
        view.named.add(node)
        verbal, command, passive = self._is_verb(node), self.is_command(node), self._is_passive(node)
        own = self.subject(node)
        tense = view.mark(node, "tense")
        view.mark(node, "aspect")
        view.mark(node, "mode")
        modal = view.mark(node, "modal")
        being = verbal and view.word(node) == "быть"
        is_now = tense in ("present", "") and not modal and not command
        is_hidden = own is not None and (own.target in form.silent or own.place in view.done)
        is_absent = (
            being and form.denied and own is not None and not is_hidden and not self._is_known(own.target)
        )
        asked = self._asked(node, own)
        agreement = self._agreement(node, own, form, command)
        slots = Slots()
        if own:
            view.done.add(own.place)
        if own and not is_hidden:
            if self.is_clause(own.target) and not view.unknown(own.target):
                slots.content += self._content(own.target, form, node)
            else:
                slots.subject = self.nominal(own.target, "gen" if is_absent else "nom")
        if command and own and agreement.person == 2:
            slots.subject = []
        above, self.around_subject = self.around_subject, own.target if own else self.around_subject
        if asked and asked is not own and (verbal or asked.role not in ("same", "quant", "poss")):
            slots.fronted = self._front(asked, node)
        self._adjuncts(node, form, verbal, slots)
        slots.objects = self._core(node, verbal, form)
        kind = form.kind
        denied = ["не"] if form.denied else []
        if not verbal:
            slots.verb, slots.complement = self._copula(
                node, slots.subject, agreement, tense, modal, form, kind
            )
            if asked and asked is not own and not slots.fronted:
                slots.fronted, slots.complement = slots.complement, []  # «Какой это город?»
                slots.verb = [] if slots.verb == [_DASH] else slots.verb
            if own and slots.verb == [_DASH] and is_number(view.word(own.target)):
                slots.subject, slots.complement = slots.complement, slots.subject  # «Индекс — 27040»
        elif being and is_now and kind in ("finite", "whether"):
            is_there = view.has(node, "poss") or (own and not is_hidden and not self._is_known(own.target))
            if is_absent:
                slots.verb = ["нет"]
            elif is_there or not (slots.near or slots.late or slots.before or slots.fronted or slots.times):
                slots.verb = [*denied, "есть"]
            else:
                slots.verb = denied
        elif passive and kind in ("finite", "whether"):
            copula = self._verb("быть", "finite", tense, "", False, agreement)
            slots.verb = [*denied, *copula, forms.short_participle(view.word(node), agreement.of)]
        else:
            said = self._verb(view.word(node), kind, tense, modal, command, agreement)
            slots.verb = [*denied, *([self.spelt(modal)] if modal and modal != "would" else []), *said]
        self.around_subject = above
        slots.content += self.described(node, "nom")
        if kind == "whether":
            return slots.asking()
        if command and slots.subject:
            slots.subject = ["пусть", *slots.subject]
        if being and slots.verb and not is_hidden and kind == "finite" and (is_now or is_absent):
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
        return slots.usual(is_main=kind == "finite" and not form.silent and not form.asks)

    def _agreement(self, node: int, own: Edge | None, form: Form, command: bool) -> Agreement:
        """Return what a verb agrees with."""
        if own:
            return self.agreement(own.target)
        if command:
            return Agreement("m", 2)
        if self._is_verb(node) and self.view.has(node, "object"):
            return Agreement("pl")  # «открыли станцию»: it is not said who
        return self.agreement(self.around_subject) if self.around_subject is not None else Agreement("m")

    def _is_known(self, target: Target) -> bool:
        """Whether a noun is known to the hearer: a name, a pronoun, «этот мост»."""
        view = self.view
        inside = view.inside(target)
        if view.name(inside) or view.unknown(inside) or view.word(inside) in words.PRONOUNS:
            return True
        return view.has(inside, "poss") or any(
            edge.target in ("этот", "тот") for edge in view.out(inside, "mod")
        )

    def _verb(self, lemma: str, kind: str, tense: str, modal: str, command: bool, of: Agreement) -> Words:
        """Return a verb in the form that its clause asks for."""
        if not forms.is_russian(lemma):
            return [lemma.replace("-", " ")]
        if command:
            if of.person == 3 and of.of != "n":
                return forms.present(lemma, 3, of.of).split()
            return forms.imperative(lemma, of.of == "pl" and of.person == 2).split()
        if modal == "would":
            return [forms.past(lemma, of.of), "бы"]
        if kind == "purpose":
            return [forms.past(lemma, of.of)]
        if kind == "gerund":
            return [forms.gerund(lemma) or lemma]
        if kind in ("infinitive", "bare"):
            return [lemma]
        if tense == "past":
            return [forms.past(lemma, of.of)]
        if tense == "future":
            return forms.future(lemma, of.person, of.of).split()
        if tense == "present":
            return forms.present(lemma, of.person, of.of).split()
        return [lemma]

    def _copula(
        self, node: int, subject: Words, of: Agreement, tense: str, modal: str, form: Form, kind: str
    ) -> tuple[Words, Words]:
        """Return the copula and what is said of the subject."""
        view = self.view
        word = view.word(node)
        denied = ["не"] if form.denied else []
        parts = self.parts(word)
        if (
            word in words.PREDICATIVES
            or "pred" in parts
            or (parts and not parts & {"noun", "adj"} and not view.name(node))
        ):
            verb = (
                []
                if tense in ("present", "") and not modal
                else self._verb("быть", "finite", tense, modal, False, Agreement("n"))
            )
            return [*denied], [*self.described_word(node, self.spelt(word)), *verb]
        noun = (
            bool(view.name(node))
            or ("noun" in parts and "adj" not in parts)
            or not parts
            or bool(view.roles(node) & {"number", "quant", "of", "poss"})
        )
        past = tense in ("past", "future") or modal or kind in ("infinitive", "gerund", "purpose")
        if kind in ("infinitive", "bare"):
            copula = ["быть"]
        elif past:
            copula = self._verb("быть", kind, tense, modal, False, of)
        else:
            copula = []
        if noun:
            by_case = "ins" if past and not is_number(word) else "nom"
            said = self._noun(node, by_case, "")
            if copula:
                return [*denied, *copula], said
            pronoun = len(subject) == 1 and subject[0] in words.PRONOUNS and subject[0] != "это"
            if denied:
                return denied, said
            dash = subject and not pronoun and kind == "finite"
            return ([_DASH] if dash else []), said
        degree = next((edge.target for edge in view.out(node, "degree") if edge.target == "more"), None)
        if degree:
            view.mark(node, "degree")
            said = self.described_word(node, forms.comparative(word))
        else:
            gender = of.of
            said = self.attribute_short(node, gender) or self._said_attribute(
                node, Agreement(gender), "ins" if copula else "nom"
            )
        return [*denied, *copula], said

    def attribute_short(self, node: int, of: str) -> Words:
        """Say an adjective in its short form where what hangs on it asks for one: «готов к бою»."""
        view = self.view
        if view.has(node, "degree") or not forms.short(view.word(node), of):
            return []
        if view.word(node) in words.SHORT or not forms.is_full(view.word(node)):
            return self.described_word(node, forms.short(view.word(node), of))
        own = [
            edge
            for edge in view.out(node)
            if (
                edge.role in words.PREPOSITIONS
                and edge.role not in ("subject", "time", "place", "because", "if", "when")
            )
            or edge.role == "content"
        ]
        return self.described_word(node, forms.short(view.word(node), of)) if own else []

    def _said_attribute(self, node: int, of: Agreement, case: str) -> Words:
        self.view.named.discard(node)
        return self.attribute(node, case, of)

    # --- questions --------------------------------------------------------------------------------------

    def _asked(self, node: int, own: Edge | None) -> Edge | None:
        """Return the link of a clause that leads to what it asks for."""
        edges = [*([own] if own else []), *self.view.out(node)]
        return next(
            (edge for edge in edges if edge.place not in self.view.done and self._holds_unknown(edge)), None
        )

    def _holds_unknown(self, edge: Edge) -> bool:
        view = self.view
        target = edge.target
        if view.unknown(target):
            return True
        if isinstance(target, str) or target in view.named or self.is_clause(target):
            return False
        return any(
            view.unknown(inner.target) for inner in view.out(target, "same", "poss", "quant", "degree", "mod")
        )

    def _front(self, asked: Edge, node: int) -> Words:
        view = self.view
        view.done.add(asked.place)
        unknown = view.unknown(asked.target)
        if unknown and (said := words.ASKED_BY_ROLE.get((asked.role, unknown))):
            return self.described_word(asked.target, said) if isinstance(asked.target, int) else [said]
        if asked.role in ("mod", "manner", "degree") and unknown:
            return self.adverb(asked.target)
        return self.by_role(asked, node)

    # --- what stands beside a verb ----------------------------------------------------------------------

    def by_role(self, edge: Edge, node: int) -> Words:
        """Say a noun in the case that its role asks for, with its preposition."""
        role, target = edge.role, edge.target
        lemma = self.view.word(node)
        if role == "object":
            return self.nominal(target, self.object_case(lemma))
        if role == "time":
            return self.when(target)
        if role == "as":
            return self._as(node, target)
        return self.placed(role, target)

    def object_case(self, lemma: str) -> str:
        """Return the case of the object of a verb."""
        if lemma in words.INSTRUMENTAL_OBJECT:
            return "ins"
        if lemma in words.DATIVE_OBJECT:
            return "dat"
        return "gen" if lemma in words.GENITIVE_OBJECT or lemma.endswith("ся") else "acc"

    def placed(self, role: str, target: Target) -> Words:
        """Say a preposition with its noun."""
        if found := words.PREPOSITIONS.get(role):
            preposition, case = found
        else:
            preposition, case = role.replace("-", " "), "gen"
        said = self.nominal(target, case, preposition=preposition)
        limits = next((n for n, word in enumerate(said) if word not in words.PARTICLES_BEFORE), 0)
        return [*said[:limits], *preposition.split(), *said[limits:]]

    def _core(self, node: int, verbal: bool, form: Form) -> Words:
        """Say whom it is done to, and to whom."""
        view = self.view
        if not verbal:
            return []
        lemma = view.word(node)
        found: Words = []
        for edge in view.take(node, "recipient"):
            if edge.target not in form.silent:
                found += self.nominal(edge.target, "dat")
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

    def _adjuncts(self, node: int, form: Form, verbal: bool, slots: Slots) -> None:
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
            if role in _SPEAKING:
                slots.front += self.beside(edge, node)
            elif role == "content":
                slots.content += self._content(target, form, node)
            elif role == "as" and view.word(node) not in _BECOMING and not self._is_adjective(target):
                if self.is_clause(target):
                    slots.late += [",", "как", *self.clause(target, Form()), ","]
                else:
                    slots.late += [",", "как", *self.nominal(target, "nom"), ","]
            elif role == "as":
                slots.near += self._as(node, target)
            elif role == "poss" and verbal:
                slots.near += self.placed("at", target)
            elif role in ("mod", "degree", "manner", "time", "place") and not self.is_clause(target):
                inside = view.inside(target)
                parts = self.parts(view.word(inside))
                adverbial = isinstance(target, str) or "adv" in parts or not parts & {"noun", "adj"}
                is_value = is_number(word) or moment(word) is not None
                if role == "time" and (is_value or not adverbial):
                    slots.times += self.when(target)
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
                    slots.late += self.beside(edge, node)
            elif self.is_clause(target):
                slots.last += self.beside(edge, node)
            else:
                slots.late += self.beside(edge, node)

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

    def _is_adjective(self, target: Target) -> bool:
        parts = self.parts(self.view.word(self.view.inside(target)))
        return "adj" in parts and "noun" not in parts

    def _as(self, node: int, target: Target) -> Words:
        """Say what somebody is or becomes: in the instrumental."""
        view = self.view
        inside = view.inside(target)
        parts = self.parts(view.word(inside))
        if "adj" in parts and "noun" not in parts and not view.is_joining(target):
            own = self.subject(node)
            return self.attribute(target, "ins", self.agreement(own.target) if own else Agreement())
        return self.nominal(target, "ins")

    def _content(self, target: Target, form: Form, node: int) -> Words:
        """Say what is said, thought, wanted or asked."""
        view = self.view
        if isinstance(target, str) or target in view.named:
            return self.mention(target, "acc")
        if view.is_whether(target):
            return aside(self.clause(target, Form()))
        own = self.subject(target)
        above = frozenset(
            edge.target
            for edge in view.out(node)
            if edge.role in ("agent", "object", "recipient", "subject", "poss")
        )
        if not self.is_clause(target):
            verbal = self._is_verb(node)
            return self.nominal(target, self.object_case(view.word(node)) if verbal else "gen")
        inside = view.inside(target)
        if self.is_finite(target) or (own is None and not self._is_verb(inside)):
            asked = self._asks(target)
            would = view.first(inside, "modal") == "would" and not self._is_verb(node)
            return [",", *([] if asked or would else ["что"]), *self.clause(target, Form()), ","]
        shared = own is not None and (own.target in above or own.target in form.silent)
        if own is None or shared:
            return self.clause(
                target, Form("infinitive", silent=above | form.silent if shared else form.silent)
            )
        return [",", "чтобы", *self.clause(target, Form("purpose")), ","]

    def beside(self, edge: Edge, source: int) -> Words:
        """Say a link by its preposition, case or conjunction."""
        view = self.view
        role, target = edge.role, edge.target
        if role == "remark":
            word = view.word(target)
            if not view.out(target) and (said := self.JOINING.get(word)):
                view.name_bare(target)
                return [said]
            if not view.out(target) and word not in words.PRONOUNS:
                said_word = self.spelt(word)
                return [
                    *(
                        self.described_word(target, said_word)
                        if isinstance(target, int) and target not in view.named
                        else said_word.split()
                    ),
                    ",",
                ]
            return [*self.anything(target), ","]
        if role in ("addressee", "topic"):
            return [*self.anything(target), ","]
        if role == "aside":
            return ["(", *self.anything(target), ")"]
        if role == "number" and isinstance(target, str):
            return [view.word(target)]
        if role == "same":
            return ["(", *self.anything(target), ")"]
        if role == "item":
            return ["-", *self.anything(target)]
        if role == "number" or (role == "name" and isinstance(target, str)):
            return [view.word(target)]
        if role == "content":
            return self._content(target, Form(), source)
        if role in ("poss", "of") and not self.is_clause(target):
            counted = self.is_clause(source) and view.has(target, "quant")  # «существует несколько точек»
            return self.nominal(target, "nom" if counted else "gen")
        if role == "quant" and not self.is_clause(target):
            return self._amount(target, view.word(source), "nom", "m", False, False)[0]
        if role in ("mod", "degree", "manner", "place") and not self.is_clause(target):
            inside = view.inside(target)
            parts = self.parts(view.word(inside))
            if "noun" in parts and "adv" not in parts:
                return self.nominal(target, "nom")
            return self.adverb(target)
        if role == "mod" and isinstance(target, int):
            return self.anything_of(target, source, "nom", self.agreement(source))
        if role == "time" and not self.is_clause(target):
            return self.when(target)
        if self.is_clause(target) and not (isinstance(target, int) and target in view.named):
            return self._adverbial(role, target, source)
        if role == "such-as":
            return [",", "такой", "как", *self.nominal(target, "nom"), ","]
        if role in ("than", "as-if", "like"):
            inside = view.inside(target)
            parts = self.parts(view.word(inside))
            sign = {"than": "чем", "as-if": "словно", "like": "как"}[role]
            if parts and not parts & {"noun", "pron", "num"}:
                return [",", sign, *self.adverb(target)]
            return [",", sign, *self.nominal(target, "nom")]
        return self.placed(role, target)

    def _adverbial(self, role: str, target: Target, source: int) -> Words:
        """Say a clause that says when, why, on what condition."""
        view = self.view
        own = self.subject(target)
        above = {edge.target for edge in view.out(source, "agent", "object", "subject", "recipient")}
        shared = own is not None and own.target in above
        silent = frozenset({own.target}) if shared and own is not None else frozenset[Target]()
        finite = self.is_finite(target)
        inside = view.inside(target)
        if role == "purpose":
            if own is None or shared:
                return [
                    ",",
                    "чтобы",
                    *self.clause(target, Form("infinitive" if not finite else "purpose", silent=silent)),
                    ",",
                ]
            return [",", "чтобы", *self.clause(target, Form("purpose")), ","]
        if (
            not finite
            and role in ("while", "after")
            and (shared or own is None)
            and self._is_verb(inside)
            and forms.gerund(view.word(inside))
        ):
            return aside(self.clause(target, Form("gerund", silent=silent)))
        conjunction = words.CONJUNCTIONS.get(role, role.replace("-", " "))
        if not finite and own is None:
            return [",", *conjunction.split(), *self.clause(target, Form("infinitive")), ","]
        return [",", *conjunction.split(), *self.clause(target, Form()), ","]

    # --- clauses that describe a noun -------------------------------------------------------------------

    def relative(self, source: Target, node: int, role: str, case: str, of: Agreement) -> Words:
        """Say a clause that describes the noun *node*, which is its *role*."""
        view = self.view
        silent = frozenset[Target]({node})
        if isinstance(source, str):
            return []
        if not self.is_clause(source):
            return ["(", *self.nominal(source), ")"]
        inside = view.inside(source)
        if (
            not self.is_finite(source)
            and source == inside
            and isinstance(inside, int)
            and self._is_verb(inside)
            and role in ("agent", "object")
        ):
            form = self.participle(inside, role, case, of)
            if form:
                return aside(self._participial(inside, form, silent))
        if role in ("agent", "subject"):
            who = [self.agreeing("который", "nom", of.of, False)]
        elif role == "object":
            reflexive = (
                isinstance(inside, int) and self._is_reflexive(inside) and not view.has(inside, "agent")
            )
            shape = "nom" if reflexive else self.object_case(view.word(inside))
            who = [self.agreeing("который", shape, of.of, of.animate)]
        elif role == "poss":
            who = [self.agreeing("который", "gen", of.of, False)]
        elif role == "time":
            who = ["когда"]
        elif role == "place":
            who = ["где"]
        else:
            preposition, shape = words.PREPOSITIONS.get(role, (role.replace("-", " "), "gen"))
            who = [*preposition.split(), self.agreeing("который", shape, of.of, of.animate)]
        return aside([*who, *self.clause(source, Form(silent=silent))])

    def _participial(self, node: int, form: str, silent: frozenset[Target]) -> Words:
        """Say a participle with all that hangs on it."""
        view = self.view
        view.named.add(node)
        asked = Form("participle", silent=silent)
        slots = Slots()
        self._adjuncts(node, asked, True, slots)
        for edge in view.out(node, "agent"):
            if edge.place not in view.done and edge.target in silent:
                view.done.add(edge.place)
        core = self._core(node, True, asked)
        slots.verb, slots.objects = [form], core
        return [*slots.usual(is_main=False), *self.described(node, "nom")]


def euphonic(found: Words) -> Words:
    """Return *found* with «во», «со», «ко», «об» where the next word asks for them."""
    said = list(found)
    for place, word in enumerate(said[:-1]):
        after = next((other for other in said[place + 1 :] if other), "").lower()
        if word == "в" and re.match(r"[вф][^аеёиоуыэюя]|мн[её]|все|всё|льв", after):
            said[place] = "во"
        elif word == "с" and re.match(r"[сзшжщ][^аеёиоуыэюя\W]|мн(?:ой|огими)|все", after):
            said[place] = "со"
        elif word == "к" and re.match(r"мне|все", after):
            said[place] = "ко"
        elif word == "о" and re.match(r"[аиоуэ]", after):
            said[place] = "об"
        elif word == "о" and re.match(r"мне|всё|все", after):
            said[place] = "обо"
    return said


def phrase(speaker: Russian, target: Target, role: str | None) -> Words:
    """Return the words of one node in the form that *role* asks for."""
    view = speaker.view
    if role is None or role in (
        "agent",
        "object",
        "subject",
        "content",
        "op1",
        "op2",
        "same",
        "as",
        "measure",
        "name",
    ):
        if role == "name" and isinstance(target, str):
            return view.word(target).split()
        return speaker.anything(target)
    if role == "poss":
        return speaker.owner(target, "nom", Agreement())
    return euphonic(speaker.beside(Edge(-1, role, target), target if isinstance(target, int) else 0))
