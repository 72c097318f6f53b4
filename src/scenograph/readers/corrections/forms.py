"""What a form can be, by the dictionaries: which case of Russian, whether a participle of English."""

from __future__ import annotations

from typing import Final, NamedTuple

from scenograph.morphology import english_forms, english_words
from scenograph.readers.dictionary import (
    Inflection,
    as_names,
    case_and_number,
    inflection,
    is_known,
    lemma_of,
    readings,
)
from scenograph.readers.sentence import Word

_NAMES: Final = ("Name", "Surn", "Patr", "Geox")
_TENSES: Final = {"past": "Past", "pres": "Pres", "futr": "Fut"}
COUNTING: Final = frozenset({"nummod", "nummod:gov", "nummod:entity", "det:numgov"})
"""Relations of a number to what it counts."""


def may_be(word: Word, case: str) -> bool:
    """Whether the dictionary lets a form stand in *case*; it does not rule out what it does not know."""
    return not is_known(word.form) or case in cases(word)


def cases(word: Word) -> set[str]:
    """Return the cases that a form can stand in; of «его» those of «он», not of «his»."""
    found = readings(word.form, word.upos)
    if word.upos == "PRON":
        found = [it for it in found if it.tag.POS == "NPRO"] or found
    elif word.form.islower():  # «малину» is no dative of «Малин»
        found = [it for it in found if not any(kind in it.tag for kind in _NAMES)] or found
    return {case_and_number(it)[0] for it in found}


def described(form: str) -> set[str]:
    """Return the cases in which an adjective or a participle can describe a noun."""
    return {
        case_and_number(it)[0]
        for it in (*readings(form, "ADJ"), *readings(form, "VERB"))
        if it.tag.POS in ("ADJF", "PRTF")
    }


class Form(NamedTuple):
    """A noun's lemma, and its features as CoNLL-U writes them."""

    lemma: str
    feats: str


def noun_in(form: str, *cases: str, number: str = "") -> Form | None:
    """Return *form* as a noun in one of *cases*, in *number* if that is given; None if it cannot be that."""
    for reading in readings(form, "NOUN"):
        said = inflection(reading)
        fits = reading.tag.POS == "NOUN" and said.case in cases and number in ("", said.number)
        if fits:
            return Form(lemma_of(reading), _feats(said))
    return None


def name_in(form: str, case: str, gender: str = "") -> dict[str, str] | None:
    """
    Return the features of *form* as a name of one person in *case*; None if it cannot be that.

    Args:
        gender: the gender that it must have, if any: «Громова» beside «Полина» is no genitive of «Громов»
    """
    for reading in as_names(readings(form, "PROPN")):
        said = inflection(reading)
        is_one = said.case == case and said.number == "Sing" and gender in ("", said.gender)
        if is_one and any(kind in reading.tag for kind in ("Name", "Surn", "Patr")):
            return {"Case": case, "Gender": said.gender, "Number": "Sing"}
    return None


def in_nominative(word: Word) -> Word:
    """Return a noun or name in the nominative, as the dictionary has it: «Петрова» is no «Петров»."""
    if word.upos == "PROPN" and (said := name_in(word.form, "Nom")):
        feats = {**word.features, **said}
        joined = "|".join(f"{name}={feats[name]}" for name in sorted(feats) if feats[name])
        return word._replace(lemma=word.form, feats=joined)
    found = noun_in(word.form, "Nom")
    own = word.features.get("Case")
    if found is None or own == "Nom":
        return word
    feats = {**word.features, **dict(it.split("=") for it in found.feats.split("|"))}
    return word._replace(lemma=found.lemma, feats="|".join(f"{name}={feats[name]}" for name in sorted(feats)))


def is_intransitive(lemma: str) -> bool:
    """Whether a Russian verb takes no object in the accusative."""
    found = [it for it in readings(lemma, "VERB") if it.tag.POS == "INFN" and it.is_known]
    return bool(found) and all("intr" in it.tag for it in found)


def nominatives(form: str) -> set[tuple[str, str, bool]]:
    """Return what a noun can be in the nominative: its number and gender as pymorphy3 has them, animate."""
    return {
        (str(it.tag.number or ""), str(it.tag.gender or ""), it.tag.animacy == "anim")
        for it in readings(form, "NOUN")
        if it.tag.POS == "NOUN" and it.tag.case == "nomn"
    }


class Finite(NamedTuple):
    """What a finite form of a Russian verb agrees with, as pymorphy3 has it; empty if it says nothing."""

    number: str
    gender: str
    person: str


def finite_forms(form: str) -> set[Finite]:
    """Return all that a Russian form can be as a finite verb: «придёт» is the third person singular."""
    return {
        Finite(
            *(str(it) if it else "" for it in (reading.tag.number, reading.tag.gender, reading.tag.person))
        )
        for reading in readings(form, "VERB")
        if reading.tag.POS in ("VERB", "PRTS") and reading.tag.mood != "impr"
    }


def agrees(words: list[Word], word: Word, verb: Word) -> bool:
    """Whether *word* is a noun that can be the subject of *verb*, by the dictionary."""
    if word.upos not in ("NOUN", "PROPN") or not is_known(word.form):
        return False
    kids = {it.deprel for it in words if it.head == word.id}
    if "case" in kids or kids & COUNTING:
        return False
    return any(
        it.person in ("", "3per")
        and (it.number == ("plur" if "conj" in kids else number) or not number)
        and (not it.gender or not gender or it.gender == gender or is_animate)
        for it in finite_forms(verb.form)
        for number, gender, is_animate in nominatives(word.form)
    )


def tense_of(form: str) -> tuple[str, str] | None:
    """
    Return the tense in which a form of a Russian verb says that something is so, and its lemma.

    «начнётся» → Fut, начаться; «пили» → Past, пить. None if it can be two, or is unknown.
    """
    found = [it for it in readings(form, "VERB") if it.tag.POS == "VERB" and it.is_known]
    said = {(str(it.tag.tense), lemma_of(it)) for it in found if it.tag.mood != "impr"}
    if len(said) != 1:
        return None
    [(tense, lemma)] = said
    return _TENSES.get(tense, ""), lemma


def is_impersonal(form: str) -> bool:
    """Whether a Russian form of a verb can have no subject, by the dictionary: «светает», «хватает»."""
    return any("Impe" in it.tag or "Impx" in it.tag for it in readings(form, "VERB"))


def is_plural(form: str) -> bool:
    """Whether a Russian form of a verb can be a plural alone: «пекут», «пекли»; not «печёт»."""
    found = [it for it in readings(form, "VERB") if it.tag.POS == "VERB" and it.is_known]
    return bool(found) and all("plur" in it.tag for it in found)


def _feats(said: Inflection) -> str:
    pairs = [("Case", said.case), ("Gender", said.gender if said.number != "Plur" or said.gender else "")]
    pairs.append(("Number", said.number))
    return "|".join(f"{name}={value}" for name, value in pairs if value)


def is_participle(form: str) -> bool:
    """Whether an English *form* is the past participle of a verb: «opened», «written»; not «run», «come»."""
    return any(
        lemma != form and english_forms.verb(lemma, "VBN") == form
        for lemma in english_words.lemmas(form).get("VERB", ())
    )
