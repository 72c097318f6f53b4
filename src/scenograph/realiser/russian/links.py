"""What hangs on a Russian word by a preposition, a case, a conjunction or as its content."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import russian_forms as forms
from scenograph.readers import roles
from scenograph.readers.values import year
from scenograph.realiser.form import Form
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.brackets import bracketed
from scenograph.realiser.russian.verbs import RussianVerbs
from scenograph.realiser.text import Words, aside, is_sign
from scenograph.realiser.values import is_number
from scenograph.realiser.view import Edge, Target

_COMPARING: Final = {"as": "как", "than": "чем", "like": "как"}
_SO: Final = frozenset({"так", "настолько", "столь", "столько"})


class RussianLinks(RussianVerbs):
    """Says the links of a node, each as its role asks."""

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
        view = self.view
        first, _, rest = role.partition("-")
        if rest in words.PREPOSITIONS and first in _COMPARING:  # «как у меня»
            return [",", _COMPARING[first], *self.placed(rest, target), ","]
        preposition, case = self.preposition(role)
        if role == "по" and any(is_number(view.word(edge.target)) for edge in view.out(target, "quant")):
            case = "acc"  # «по семь секунд»
        said = self.nominal(target, case, preposition=preposition)
        if preposition and year(view.word(target)) and not view.is_quoted(target):
            said = [*said, forms.noun("год", case, second=preposition in ("в", "на"))]  # «с 1974 года»
        return self.with_preposition(preposition, said)

    def preposition(self, role: str) -> tuple[str, str]:
        """Return the preposition that a role stands for, and the case after it."""
        if self.wording.synonyms == "other" and role in words.SYNONYMS:
            return words.SYNONYMS[role]
        if found := words.PREPOSITIONS.get(role):
            return found
        pieces = role.split("-")
        own = words.CASES_OF_PREPOSITIONS.get(pieces[0])
        if len(pieces) < 2 or own is None or "noun" not in self.parts(pieces[1]):
            return role.replace("-", " "), "gen"
        said = f"{pieces[0]} {forms.noun(pieces[1], own)}"  # «в процессе»
        if len(pieces) == 2:
            return said, "gen"
        return f"{said} {' '.join(pieces[2:])}", words.CASES_OF_PREPOSITIONS.get(pieces[-1], "gen")

    def beside(self, edge: Edge, source: int) -> Words:
        """Say a link by its preposition, case or conjunction."""
        view = self.view
        role, target = edge.role, edge.target
        if role == "remark":
            word = view.word(target)
            if not view.out(target) and (said := self.JOINING.get(word)):
                view.name_bare(target)
                said = "а" if word == "but" and self.wording.contrasts == "a" else said
                return [",", said] if word == "but" and source else [said]
            if is_sign(word) and not view.out(target):
                view.name_bare(target)
                return [word]
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
            return bracketed(self.anything(target), self.wording.asides)
        if role == "number" and isinstance(target, str):
            return [view.word(target)]
        if role == "same":
            return bracketed(self.anything(target), self.wording.same)
        if role == "item":
            return ["-", *self.anything(target)]
        if role == "number" or (role == "name" and isinstance(target, str)):
            return [view.word(target)]
        if role == "content":
            return self._content(target, Form(), source)
        if role in ("poss", "of") and not self.is_clause(target):
            inside = view.inside(target)
            counted = self.is_clause(source) and view.has(inside, "quant")  # «существует несколько точек»
            amount = next((view.word(edge.target) for edge in view.out(target, "quant")), "")
            is_measured = view.word(source) in words.DIMENSIONS or view.word(inside) in words.SHARES
            counted |= is_measured and is_number(amount)
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
        if role in ("than", "as-if", "like", "as"):
            inside = view.inside(target)
            parts = self.parts(view.word(inside))
            sign = {"than": "чем", "as-if": "словно", "like": "как", "as": "как"}[role]
            if parts and not parts & {"noun", "pron", "num"}:
                return [",", sign, *self.adverb(target), ","]
            return [",", sign, *self.nominal(target, "nom"), ","]
        if role in words.CONJUNCTIONS and isinstance(target, str) and target == "нет":
            return [",", words.CONJUNCTIONS[role], target, ","]  # «если нет»
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
            and self.is_verb(inside)
            and forms.gerund(view.word(inside))
        ):
            return aside(self.clause(target, Form("gerund", silent=silent)))
        if role in ("agent", "object", "subject"):
            return self._content(target, Form(), source)  # «охота завыть»
        if role not in words.CONJUNCTIONS and role in words.PREPOSITIONS:
            preposition, case = words.PREPOSITIONS[role]
            that = self.pronoun("то", case, preposition)
            if finite or own is not None:
                return [*preposition.split(), *that, ",", "что", *self.clause(target, Form()), ","]
        conjunction = self.wording.synonyms == "other" and words.OTHER_CONJUNCTIONS.get(role)
        conjunction = conjunction or (
            words.CONJUNCTIONS.get(role) or words.PREPOSITIONS.get(role, (role.replace("-", " "),))[0]
        )
        if role == "while" and finite and any(e.target in _SO for e in view.out(source, "degree")):
            conjunction = "что"  # «настолько скуп, что …»
        if not finite and own is None:
            return [",", *conjunction.split(), *self.clause(target, Form("infinitive")), ","]
        silent = self._left_out(target, source)
        return [",", *conjunction.split(), *self.clause(target, Form(silent=silent)), ","]

    def _left_out(self, target: Target, node: int) -> frozenset[Target]:
        """Return the subject of a clause if it is that of the clause above, and Russian leaves it out."""
        view, own, main = self.view, self.subject(target), self.subject(node)
        inside = view.inside(target)
        if own is None or main is None or isinstance(inside, str) or main.place not in view.done:
            return frozenset()
        if own.target != main.target:
            return frozenset()
        word, below = view.word(inside), view.out(inside)
        if own.role != "agent" or not self.is_verb(inside) or not self.is_finite(target):
            return frozenset()
        if word in roles.NEEDING or word in roles.IMPERSONAL or word == "быть":
            return frozenset()
        of = self.agreement(own.target)
        is_anybody = of.of == "pl" and not (
            of.person < 3 or (forms.is_intransitive(word) and not view.out(inside, "object", "content"))
        )  # «жители знают, что продали дом»: others have sold it
        is_once = sum(edge.target == own.target for edge in below) == 1
        return frozenset({own.target}) if of.of != "n" and is_once and not is_anybody else frozenset()

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
            verbal = self.is_verb(node)
            return self.nominal(target, self.object_case(view.word(node)) if verbal else "gen")
        inside = view.inside(target)
        if self.is_finite(target) or (own is None and not self.is_verb(inside)):
            asked = self.asks(target)
            left_out = self._left_out(target, node)
            would = view.first(inside, "modal") == "would" and not self.is_verb(node)
            return [
                ",",
                *([] if asked or would else ["что"]),
                *self.clause(target, Form(silent=left_out)),
                ",",
            ]
        shared = own is not None and (own.target in above or own.target in form.silent)
        if own is None or shared:
            return self.clause(
                target, Form("infinitive", silent=above | form.silent if shared else form.silent)
            )
        return [",", "чтобы", *self.clause(target, Form("purpose")), ","]
