"""The parts of a Russian clause, and the orders in which they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from scenograph.realiser.russian.words import PRONOUNS
from scenograph.realiser.text import Words


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
        late: where, with whom and all else
        last: clauses that say when or why
        content: what is said, thought or wanted
        particles: «же», «ведь», after the first word
        end: what stands after the whole sentence: «:)»
        has_infinitive: whether that is an infinitive: «могли участвовать»
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
    late: Words = field(default_factory=list[str])
    last: Words = field(default_factory=list[str])
    content: Words = field(default_factory=list[str])
    particles: Words = field(default_factory=list[str])
    end: Words = field(default_factory=list[str])
    has_infinitive: bool = False

    def usual(self, *, is_main: bool) -> Words:
        """
        Return a statement: when, who, what; in a main clause the time stands first.

        So does all that would be taken for a part of an infinitive: «В выборах граждане могли участвовать».
        """
        first, later = (self.times, []) if is_main else ([], self.times)
        first, late = ([*first, *self.late], []) if is_main and self.has_infinitive else (first, self.late)
        return [
            *self.front, *self.fronted, *first, *self.subject, *self.before, *self.verb, *self.complement,
            *self.near, *self.objects, *later, *self.dates, *late, *self.content, *self.last, *self.end,
        ]  # fmt: skip

    def inverted(self) -> Words:
        """Return a statement with a long subject at its end: «Появились люди, которые ее знали»."""
        return [
            *self.front, *self.fronted, *self.times, *self.dates, *self.late, *self.before, *self.verb,
            *self.complement, *self.near, *self.subject, *self.content, *self.last, *self.end,
        ]  # fmt: skip

    def asking(self) -> Words:
        """Return an embedded yes/no question: «пришла ли Анна»."""
        first, rest = (self.verb, self.complement) if self.verb else (self.complement, [])
        return [
            *self.front, *first, "ли", *self.subject, *self.before, *rest, *self.near, *self.objects,
            *self.times, *self.dates, *self.late, *self.content, *self.last, *self.end,
        ]  # fmt: skip

    def questioning(self) -> Words:
        """Return a question with a question word: «Где работает Мария», but «Где ты работаешь»."""
        is_pronoun = len(self.subject) == 1 and self.subject[0] in PRONOUNS
        first, later = (self.subject, []) if is_pronoun else ([], self.subject)
        return [
            *self.front, *self.fronted, *first, *self.before, *self.verb, *later, *self.complement,
            *self.near, *self.objects, *self.times, *self.dates, *self.late, *self.content, *self.last,
            *self.end,
        ]  # fmt: skip

    def existing(self) -> Words:
        """Return what is somewhere: «У Петра есть брат», «В Мали есть два языка»."""
        return [
            *self.front, *self.fronted, *self.times, *self.dates, *self.near, *self.late, *self.before,
            *self.verb, *self.subject, *self.complement, *self.objects, *self.content, *self.last, *self.end,
        ]  # fmt: skip

    def impersonal(self) -> Words:
        """Return a statement without a subject: «Вчера в Казани открыли станцию»."""
        return [
            *self.front, *self.fronted, *self.times, *self.dates, *self.late, *self.before, *self.verb,
            *self.near, *self.objects, *self.content, *self.last, *self.end,
        ]  # fmt: skip
