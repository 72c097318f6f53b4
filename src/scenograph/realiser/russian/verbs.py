"""The Russian verb: its subject, its voice, its form, the copula and what is said of the subject."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import russian_forms as forms
from scenograph.realiser.form import Form
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.nouns import RussianNouns
from scenograph.realiser.text import Words
from scenograph.realiser.values import is_number
from scenograph.realiser.view import Edge, Target

DASH: Final = "—"
_SELF: Final = frozenset({"себя", "сам-себя"})


class RussianVerbs(RussianNouns):
    """Finds the subject of a verb and makes its form."""

    def is_verb(self, node: Target) -> bool:
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

    def _is_passive(self, node: Target) -> bool:
        """Whether a verb is said in the passive: «была открыта», if nobody is said to do it."""
        view = self.view
        if view.has(node, "subject") or self.is_command(node) or view.first(node, "modal"):
            return False
        voice = self.wording.voice
        if voice == "active" or (voice != "passive" and view.has(node, "agent")):
            return False
        if any(self.is_clause(edge.target) or edge.place in view.done for edge in view.out(node, "agent")):
            return False
        tense, lemma = view.first(node, "tense"), view.word(node)
        if tense not in ("past", "future") or not forms.short_participle(lemma, "m"):
            return False
        if any(view.word(edge.target) in _SELF for edge in view.out(node, "object")):
            return False
        return any(not self.is_clause(edge.target) for edge in view.out(node, "object"))

    def subject(self, target: Target) -> Edge | None:
        """Return the link to the subject of a clause."""
        target = self.view.inside(target)
        if isinstance(target, str):
            return None
        roles = ("subject",) if self._is_passive(target) else ("agent", "subject")
        for edge in self.view.out(target, *roles):
            return edge
        is_passive = self._is_passive(target) or self._is_reflexive(target) or self._is_intransitive(target)
        if is_passive and not self.is_command(target):
            return next(iter(self.view.out(target, "object")), None)
        return None

    def _is_intransitive(self, node: Target) -> bool:
        """Whether a verb takes no object: what a scene links as one is who does it."""
        word = self.view.word(node)
        if word in words.GENITIVE_OBJECT | words.DATIVE_OBJECT | words.INSTRUMENTAL_OBJECT:
            return False
        return self.is_finite(node) and forms.is_intransitive(word)

    def shares(self, target: Target, own: Edge | None) -> bool:
        """Whether a clause may leave out *own*, a subject that it shares with the one it is joined to."""
        return own is None or (self.is_verb(self.view.inside(target)) and not self.is_command(target))

    def _agreement(self, node: int, own: Edge | None, form: Form, command: bool) -> Agreement:
        """Return what a verb agrees with."""
        if own:
            return self.agreement(own.target)
        if command:
            return Agreement("m", 2)
        if self.wording.persons != "plain" and self.is_verb(node) and not form.silent:
            return Agreement("pl" if self.wording.persons == "plural" else "m")
        if any(self.view.has(self.view.inside(edge.target), "quant") for edge in self.view.out(node, "of")):
            return Agreement("n")  # «существует несколько точек»
        if any(self.view.word(edge.target) in _SELF for edge in self.view.out(node, "object")):
            return Agreement("m")
        if self._is_reflexive(node) and self.view.has(node, "content"):
            return Agreement("n")  # «требовалось заплатить»
        hearers = [self.view.word(edge.target) in words.PRONOUNS for edge in self.view.out(node, "recipient")]
        is_felt = any(hearers) and not self.view.has(node, "object")
        if is_felt and not forms.is_transitive(self.view.word(node)):
            return Agreement("n")  # «ему повезло», but «нам вдалбливают»
        if not self.is_verb(node) and not form.silent and self.around_subject is None:
            return self._agreement_of_fact(node)
        if self.is_verb(node) and (self.view.has(node, "object") or is_felt):
            return Agreement("pl")  # «открыли станцию»: it is not said who
        if self.is_verb(node) and self._is_of_others(node):
            return Agreement("pl")
        return self.agreement(self.around_subject) if self.around_subject is not None else Agreement("m")

    def _is_of_others(self, node: int) -> bool:
        """Whether a verb shares no subject with the one before it: «Он потерял билет, но обещали новый»."""
        for edge in self.view.into(node):
            if self.view.is_joining(edge.target):
                before = [it.target for it in self.view.members(edge.target) if it.place < edge.place]
                return any(self.view.has(it, "agent") for it in before)
        return False

    def _agreement_of_fact(self, node: int) -> Agreement:
        """Return what the copula agrees with where nothing is said of: «были времена», «было жарко»."""
        word = self.view.word(node)
        if "noun" in self.parts(word) or self.view.name(node):
            return self.agreement(node)
        return Agreement("m" if word in words.SHORT else "n")

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
        if view.unknown(node):  # «Что тебе фамилия?»
            return denied, self.described_word(node, " ".join(self.unknown(node)))
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
            return [*denied], self.described_word(node, " ".join([self.spelt(word), *verb]))
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
        own = self.subject(node)
        is_this = subject == ["это"]
        if noun and is_this and kind == "finite":  # «это были годы»
            of = self.agreement(node)
            copula = self._verb("быть", kind, tense, modal, False, of) if past else []
        if noun:
            by_case = "ins" if past and own and not is_number(word) and not is_this else "nom"
            said = self._noun(node, by_case, "")
            if copula:
                return [*denied, *copula], said
            pronoun = len(subject) == 1 and subject[0] in words.PRONOUNS
            if denied:
                return denied, said
            dash = subject and kind == "finite" and (not pronoun or self.wording.copula == "dash")
            this = ["это"] if self.wording.copula == "this" and not is_this else []
            return ([DASH, *this] if dash and self.wording.copula != "none" else []), said
        degree = next((edge.target for edge in view.out(node, "degree") if edge.target == "more"), None)
        if degree or view.has(node, "than"):  # «старше, чем Борис»
            view.mark(node, "degree")
            said = self.described_word(node, forms.comparative(word))
        else:
            gender = of.of
            is_short = (own is None and gender == "n") or not copula
            by_case = "ins" if copula else "nom"
            if self.wording.predicates == "full" and own:
                return [*denied, *copula], self._said_attribute(node, Agreement(gender), "nom")
            is_short |= self.wording.predicates == "short"
            said = self.attribute_short(node, gender, is_short=is_short) or self._said_attribute(
                node, Agreement(gender), by_case
            )
        return [*denied, *copula], said

    def attribute_short(self, node: int, of: str, *, is_short: bool = False) -> Words:
        """
        Say an adjective in its short form where it has one and is said of a subject now: «дом красив».

        After a copula it is short only where what hangs on it asks for that: «был готов к бою».
        """
        view = self.view
        if view.first(node, "degree") in ("more", "most") or not forms.short(view.word(node), of):
            return []
        if is_short or view.word(node) in words.SHORT or not forms.is_full(view.word(node)):
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
