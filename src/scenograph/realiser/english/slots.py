"""What stands around an English verb, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, final

from scenograph.realiser.text import Words

_SHORT: Final = 3  # words that may stand before «that»: «He said in Paris that …»


@final
@dataclass(slots=True)
class Slots:
    """
    What hangs on a verb, before it stands in order.

    Attributes:
        front: remarks, and adverbs of the whole sentence
        middle: adverbs beside the auxiliary: «has already gone»
        close: prepositions without a noun: «what we talk about»
        near: what belongs closely to the verb
        times: when
        late: where, with whom and all else, each part by itself
        place: a part that may stand first
        ahead: clauses that say when, why or on what condition, and may stand first
        content: what is said, thought or wanted
        last: clauses that say when or why
        final: adverbs after all the rest
        end: what stands after the whole sentence: «:)»
        is_heavy: whether `content` is a clause, which draws to itself what stands after it
        is_finite: whether it has a tense: «that he came»
    """

    front: Words = field(default_factory=list[str])
    middle: Words = field(default_factory=list[str])
    close: Words = field(default_factory=list[str])
    near: Words = field(default_factory=list[str])
    times: Words = field(default_factory=list[str])
    late: list[Words] = field(default_factory=list[Words])
    place: Words = field(default_factory=list[str])
    content: Words = field(default_factory=list[str])
    ahead: Words = field(default_factory=list[str])
    last: Words = field(default_factory=list[str])
    final: Words = field(default_factory=list[str])
    end: Words = field(default_factory=list[str])
    is_heavy: bool = False
    is_finite: bool = False

    def front_times(self) -> None:
        """Put the time first, with a comma: «Last month, he said that …»."""
        if self.times:
            self.front += [*self.times, ","]
            self.times = []

    def front_clauses(self) -> None:
        """Put clauses first, with a comma: «If it rains, we stay»."""
        if self.ahead:
            self.front = [*self.ahead, ",", *self.front]
            self.ahead = []

    def front_place(self, has_more: bool) -> None:
        """Put the place first, with a comma, if the verb has something else: «In Berlin, he met us»."""
        if self.place and (has_more or self.late or self.content or self.near or self.times):
            self.front += [*self.place, ","]
            self.place = []

    def arrange(self, order: str) -> None:
        """Bring what stands late in another order: `short` the shortest first, `turned` the last first."""
        if self.place:
            self.late = [self.place, *self.late]
            self.place = []
        if order == "short":
            self.late.sort(key=len)
        elif order == "turned":
            self.late.reverse()

    def tail(self, *, early: bool) -> Words:
        """Return what stands after the objects of the verb; *early*: times stand before places."""
        late = [word for part in self.late for word in part]
        is_first = self.is_finite and len(late) <= _SHORT
        between = [*late, *self.content] if is_first else [*self.content, *late]
        between = [*self.times, *between] if early else [*between, *self.times]
        return [*self.close, *self.near, *between, *self.ahead, *self.last, *self.final, *self.end]
