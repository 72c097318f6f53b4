"""
Russian clauses that leave their subject out, since it is that of the clause above.

«Анна сказала, что придёт»: who comes is Anna. The verb agrees with it. Other clauses without a subject have
none («когда стемнело»), or do not say who acts («Соседи знают, что дом продали»).

In three treebanks of Russian all 20 clauses that these rules take have the subject of the clause above.
"""

from __future__ import annotations

from typing import Final, final

from scenograph.readers import roles
from scenograph.readers.corrections.forms import finite_forms, is_impersonal, is_intransitive
from scenograph.readers.plan import Plan

_CLAUSES: Final = frozenset({"ccomp", "advcl"})
_WISHES: Final = frozenset({"чтобы", "чтоб"})
_ASKING: Final = frozenset({"спросить", "спрашивать", "поинтересоваться"})
_PERSONS: Final = {
    "я": ("1per", False), "ты": ("2per", False), "мы": ("1per", True), "вы": ("2per", True),
}  # fmt: skip
_GENDERS: Final = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
_ALTHOUGH: Final = "хотя"
_WHAT_FOLLOWS: Final = frozenset({"obj", "xcomp", "ccomp", "csubj"})


@final
class Omission:
    """Tells which clauses of *plan* leave their subject out, and which subject can be theirs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tree = plan.tree

    def is_left_out(self, number: int) -> bool:
        """Whether the finite verb *number* heads a clause whose subject the clause above may say."""
        tree, plan = self.tree, self.plan
        if not tree.russian or plan.rel[number] not in _CLAUSES or not tree.is_verb(number):
            return False
        if tree.feature(number, "VerbForm") in ("Inf", "Conv") or tree.feature(number, "Mood") == "Imp":
            return False
        marks = {tree.lemmas[mark].lower() for mark in plan.function["mark"][number]}
        asks = any(plan.clause(unknown) == number for unknown in plan.unknown)
        if not (marks or asks) or marks & _WISHES:  # «велел, чтобы пришёл»: somebody else comes
            return False
        above = plan.above[number]
        if tree.lemmas[above].lower() in _ASKING and plan.kids(above, "obj", "iobj", "obl"):
            return False  # «спросила Олега, когда придёт»: he comes, or she
        return not self._has_no_subject(number) and not self._is_anybody(number, marks)

    def agrees(self, number: int, subject: int) -> bool:
        """Whether *subject* may be that of the finite verb *number*."""
        tree = self.tree
        person, is_many = _PERSONS.get(tree.lemmas[subject].lower(), ("3per", None))
        if is_many is None:
            is_many = bool(self.plan.kids(subject, "conj")) or tree.feature(subject, "Number") == "Plur"
        number_of = "plur" if is_many else "sing"
        head = self.plan.above[number]  # «врач сказала, что пришла»: the verb says the sex
        gender = tree.feature(head, "Gender") if tree.is_verb(head) else ""
        if not gender and person == "3per":
            gender = tree.feature(subject, "Gender")
        gender = _GENDERS.get(gender, "") if not is_many else ""
        if tree.feature(number, "Voice") == "Pass" and tree.feature(subject, "Animacy") == "Anim":
            return False  # «Врач говорит, что лечится»: a disease is
        return any(
            it.number == number_of
            and it.person in ("", person)
            and (not it.gender or not gender or it.gender == gender)
            for it in finite_forms(tree.word(number).form)
        )

    def _has_no_subject(self, number: int) -> bool:
        """Whether a verb is of those that have no subject: «стемнело», «придётся», «мне кажется»."""
        tree = self.tree
        form = tree.word(number).form
        if is_impersonal(form) or any(it.gender == "neut" for it in finite_forms(form)):
            return True
        lemma = tree.lemmas[number].lower()
        if lemma in roles.NEEDING or lemma in roles.IMPERSONAL or self.plan.kids(number, "csubj"):
            return True
        below = self.plan.kids(number, "obj", "iobj", "obl")
        bare = [kid for kid in below if not self.plan.function["case"][kid]]
        if lemma == "быть":
            return bool(bare)  # «сказал, что не будет денег»
        return any(tree.feature(kid, "Case") == "Gen" for kid in bare) and is_intransitive(lemma)

    def _is_anybody(self, number: int, marks: set[str]) -> bool:
        """Whether a plural says that somebody acts, nobody says who: «Жители знают, что дом продали»."""
        tree = self.tree
        said = finite_forms(tree.word(number).form)
        if not any(it.number == "plur" and it.person in ("", "3per") for it in said):
            return False
        if _ALTHOUGH in marks:
            return False
        return not is_intransitive(tree.lemmas[number]) or bool(self.plan.kids(number, *_WHAT_FOLLOWS))
