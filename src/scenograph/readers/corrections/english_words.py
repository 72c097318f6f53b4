"""Rules for single English words: what they are, and two that are one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_words
from scenograph.readers.sentence import Word
from scenograph.readers.values import WEEKDAYS

_PLURAL_ENDS: Final = frozenset("snehiatx")
"""Letters in which plurals end: bugs, oxen, mice, teeth, foci, data, feet, bureaux."""
_ANYMORE: Final = frozenset({"no longer", "any longer", "any more"})
_WITHOUT_OBJECTS: Final = frozenset(
    {"work", "live", "exist", "sleep", "matter", "happen", "come", "function"}
)
"""Verbs beside which «any more» is never a thing."""


def _keep_unknown_nouns(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Cut nothing off an unknown noun that ends as no plural does: «The installer asks».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "uploader", "uploade", "NOUN", feats="Number=Plur")]
        >>> correct(words)
        [0]
        >>> words[0].lemma, words[0].feats
        ('uploader', 'Number=Sing')
    """
    for place, word in enumerate(words):
        form = word.form.lower()
        if word.upos != "NOUN" or not (form.isascii() and form.isalpha()) or form[-1] in _PLURAL_ENDS:
            continue
        is_cut = form != word.lemma and form.startswith(word.lemma)
        if is_cut and not english_words.lemmas(form):
            feats = word.feats.replace("Number=Plur", "Number=Sing")
            yield place, word._replace(lemma=form, feats=feats)


def _name_days(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let several days of the week be that day: «We are closed on Sundays».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Sundays", "Sundays", "PROPN", feats="Number=Plur")]
        >>> correct(words)
        [0]
        >>> words[0].lemma
        'Sunday'
    """
    for place, word in enumerate(words):
        day = word.form.removesuffix("s")
        if day != word.form and day.lower() in WEEKDAYS and word.lemma.lower() != day.lower():
            yield place, word._replace(lemma=day)


def _deny_with_no_longer(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «no longer» deny, as «not … anymore» does, and «any more», «any longer» be that word.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "no", "no", "ADV", head=2, deprel="advmod"),
        ...          Word(2, "longer", "long", "ADV", head=3, deprel="advmod"),
        ...          Word(3, "works", "work", "VERB")]
        >>> correct(words)
        [0, 1]
        >>> [(word.lemma, word.head, word.deprel) for word in words[:2]]
        [('not', 3, 'advmod'), ('anymore', 3, 'advmod')]
    """
    for place, (first, longer) in enumerate(pairwise(words)):
        said = f"{first.form} {longer.form}".lower()
        if said not in _ANYMORE or not longer.head:
            continue
        above = words[longer.head - 1]
        alone = said == "any more" and longer.deprel == "obj" and above.lemma in _WITHOUT_OBJECTS
        if longer.deprel != "advmod" and not alone:
            continue
        below = [it for it in words if it.head == above.id]
        denies = first.lemma == "no"
        is_compared = place + 2 < len(words) and words[place + 2].form == "than"
        is_clause = above.upos in ("VERB", "AUX") or any(it.deprel == "cop" for it in below)
        if is_compared or not is_clause or not (denies or any(it.lemma == "not" for it in below)):
            continue
        if denies:
            yield (
                place,
                first._replace(
                    lemma="not", upos="PART", feats="Polarity=Neg", head=above.id, deprel="advmod"
                ),
            )
        else:
            yield place, first._replace(head=longer.id, deprel="goeswith")
        yield place + 1, longer._replace(lemma="anymore", upos="ADV", feats="_", deprel="advmod")


def _noun_behind_prepositions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take what stands behind a preposition for a noun, if it can be one: «Until when is he on leave?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "He", "he", "PRON", head=4, deprel="nsubj"),
        ...          Word(2, "is", "be", "AUX", head=4, deprel="cop"),
        ...          Word(3, "on", "on", "ADP", head=4, deprel="case"), Word(4, "leave", "leave", "VERB")]
        >>> correct(words)
        [3]
        >>> words[3].upos
        'NOUN'
    """
    for place, word in enumerate(words):
        if word.upos != "VERB" or word.features.get("VerbForm") in ("Ger", "Part"):
            continue
        before = words[place - 1] if place else word
        of = next((it for it in words if it.head == word.id and it.deprel == "case"), None)
        if of is None or of.upos != "ADP" or of.lemma in ("to", "as", "than") or of.id > word.id:
            continue
        is_near = before is of or (before.head == word.id and before.deprel in ("amod", "det", "nmod:poss"))
        nouns = english_words.lemmas(word.form).get("NOUN", ())
        if nouns and is_near:
            number = "Sing" if word.form.lower() in nouns else "Plur"
            yield place, word._replace(upos="NOUN", lemma=nouns[0], feats=f"Number={number}")


def _end_in_f(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «leaves» be several leaves, if they are a noun.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "leaves", "leave", "NOUN", feats="Number=Plur")]
        >>> correct(words)
        [0]
        >>> words[0].lemma
        'leaf'
    """
    for place, word in enumerate(words):
        form = word.form.lower()
        if word.upos != "NOUN" or not form.endswith("ves") or word.lemma.endswith(("f", "fe")):
            continue
        found = [it for it in english_words.lemmas(form).get("NOUN", ()) if it.endswith(("f", "fe"))]
        if found:
            yield place, word._replace(lemma=found[0])


def _act_alone(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a verb in the present that ends in «s» be what one does: «The frog lives under stones».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "lives", "live", "VERB", feats="Mood=Ind|Number=Plur|Tense=Pres|VerbForm=Fin")]
        >>> correct(words)
        [0]
        >>> words[0].feats
        'Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin'
    """
    for place, word in enumerate(words):
        form, feats = word.form.lower(), word.features
        is_plural = word.upos == "VERB" and feats.get("Number") == "Plur" and feats.get("Tense") == "Pres"
        if is_plural and form != word.lemma and form.endswith("s") and form.isascii():
            said = {**feats, "Number": "Sing", "Person": "3"}
            yield place, word._replace(feats="|".join(f"{name}={said[name]}" for name in sorted(said)))


def _act_in_the_past(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a form that only the past has be of the past: «until the rain stopped».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "stopped", "stop", "VERB", feats="Mood=Ind|Tense=Pres|VerbForm=Fin")]
        >>> correct(words)
        [0]
        >>> words[0].feats
        'Mood=Ind|Tense=Past|VerbForm=Fin'
    """
    for place, word in enumerate(words):
        form = word.form.lower()
        is_present = word.upos == "VERB" and {"Tense=Pres", "VerbForm=Fin"} <= set(word.feats.split("|"))
        if is_present and form.endswith("ed") and form != word.lemma and form.isascii():
            said = {**word.features, "Tense": "Past"}
            yield place, word._replace(feats="|".join(f"{name}={said[name]}" for name in sorted(said)))


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _deny_with_no_longer,
    _keep_unknown_nouns,
    _name_days,
    _noun_behind_prepositions,
    _end_in_f,
    _act_alone,
    _act_in_the_past,
)
"""In the order in which they are tried."""
