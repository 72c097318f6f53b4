"""
Own words: what a sentence says around a phrase, where the reading left words of it out as unsure.

    Президент подписал закон о пенсиях.     read in part: (подписать :agent президент :object закон)
    Что подписал президент?                 закон о пенсиях, and not: закон

A part of a scene must not be said as if it were the whole. So where words were left out inside a phrase, or
hang on it, the answer is the span of the sentence itself that holds them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.answers.classes import THEREFORE
from scenograph.readers.articles import DEFINITE
from scenograph.readers.roles import TURNING

if TYPE_CHECKING:
    from scenograph.answers.marking import Span
    from scenograph.readers.graph_reader import Found


_JOINING: Final = frozenset({"and", "or", "but", "nor", "и", "или", "но", "а", "да"}) | THEREFORE
"""Words that join a clause to what stands before it, and belong to no phrase in it."""


@final
class SentenceRead(NamedTuple):
    """
    A sentence with what its reading took from it.

    Attributes:
        text: the sentence
        found: how it was read
        said: the numbers, from 1, of the words that the whole scene says; the others join them
        left_out: those of them that are in no sure link
    """

    text: str
    found: Found
    said: frozenset[int]
    left_out: frozenset[int]

    @classmethod
    def of(cls, text: str, found: Found) -> SentenceRead:
        """Return the sentence *text* that was read as *found*."""
        said, kept = _said(found)
        return cls(text, found, said, said - kept)

    def phrase(self, spans: Sequence[Span], role: str = "") -> Span | None:
        """
        Return the span of the text that holds a phrase with all that was left out of it.

        Args:
            spans: where the words of the phrase stand
            role: of the link to it, whose preposition is said, too; empty: none is
        Returns:
            None if nothing was left out of the phrase, so that it can be said from its scene.
        """
        words = self.found.spans
        own = {
            number
            for number, (start, end) in enumerate(words, 1)
            if any(start < last and first < end for first, last in spans)
        }
        if not own or not self.left_out:
            return None
        whole = self._with_turning(self._with_hanging(own))
        first, last = self._together(own, whole)
        if self.left_out.isdisjoint(range(first, last + 1)):
            return None
        first = self._with_prepositions(first)
        signs = self._signs(role, own) if role else frozenset[int]()
        while first - 1 in signs:
            first -= 1
        return words[first - 1][0], words[last - 1][1]

    def _together(self, own: Collection[int], whole: Collection[int]) -> tuple[int, int]:
        """Return the first and the last word of *whole* around *own*, up to what is of another phrase."""
        others = self.said - self.left_out - frozenset(own)
        found: list[int] = []
        for edge, step in ((min(own), -1), (max(own), 1)):
            here = end = edge
            while min(whole) <= here + step <= max(whole) and here + step not in others:
                here += step
                end = here if here in whole else end
            found.append(end)
        return found[0], found[1]

    def _signs(self, role: str, own: Collection[int]) -> frozenset[int]:
        """Return the words that say the link *role* to the words *own*."""
        converted = self.found.converted
        assert converted is not None, "without a scene nothing was left out"
        return frozenset(
            word
            for link, origin in zip(converted.scene.links, converted.origins, strict=True)
            if link.role == role
            and isinstance(link.target, int)
            and not set(own).isdisjoint(converted.words[link.target])
            for word in origin.words
        )

    def _with_hanging(self, own: Iterable[int]) -> set[int]:
        """Return the words *own* with what unsure links join to them."""
        whole = set(own)
        waiting = True
        while waiting:
            more = {
                number
                for one, other in self._unsure
                if not (one | other).isdisjoint(whole)
                for number in one | other
                if number in self.left_out
            } - whole
            whole |= more
            waiting = bool(more)
        return whole

    @property
    def _unsure(self) -> Iterable[tuple[set[int], set[int]]]:
        """The words of the two ends of each link that was left out; those that say the link, with its end."""
        converted = self.found.converted
        assert converted is not None, "without a scene nothing was left out"
        sure = self.found.reading.links[1:]
        into = Counter(link.target for link in converted.scene.links if isinstance(link.target, int))
        for link, origin, read in zip(converted.scene.links, converted.origins, sure, strict=True):
            if not read.is_sure:
                end: set[int] = set()
                if isinstance(link.target, int) and into[link.target] == 1:  # else it stands elsewhere, too
                    end = set(converted.words[link.target])
                yield set(converted.words[link.source]), end | set(origin.words)

    def _with_turning(self, whole: set[int]) -> set[int]:
        """Return *whole* with words beside it that turn what it says: «less», «almost»."""
        found = set(whole)
        for step, edge in ((-1, min(whole)), (1, max(whole))):
            here = edge + step
            while here in self.left_out and self._form(here) in TURNING:
                found.add(here)
                here += step
        return found

    def _with_prepositions(self, first: int) -> int:
        """Return the first word of a phrase that begins with *first*, with preposition and article."""
        while first > 1 and first - 1 not in self.said and self._form(first - 1) not in _JOINING:
            if not self._form(first - 1).isalpha():
                break
            first -= 1
        return first

    def _form(self, number: int) -> str:
        start, end = self.found.spans[number - 1]
        return self.text[start:end].lower()


def _said(found: Found) -> tuple[frozenset[int], frozenset[int]]:
    """Return the words that the whole scene of a sentence says, and those that its sure links say."""
    converted = found.converted
    if converted is None or found.reading.scene is None:
        return frozenset(), frozenset()
    kept = set(converted.words[0])
    said = {number for words in converted.words for number in words}
    for link, origin, read in zip(
        converted.scene.links, converted.origins, found.reading.links[1:], strict=True
    ):
        if link.role == DEFINITE:
            continue  # without its article, a noun is whole
        said.update(origin.words)
        if read.is_sure:
            kept.update(origin.words, converted.words[link.source])
            if isinstance(link.target, int):
                kept.update(converted.words[link.target])
    return frozenset(said), frozenset(kept)
