"""When, in Russian: «в 1828 году», «в понедельник», «14 марта»."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import russian_forms as forms
from scenograph.readers.roles import REPEATED
from scenograph.readers.values import year
from scenograph.realiser.russian import words
from scenograph.realiser.russian.amounts import RussianAmounts
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Target

_LONG_TIMES: Final = word_set("год месяц век столетие десятилетие начало конец середина") | {*words.MONTHS}
_PERIODS: Final = word_set("секунда минута час день сутки неделя месяц год десятилетие век ночь")


class RussianTimes(RussianAmounts):
    """Says dates, days and hours with their prepositions and cases."""

    def when(self, target: Target) -> Words:
        """Say when: «в 1828 году», «в понедельник», «14 марта»."""
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target):
            return ["когда"] if asked in (["что"], ["какой"]) else asked
        if isinstance(target, str):
            at = moment(word)
            if at:
                if at.clock:
                    return ["в", at.clock]
                if at.day is not None and at.month is not None:
                    return self.date(at).split()
                return ["в", *self.date(at, "prep").split()]
            if year(word):
                return ["в", word, "году"]
            return [self.spelt(word)] if not is_number(word) else ["в", word]
        if target in view.named:
            return self.mention(target)
        inside = view.inside(target)
        word = view.word(inside)
        at = moment(word)
        if at and at.day is not None:
            return self.nominal(target, "gen")
        if at or year(word):
            if at and at.clock:
                return ["в", *self.nominal(target, "acc", preposition="в")]
            return ["в", *self.nominal(target, "prep", preposition="в"), *(["году"] if year(word) else [])]
        parts = self.parts(word)
        if "noun" not in parts or ("adv" in parts and not view.out(inside)):
            return self.adverb(target)
        lemma = forms.plain(word)
        mods = {view.word(edge.target) for edge in view.out(inside, "mod", "quant")}
        lasts = any(edge.role == "quant" for edge in view.out(inside)) and lemma in _PERIODS
        if mods & ({"каждый", "весь", "целый", "круглый"} | words.POSTPOSITIONS) or lemma == "раз" or lasts:
            return self.nominal(target, "acc")  # «два года», «весь день», «час назад»
        if lemma in _LONG_TIMES:
            return self.with_preposition("в", self.nominal(target, "prep", preposition="в"))
        if lemma == "неделя" or (lemma == "день" and mods & {"следующий", "другой"}):
            case = "prep" if lemma == "неделя" else "acc"
            return self.with_preposition("на", self.nominal(target, case, preposition="на"))
        if lemma in REPEATED and view.has(inside, "number") and not mods:
            return self.with_preposition("по", self.nominal(target, "dat", preposition="по"))
        if lemma in ("утро", "вечер", "ночь", "лето", "весна", "осень", "зима") and not mods:
            return self.nominal(target, "ins")
        if lemma == "день" and not mods and not view.has(inside, "number", "of"):
            return self.nominal(target, "ins")
        return self.with_preposition("в", self.nominal(target, "acc", preposition="в"))
