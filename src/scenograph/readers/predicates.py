"""
A sentence needs a verb: «Ice melts.» is no list of melts, «Мама мыла раму.» tells of no soap.

In a short sentence a network that saw few of its kind may find no verb at all. If exactly one word of it can
be a finite verb by the dictionary, no other is more likely a verb, and the network does not exclude it, then
it is the verb.

    >>> missing(["Ice", "melts", "."], ["NOUN", "NOUN", "PUNCT"], [0.0, 0.04, 0.0], "Ice melts.")
    1
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from scenograph.morphology import english_words
from scenograph.morphology.russian import analyzer
from scenograph.readers.spelling import plain

LONGEST: Final = 6  # words, without marks
LEAST: Final = 0.001  # probability that the network gives the verb
LEAST_AFTER_NOUN: Final = 0.02  # the same of an English word that stands after neither a name nor a pronoun
_SUBJECTS: Final = frozenset({"PROPN", "PRON"})
_FINITE: Final = {
    "VBZ": {"Mood": "Ind", "Number": "Sing", "Person": "3", "Tense": "Pres", "VerbForm": "Fin"},
    "VBD": {"Mood": "Ind", "Tense": "Past", "VerbForm": "Fin"},
}
_TENSES: Final = {"past": "Past", "pres": "Pres", "futr": "Fut"}
_NUMBERS: Final = {"sing": "Sing", "plur": "Plur"}
_PREDICATIVE: Final = frozenset({"VERB", "AUX", "INTJ", "X", "SYM"})

NOMINAL: Final = frozenset({"compound", "amod", "nmod", "det", "nummod", "appos", "flat", "acl", "case"})
"""Relations to a noun, which the words around a verb cannot have to it."""


def missing(forms: Sequence[str], parts: Sequence[str], chances: Sequence[float], text: str) -> int | None:
    """
    Return the place of the one word that must be the verb of a sentence in which none was found.

    Args:
        forms: its words
        parts: their parts of speech
        chances: how probable it is that each is a verb
        text: the sentence; without a stop at its end it may be a headline
    """
    words = [place for place, part in enumerate(parts) if part not in ("PUNCT", "SYM")]
    if not text.rstrip().endswith((".", "!")) or not 2 <= len(words) <= LONGEST:
        return None
    if not _PREDICATIVE.isdisjoint(parts):
        return None
    found = [
        place
        for place in words
        if place != words[0] and forms[place].islower() and chances[place] >= LEAST and finite(forms[place])
    ]
    if len(found) != 1 or chances[found[0]] < max(chances[place] for place in words):
        return None
    [verb] = found
    is_after_subject = not forms[verb].isascii() or parts[verb - 1] in _SUBJECTS
    if not is_after_subject and chances[verb] < LEAST_AFTER_NOUN:  # «Best regards.» has no verb
        return None
    return verb


@lru_cache(maxsize=1 << 12)
def finite(form: str) -> dict[str, str]:
    """Return the features of *form* as a finite verb; {} if the dictionary has it as none."""
    form = plain(form)
    if form.isascii():
        tags = english_words.tags(form)
        return next((features for tag, features in _FINITE.items() if tag in tags), {})
    if not analyzer().word_is_known(form.lower()):
        return {}
    for reading in analyzer().parse(form):
        tag = reading.tag
        if tag.POS == "VERB" and tag.mood == "indc":
            found = {"Mood": "Ind", "Tense": _TENSES[str(tag.tense)], "VerbForm": "Fin"}
            if str(tag.number) in _NUMBERS:
                found["Number"] = _NUMBERS[str(tag.number)]
            return dict(sorted(found.items()))
    return {}
