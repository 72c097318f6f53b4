"""The parts of a Russian clause, and the orders in which they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, final

from scenograph.realiser.russian.words import PRONOUNS
from scenograph.realiser.text import Words
from scenograph.realiser.wording import PLAIN, Wording


@final
class _Around(NamedTuple):
    """What stands before the subject, right after the verb, and at the end."""

    first: Words
    early: Words
    last: Words


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
        times: when, after a preposition: «в 1828 году»
        dates: when, without one: «8 марта 1844 года»
        places: where, with whom and all else, each by itself
        last: clauses that say when or why
        content: what is said, thought or wanted
        particles: «же», «ведь», after the first word
        end: what stands after the whole sentence: «:)»
        has_infinitive: whether that is an infinitive: «могли участвовать»
        may_invert: whether the verb may stand before its subject
        wording: which order is taken where there are several
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
    dates: Words = field(default_factory=list[str])
    places: list[Words] = field(default_factory=list[Words])
    last: Words = field(default_factory=list[str])
    content: Words = field(default_factory=list[str])
    particles: Words = field(default_factory=list[str])
    end: Words = field(default_factory=list[str])
    has_infinitive: bool = False
    may_invert: bool = False
    wording: Wording = PLAIN

    def late(self) -> Words:
        """Return where, with whom and all else, in the order of the scene or the other way round."""
        pieces = self.places[::-1] if self.wording.late == "turned" else self.places
        return [word for piece in pieces for word in piece]

    def usual(self, *, is_main: bool) -> Words:
        """
        Return a statement: when, who, what; in a main clause the time stands first.

        So does all that would be taken for a part of an infinitive: «В выборах граждане могли участвовать».
        """
        around = self._around(is_main, late_first=self.has_infinitive)
        adverbs, said = self._adverbs("plain", "middle"), [*self.verb, *self.complement]
        objects = [*self.near, *self.objects]
        core = [*self.subject, *adverbs, *said, *around.early, *objects]
        if self.wording.order == "verb" and self.may_invert and is_main:
            core = [*adverbs, *said, *self.subject, *around.early, *objects]
        elif self.wording.order == "object" and self.complement and is_main:  # «Столица — Москва»
            core = [*adverbs, *self.complement, *self.verb, *self.subject, *around.early, *objects]
        elif self.wording.order == "object" and self.objects and is_main:
            core = [*objects, *adverbs, *said, *self.subject, *around.early]
        return [*around.first, *core, *self._adverbs("last"), *around.last]

    def inverted(self) -> Words:
        """Return a statement with a long subject at its end: «Появились люди, которые ее знали»."""
        around = self._around(True, late_first=True)
        core = [*self.verb, *self.complement, *around.early, *self.near, *self.objects, *self.subject]
        adverbs = self._adverbs("plain", "middle")
        return [*around.first, *adverbs, *core, *self._adverbs("last"), *around.last]

    def _adverbs(self, *wordings: str) -> Words:
        """Return the adverbs if the wording has them here."""
        return self.before if self.wording.adverbs in wordings else []

    def _around(self, is_main: bool, *, late_first: bool) -> _Around:
        """Return what says when, where and why: before the subject, after the verb, and at the end."""
        found: dict[str, Words] = {"first": [], "early": [], "rest": [], "last": []}
        times, places, clauses = self.wording.times, self.wording.places, self.wording.clauses

        def put(words: Words, chosen: str, plain: str) -> None:
            place = plain if chosen == "plain" else chosen
            found["rest" if place == "first" and not is_main else place].extend(words)

        clauses_first = is_main and clauses == "first"
        found["first"] += [*(self.last if clauses_first else []), *self.fronted]
        put(self.times, times, "first")
        put(self.dates, times, "rest")
        if places == "split":
            found["first" if is_main else "rest"] += [word for piece in self.places[:1] for word in piece]
            found["rest"] += [word for piece in self.places[1:] for word in piece]
        else:
            put(self.late(), places, "first" if late_first else "rest")
        found["first"] += self._adverbs("first")
        closing = [*self.content, *([] if clauses_first else self.last), *self.end]
        return _Around(
            [*self.front, *found["first"]], found["early"], [*found["rest"], *found["last"], *closing]
        )

    def asking(self) -> Words:
        """Return an embedded yes/no question: «пришла ли Анна»."""
        first, rest = (self.verb, self.complement) if self.verb else (self.complement, [])
        return [
            *self.front, *first, "ли", *self.subject, *self.before, *rest, *self.near, *self.objects,
            *self.times, *self.dates, *self.late(), *self.content, *self.last, *self.end,
        ]  # fmt: skip

    def questioning(self) -> Words:
        """Return a question with a question word: «Где работает Мария», but «Где ты работаешь»."""
        is_pronoun = len(self.subject) == 1 and self.subject[0] in PRONOUNS
        is_first = self.wording.order == "subject" or (is_pronoun and self.wording.order != "verb")
        first, later = (self.subject, []) if is_first else ([], self.subject)
        return [
            *self.front, *self.fronted, *first, *self.before, *self.verb, *later, *self.complement,
            *self.near, *self.objects, *self.times, *self.dates, *self.late(), *self.content, *self.last,
            *self.end,
        ]  # fmt: skip

    def existing(self) -> Words:
        """Return what is somewhere: «У Петра есть брат», «В Мали есть два языка»."""
        around = self._around(True, late_first=self.wording.order != "subject")
        subject = [*self.subject, *self.complement, *self.objects]
        said = [*self.near, *self.before, *self.verb, *subject]
        if self.wording.order == "subject":  # «Язык есть в Мали»
            said = [*subject, *self.before, *self.verb, *self.near]
        return [*around.first, *said, *around.early, *around.last]

    def impersonal(self) -> Words:
        """Return a statement without a subject: «Вчера в Казани открыли станцию»."""
        around = self._around(True, late_first=True)
        said = [*self._adverbs("plain", "middle"), *self.verb, *around.early]
        objects = [*self.near, *self.objects]
        core = [*objects, *said] if self.wording.order == "object" else [*said, *objects]
        return [*around.first, *core, *self._adverbs("last"), *around.last]
