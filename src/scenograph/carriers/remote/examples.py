"""
Examples: what a prompt shows a model that was not trained for its task.

Each example is a task of the mind's corpus with the same commands as what is asked. The first one is the
nearest to what is asked. Each further one is chosen for the words, and pairs of words, that those before it
do not have; rare ones weigh more. (Examples that cover the input together help more than the nearest ones:
Gupta et al. 2023, arXiv 2305.14907.)

    asked    Oleg gave Anna the old book.
    chosen   Vera gave Ivan the letter.    it has `gave`, and a name after it
             Marta found the old book.     it has `the old book`
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple, final

from scenograph.vocabulary import Prompt, Segment

_WORD = re.compile(r"[⟁Δ🜂\w]+(?:[-'’]\w+)*|[^\w\s]")


class Example(NamedTuple):
    """What was asked, and the right answer."""

    prompt: Prompt
    answer: Segment


@final
class Examples:
    """
    The examples of a mind.

    Args:
        examples: tasks of its corpus; of several with the same prompt, the first is kept
    """

    def __init__(self, examples: Iterable[Example]) -> None:
        shelves: dict[Prompt, dict[Prompt, Example]] = {}
        for example in examples:
            shelves.setdefault(_commands(example.prompt), {}).setdefault(example.prompt, example)
        self._shelves = {commands: _Shelf(list(of.values())) for commands, of in shelves.items()}

    def __len__(self) -> int:
        return sum(len(shelf.examples) for shelf in self._shelves.values())

    def choose(self, prompt: Prompt, count: int) -> list[Example]:
        """Return at most *count* examples for *prompt*, the nearest one last, next to what is asked."""
        shelf = self._shelves.get(_commands(prompt))
        return [] if shelf is None else shelf.choose(_features(prompt), count)[::-1]

    def knows(self, text: str) -> bool:
        """Return whether all words of *text* that begin with a small letter stand in texts that were read."""
        shelf = self._shelves.get((("command", "⟁read"),))
        words = [word for word in _WORD.findall(text) if word[0].islower()]
        return shelf is not None and bool(words) and all(word in shelf.places for word in words)


@final
class _Shelf:
    """The examples with the same commands."""

    def __init__(self, examples: list[Example]) -> None:
        self.examples = examples

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Feature → the numbers of the examples that have it."""
        places: dict[str, list[int]] = {}
        for number, example in enumerate(self.examples):
            for feature in _features(example.prompt):
                places.setdefault(feature, []).append(number)
        return places

    @cached_property
    def sizes(self) -> list[float]:
        """The square root of the number of features of each example, by which its score is divided."""
        sizes = Counter(number for numbers in self.places.values() for number in numbers)
        return [sqrt(sizes[number] or 1) for number in range(len(self.examples))]

    def choose(self, wanted: frozenset[str], count: int) -> list[Example]:
        weights = {
            feature: log(1 + len(self.examples) / len(self.places[feature]))
            for feature in sorted(wanted)
            if feature in self.places
        }
        chosen: list[int] = []
        left = dict(weights)
        while len(chosen) < min(count, len(self.examples)):
            scores: dict[int, float] = {}
            for feature, weight in left.items():
                for number in self.places[feature]:
                    scores[number] = scores.get(number, 0.0) + weight
            for number in chosen:
                scores.pop(number, None)
            if not scores:
                if len(left) == len(weights):  # no word is common; any will do
                    rest = (number for number in range(len(self.examples)) if number not in chosen)
                    chosen += [next(rest) for _ in range(min(count, len(self.examples)) - len(chosen))]
                    break
                left = dict(weights)  # all words are covered: begin again
                continue
            best = max(scores, key=lambda number: (scores[number] / self.sizes[number], -number))
            chosen.append(best)
            for feature in _features(self.examples[best].prompt):
                left.pop(feature, None)
        return [self.examples[number] for number in chosen]


def _commands(prompt: Prompt) -> Prompt:
    return tuple(segment for segment in prompt if segment[0] == "command")


def _features(prompt: Prompt) -> frozenset[str]:
    """Return the words of the data in *prompt*, and the pairs of neighbours."""
    found: set[str] = set()
    for kind, content in prompt:
        if kind != "command":
            words = [word.lower() for word in _WORD.findall(content)]
            found.update(words)
            found.update(f"{one} {other}" for one, other in pairwise(words))
    return frozenset(found)
