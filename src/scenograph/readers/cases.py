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
_OTHER_CASE: Final = 9.0  # what it costs a word of a name to differ from the others, as a logarithm
_OTHER_GENDER: Final = 6.0


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
    heads: Sequence[int],
    relations: Sequence[str],
    features: Sequence[dict[str, str]],
    said: Mapping[str, tuple[Sequence[str], NDArray[np.float32]]],
    government: Government,
) -> None:
    """
    Change case, number and gender of Russian words to the likeliest that their forms can have.

    Only nouns have a gender of their own and a case by their place. The nouns of one name, which hang on the
    first by `flat`, are chosen together: they have one case and one gender, as «Льва Толстого» has, if their
    forms can (153 of 155 in three treebanks; «Волан-де Мортом» and «сподвижник Арк» are the others). A name
    that a verb in the past is said of stands in the nominative, in the gender of the verb: «Иванова уехала».
    What is no noun and not in the dictionary stays as it is, and so do unknown acronyms.

    Args:
        forms, parts, heads, relations: of the words of a sentence
        features: of each word, changed in place
        said: feature → its values, and the log probability of each for each word, shape (words, values)
    """
    numbers = {name: {value: n for n, value in enumerate(values)} for name, (values, _) in said.items()}
    where = places(forms, heads, relations)

    def chance(word: int, name: str, value: str) -> float:
        number = numbers.get(name, {}).get(value)
        return float(said[name][1][word, number]) if value and number is not None else 0.0

    def acting(word: int) -> str:
        """Return the gender in which a verb is said of a name; empty if none is, as in «Иванова не было»."""
        is_subject = parts[word] == "PROPN" and where[word] == "nsubj" and heads[word]
        gender = features[heads[word] - 1].get("Gender", "") if is_subject else ""
        return gender if gender != "Neut" else ""

    def scored(word: int) -> dict[Inflection, float]:
        """Return what the word can be, with the score of each."""
        form, part = plain(forms[word]), parts[word]
        is_noun = part in _NOUNS
        if not _CYRILLIC.match(form) or not (is_noun or "Case" in features[word]):
            return {}
        if not is_known(form) and (form.isupper() or not is_noun):
            return {}
        found: dict[Inflection, float] = {}
        for option in inflections(form, part):
            if option.case in numbers.get("Case", {}):
                score = chance(word, "Case", option.case) + chance(word, "Number", option.number)
                if is_noun:
                    score += chance(word, "Gender", option.gender)
                    score += government.gain(where[word], option.case)
                if gender := acting(word):
                    score -= _OTHER_CASE * (option.case != "Nom") + _OTHER_GENDER * (option.gender != gender)
                found[option] = score
        return found

    names: dict[int, list[int]] = {}
    for word, (head, relation) in enumerate(zip(heads, relations, strict=True)):
        is_in_name = relation.startswith("flat") and head and {parts[word], parts[head - 1]} <= _NOUNS
        names.setdefault(head - 1 if is_in_name else word, []).append(word)
    for words in names.values():
        for word, best in zip(words, _together([scored(word) for word in words]), strict=True):
            if best is None:
                continue
            own = features[word]
            own["Case"] = best.case
            if best.number:
                own["Number"] = best.number
            if parts[word] in _NOUNS and best.gender and best.number != "Plur":
                own["Gender"] = best.gender


def _together(options: Sequence[Mapping[Inflection, float]]) -> list[Inflection | None]:
    """Return the best of each of *options*, where a case and gender that differ from the others' cost."""
    if len(options) == 1:
        return [max(options[0], key=options[0].__getitem__, default=None)]

    def chosen(case: str, gender: str) -> list[tuple[float, Inflection | None]]:
        return [
            max(
                (
                    (score - _OTHER_CASE * (it.case != case) - _OTHER_GENDER * (it.gender != gender), it)
                    for it, score in own.items()
                ),
                key=lambda pair: pair[0],
                default=(0.0, None),
            )
            for own in options
        ]

    ways = [chosen(*pair) for pair in dict.fromkeys((it.case, it.gender) for own in options for it in own)]
    best = max(ways, key=lambda way: sum(score for score, _ in way), default=chosen("", ""))
    return [it for _, it in best]
