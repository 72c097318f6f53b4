"""
Case, number and gender of Russian words, chosen together.

A network scores each of the three alone, and may find the nominative and the masculine likeliest for «Ивана».
No form of the dictionary is both: it is the genitive or accusative of Иван. So the likeliest of the
combinations is taken that the dictionary has for the form.

The tree helps: a noun that belongs to a noun stands in the genitive, one after «к» in the dative. Treebanks
say how often (`Government`, grammar's word for it).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, final

from scenograph.readers.dictionary import Inflection, inflections, is_known
from scenograph.readers.spelling import plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scenograph.readers.sentence import Sentence

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_GOVERNED: Final = _NOUNS | {"PRON"}
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_SMOOTHING: Final = 5  # words of average case that are added to each place
_LEAST: Final = 3  # words that a place needs to be kept


@final
class Government:
    """
    Which cases nouns have in their places of a tree.

    A network knows already how frequent a case is. So a place adds to the logarithm of its probability
    log(P(case | place) / P(case)).

    Attributes:
        gains: place, as `places` names it → case → what the place adds to its score
    """

    def __init__(self, gains: Mapping[str, Mapping[str, float]]) -> None:
        self.gains: Final = gains

    @classmethod
    def collect(cls, sentences: Iterable[Sentence]) -> Government:
        """Return what the Russian words of *sentences* of treebanks say."""
        counts: dict[str, Counter[str]] = {}
        for sentence in sentences:
            words = sentence.words
            here = places(
                [word.form for word in words], [word.head for word in words], [word.deprel for word in words]
            )
            for word, place in zip(words, here, strict=True):
                case = word.features.get("Case")
                if case and word.upos in _GOVERNED and _CYRILLIC.match(word.form):
                    counts.setdefault(place, Counter())[case] += 1
        every = sum(counts.values(), Counter[str]())
        return cls(
            {
                place: {case: _gain(own, every, case) for case in sorted(every)}
                for place, own in sorted(counts.items())
                if own.total() >= _LEAST
            }
        )

    def gain(self, place: str, case: str) -> float:
        """Return what *place* adds to the score of *case*; 0 if nothing is known of it."""
        return self.gains.get(place, {}).get(case, 0.0)


def _gain(own: Counter[str], every: Counter[str], case: str) -> float:
    expected = every[case] / every.total()
    share = (own[case] + _SMOOTHING * expected) / (own.total() + _SMOOTHING)
    return round(math.log(share / expected), 2)


def places(forms: Sequence[str], heads: Sequence[int], relations: Sequence[str]) -> list[str]:
    """
    Return the place of each word in its tree: its relation, and the first preposition that hangs on it.

        >>> places(["идёт", "к", "дому"], [0, 3, 1], ["root", "case", "obl"])
        ['root', 'case', 'obl к']
    """
    found = [relation.partition(":")[0] for relation in relations]
    for form, head, relation in zip(forms, heads, relations, strict=True):
        if relation == "case" and head and " " not in found[head - 1]:
            found[head - 1] += f" {form.lower()}"
    return found


def agree(
    forms: Sequence[str],
    parts: Sequence[str],
    places: Sequence[str],
    features: Sequence[dict[str, str]],
    said: Mapping[str, tuple[Sequence[str], NDArray[np.float32]]],
    government: Government,
) -> None:
    """
    Change case, number and gender of Russian words to the likeliest that their forms can have.

    Only nouns have a gender of their own and a case by their place. What is no noun and not in the dictionary
    stays as it is, and so do unknown acronyms.

    Args:
        forms, parts, places: of the words of a sentence
        features: of each word, changed in place
        said: feature → its values, and the log probability of each for each word, shape (words, values)
    """
    numbers = {name: {value: n for n, value in enumerate(values)} for name, (values, _) in said.items()}

    def chance(word: int, name: str, value: str) -> float:
        number = numbers.get(name, {}).get(value)
        return float(said[name][1][word, number]) if value and number is not None else 0.0

    for word, (form, part, own) in enumerate(zip(forms, parts, features, strict=True)):
        is_noun = part in _NOUNS
        if not _CYRILLIC.match(form) or not (is_noun or "Case" in own):
            continue
        if not is_known(plain(form)) and (form.isupper() or not is_noun):
            continue

        def score(option: Inflection, word: int = word, is_noun: bool = is_noun) -> float:
            total = chance(word, "Case", option.case) + chance(word, "Number", option.number)
            if is_noun:
                total += chance(word, "Gender", option.gender) + government.gain(places[word], option.case)
            return total

        options = [it for it in inflections(plain(form), part) if it.case in numbers.get("Case", {})]
        if options:
            best = max(options, key=score)
            own["Case"] = best.case
            if best.number:
                own["Number"] = best.number
            if is_noun and best.gender and best.number != "Plur":
                own["Gender"] = best.gender
