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
from typing import Final

from scenograph.morphology import russian_forms as forms
from scenograph.realiser import russian_words as words
from scenograph.realiser.russian_nouns import Agreement, RussianNouns
from scenograph.realiser.speaker import CLAUSAL, Form
from scenograph.realiser.text import Words, aside, line
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Edge, Target

_DASH: Final = "—"
_SPEAKING: Final = frozenset({"remark", "addressee", "topic"})


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
                self.is_finite(target)
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
        if self._is_reflexive(target) and not self.is_command(target):
            return next(iter(self.view.out(target, "object")), None)
        return None

    def shares(self, target: Target) -> bool:
        """Whether a clause may leave out a subject that it shares with the one it is joined to."""
        return self._is_verb(self.view.inside(target)) and not self.is_command(target)

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        view = self.view
        view.named.add(node)
        verbal = self._is_verb(node)
        command = self.is_command(node)
        own = self.subject(node)
        tense = view.mark(node, "tense")
        view.mark(node, "aspect")
        view.mark(node, "mode")
        modal = view.mark(node, "modal")
        asked = self._asked(node, own)
        being = verbal and view.word(node) == "быть"
        is_hidden = own is not None and (own.target in form.silent or own.place in view.done)
        owned = being and view.has(node, "poss") and own is not None
        nothing = being and form.denied and tense in ("present", "") and own is not None and not is_hidden
        subject: Words = []
        after_subject: Words = []
        agreement = (
            self.agreement(own.target)
            if own
            else Agreement("pl" if view.has(node, "object") and not command else "m")
        )
        if own and not is_hidden:
            view.done.add(own.place)
            if self.is_clause(own.target) and not view.unknown(own.target):
                after_subject = self._content(own.target, form, node)
            else:
                subject = self.nominal(
                    own.target,
                    "gen"
                    if nothing or (being and form.denied and own and not self._located(node))
                    else "nom",
                )
        elif own:
            view.done.add(own.place)
        if command and own and agreement.person == 2:
            subject = []
        fronted = self._front(asked, node) if asked and asked is not own else []
        front, before, near, late, content = self._adjuncts(node, form, verbal)
        objects = self._core(node, verbal, form)
        # The verb
        verb: Words
        complement: Words = []
        kind = form.kind
        denied = ["не"] if form.denied else []
        if not verbal:
            verb, complement = self._copula(node, subject, agreement, tense, modal, form, kind)
            denied = []
        elif (
            being and kind in ("finite", "whether") and tense in ("present", "") and not modal and not command
        ):
            if nothing:
                verb = ["нет"]
            elif owned or not (near or late or before or fronted):
                verb = ["есть"]
            else:
                verb = denied
            denied = []
        else:
            verb = self._verb(view.word(node), kind, tense, modal, command, agreement)
        if modal and modal != "would" and verbal:
            verb = [self.spelt(modal), *verb]
        tail = self.described(node, "nom")
        if kind == "whether":
            first = [*denied, *verb] if verb else [*complement]
            rest_complement = complement if verb else []
            return [
                *front,
                *first,
                "ли",
                *subject,
                *before,
                *rest_complement,
                *near,
                *objects,
                *late,
                *after_subject,
                *content,
                *tail,
            ]
        if command and subject:
            return [
                *front,
                "пусть",
                *subject,
                *before,
                *denied,
                *verb,
                *near,
                *objects,
                *late,
                *content,
                *tail,
            ]
        if nothing:
            return [*front, *fronted, *near, *late, *before, *verb, *subject, *objects, *content, *tail]
        if owned or (being and verb and not is_hidden):
            return [
                *front,
                *fronted,
                *near,
                *before,
                *denied,
                *verb,
                *subject,
                *objects,
                *late,
                *content,
                *tail,
            ]
        if fronted and subject and verbal:
            return [
                *front,
                *fronted,
                *before,
                *denied,
                *verb,
                *subject,
                *near,
                *objects,
                *late,
                *after_subject,
                *content,
                *tail,
            ]
        if (
            not subject
            and not fronted
            and kind == "finite"
            and not form.silent
            and not command
            and (late or before)
            and verbal
            and objects
        ):
            return [*front, *late, *before, *denied, *verb, *near, *objects, *after_subject, *content, *tail]
        return [
            *front,
            *fronted,
            *subject,
            *before,
            *denied,
            *verb,
            *complement,
            *near,
            *objects,
            *late,
            *after_subject,
            *content,
            *tail,
        ]

    def _located(self, node: int) -> bool:
        return any(edge.role not in ("subject", "tense", "modal", "mod") for edge in self.view.out(node))

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
            said = self.attribute_short(node, gender) or self._said_attribute(node, Agreement(gender))
        return [*denied, *copula], said

    def attribute_short(self, node: int, of: str) -> Words:
        """Say an adjective in its short form where what hangs on it asks for one: «готов к бою»."""
        view = self.view
        if view.has(node, "degree") or not forms.short(view.word(node), of):
            return []
        if view.word(node) in words.SHORT:
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

    def _said_attribute(self, node: int, of: Agreement) -> Words:
        self.view.named.discard(node)
        return self.attribute(node, "nom", of)

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
        return [*preposition.split(), *self.nominal(target, case, preposition=preposition)]

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

    def _adjuncts(self, node: int, form: Form, verbal: bool) -> tuple[Words, Words, Words, Words, Words]:
        """Say the rest of a clause: in front, before the verb, near it, at the end, its content."""
        view = self.view
        front: Words = []
        before: Words = []
        near: Words = []
        late: Words = []
        content: Words = []
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
                front += self.beside(edge, node)
            elif role == "content":
                content += self._content(target, form, node)
            elif role == "as":
                near += self._as(node, target)
            elif role == "poss" and verbal:
                near += self.placed("at", target)
            elif role in ("mod", "degree", "manner", "time", "place") and not self.is_clause(target):
                inside = view.inside(target)
                parts = self.parts(view.word(inside))
                adverbial = isinstance(target, str) or "adv" in parts or not parts & {"noun", "adj"}
                is_value = is_number(word) or moment(word) is not None
                if role == "time" and (is_value or not adverbial):
                    late += self.when(target)
                elif (
                    adverbial
                    and word in words.FIRST_ADVERBS
                    and not view.out(target)
                    and not front
                    and form.kind == "finite"
                    and not form.silent
                    and not form.asks
                ):
                    front += [*self.adverb(target), *([","] if word in words.COMMA_ADVERBS else [])]
                elif adverbial:
                    before += self.adverb(target)
                elif "adj" in parts and "noun" not in parts:
                    near += self.attribute(
                        target,
                        "nom",
                        self.agreement(own.target) if (own := self.subject(node)) else Agreement(),
                    )
                else:
                    late += self.beside(edge, node)
            else:
                late += self.beside(edge, node)
        return front, before, near, late, content

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
            if said := self.JOINING.get(word):
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
        if role in ("same", "item"):
            return aside(self.anything(target))
        if role == "number" or (role == "name" and isinstance(target, str)):
            return [view.word(target)]
        if role == "content":
            return self._content(target, Form(), source)
        if role in ("poss", "of") and not self.is_clause(target):
            return self.nominal(target, "gen")
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
        front, before, near, late, content = self._adjuncts(node, asked, True)
        for edge in view.out(node, "agent"):
            if edge.place not in view.done and edge.target in silent:
                view.done.add(edge.place)
        core = self._core(node, True, asked)
        return [*front, *before, form, *near, *core, *late, *content, *self.described(node, "nom")]


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
