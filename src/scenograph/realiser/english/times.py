"""When, in English: «in 1828», «on Monday», «last week»."""

from __future__ import annotations

from typing import Final

from scenograph.readers.articles import BARE_WORDS, DAYTIMES, WEEKDAYS
from scenograph.readers.values import year
from scenograph.realiser.english import words
from scenograph.realiser.english.articles import EnglishArticles
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Target

_DISTRIBUTED: Final = word_set("hour day week month year")
_COUNTED: Final = word_set("time euro dollar pound cent penny yen franc rouble kilometre kilometer mile")
_NEXT: Final = word_set("last next this every each that")


class EnglishTimes(EnglishArticles):
    """Says dates, days and hours with their prepositions."""

    def when(self, target: Target) -> Words:
        """Say when: «in 1828», «on Monday», «last week»."""
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target):
            return ["when"] if asked in (["what"], ["which"]) else asked
        if isinstance(target, str):
            at = moment(word)
            if at:
                preposition = "at" if at.clock else "on" if at.day is not None else "in"
                return [preposition, *self.date(at).split()]
            if year(word):
                return ["in", word]
            return (
                [word]
                if self.parts(word) & {"adv"}
                else ["at", word]
                if is_number(word)
                else [self.spelt(word)]
            )
        if target in view.named:
            return self.mention(target)
        inside = view.inside(target)
        word = view.word(inside)
        lower = word.lower()
        at = moment(word)
        parts = self.parts(word)
        if at or year(word):
            preposition = "in" if not at else "at" if at.clock else "on" if at.day is not None else "in"
            return [preposition, *self.nominal(target)]
        if lower in BARE_WORDS or (
            ("noun" not in parts or ("adv" in parts and not view.out(inside)))
            and lower not in WEEKDAYS
            and word.capitalize() not in words.MONTHS
        ):
            return self.adverb(target)
        mods = {view.word(edge.target) for edge in view.out(inside, "mod", "quant")}
        if mods & (_NEXT | {"all", "one", "any", "same"}) or (
            lower in ("ago", "time") and mods & {"first", "many"}
        ):
            return self.nominal(target)
        counted = any(is_number(it) or it in ("several", "many", "few") for it in mods)
        if counted and lower in words.DURATIONS:
            return self.nominal(target)  # «They live 15 years»
        if lower in WEEKDAYS or (lower in DAYTIMES and {it.lower() for it in mods} & WEEKDAYS):
            return ["on", *self.nominal(target)]
        if lower in _DISTRIBUTED and self._is_distributed(inside):
            return self.nominal(target)  # «three times a week»
        if word.capitalize() in words.MONTHS or lower in words.PERIODS:
            return ["in", *self.nominal(target)]
        if lower in ("day", "date", "weekend", "anniversary"):
            return ["on", *self.nominal(target)]
        return ["at", *self.nominal(target)]

    def _is_distributed(self, target: Target) -> bool:
        """Whether *target* is «a day» beside what is counted: «twice a day», «20 cents a day»."""
        scene = self.view.scene
        if not isinstance(target, int) or scene.targets(":definite", target) != ("no",):
            return False
        above = [it.source for it in scene.links if it.target == target]
        beside = [it.target for node in above for it in scene.out(node) if it.role in (":time", ":object")]
        return any(
            scene.concepts[it] in ("once", "twice")
            or (scene.concepts[it] in _COUNTED and bool(scene.targets(":quant", it)))
            for it in (*above, *beside)
            if isinstance(it, int)
        )
