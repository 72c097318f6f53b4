"""
What the dictionary of Russian says a form can be, in the terms of Universal Dependencies.

    >>> sorted({(it.case, it.number) for it in inflections("нехватки", "NOUN")})
    [('Acc', 'Plur'), ('Gen', 'Sing'), ('Nom', 'Plur')]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.morphology.russian import analyzer
from scenograph.readers.roles import RESPECTED

if TYPE_CHECKING:
    from pymorphy3.analyzer import Parse

# For each part of speech of Universal Dependencies those of OpenCorpora; a part that is not here has any.
_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "NOUN": frozenset({"NOUN"}),
    "PROPN": frozenset({"NOUN"}),
    "ADJ": frozenset({"ADJF", "ADJS", "COMP", "PRTF", "PRTS"}),
    "VERB": frozenset({"VERB", "INFN", "PRTF", "PRTS", "GRND", "PRED"}),
    "AUX": frozenset({"VERB", "INFN", "GRND"}),
    "ADV": frozenset({"ADVB", "COMP", "PRED", "GRND"}),
    "PRON": frozenset({"NPRO", "ADJF"}),
    "DET": frozenset({"ADJF", "NPRO"}),
}
_CASES: Final = {
    "nomn": "Nom", "gent": "Gen", "gen1": "Gen", "gen2": "Gen", "datv": "Dat", "accs": "Acc", "acc2": "Acc",
    "ablt": "Ins", "loct": "Loc", "loc1": "Loc", "loc2": "Loc", "voct": "Voc",
}  # fmt: skip
NAMES: Final = ("Name", "Surn", "Patr", "Geox", "Orgn")
"""How OpenCorpora marks the nouns that are always names."""
_NAMELIKE: Final = frozenset({"NOUN", "VERB", "ADV", "PRON", "PART", "AUX", "DET", "X"})
_CYRILLIC: Final = re.compile("[а-яё]+", re.IGNORECASE)
_SUPERLATIVE: Final = re.compile("(.*ш)(?:ий|его|ему|им|ем|ая|ей|ую|ее|ие|их|ими)")
_NUMBERS: Final = {"sing": "Sing", "plur": "Plur"}
_GENDERS: Final = {"masc": "Masc", "femn": "Fem", "neut": "Neut"}


@final
class Inflection(NamedTuple):
    """Case, number and gender, as Universal Dependencies name them; empty what a form does not have."""

    case: str
    number: str
    gender: str


def readings(form: str, part: str) -> list[Parse]:
    """Return the readings of *form* as a *part* of speech, the likeliest first; all if it cannot be one."""
    found = analyzer().parse(form)
    parts = _PARTS.get(part)
    if parts is None:
        return found
    return [reading for reading in found if reading.tag.POS in parts] or found


def as_names(found: list[Parse]) -> list[Parse]:
    """
    Return those of *found* that a name can be: «Зайцев» is no hares, and «Марку» is of Марк, not a postmark.

    Names that keep their form, such as «Анне» of an Anne, are left out where an inflected one fits.
    """
    found = [it for it in found if any(kind in it.tag for kind in NAMES)] or found
    return [it for it in found if "Fixd" not in it.tag] or found


def case_and_number(reading: Parse) -> tuple[str, str]:
    """Return the case and number of a reading, each empty if it has none."""
    tag = reading.tag
    return _CASES.get(str(tag.case), ""), _NUMBERS.get(str(tag.number), "")


@lru_cache(maxsize=1 << 13)
def is_known(form: str) -> bool:
    """Whether the dictionary has *form*."""
    return analyzer().word_is_known(form.lower())


def lemma_of(reading: Parse) -> str:
    """
    Return the lemma of a reading as treebanks give it.

    Of «Петровны» it is «петровна», not «петрович»; of «старейшего», «старейший», not «старый».
    """
    tag = reading.tag
    if tag.POS == "NOUN" and ("Patr" in tag or ("Surn" in tag and "femn" in tag)):
        base = reading.inflect({"nomn", "sing"})
        return base.word if base else reading.normal_form
    if tag.POS == "ADJF" and "Supr" in tag and (found := _SUPERLATIVE.fullmatch(reading.word)):
        return f"{found[1]}ий"
    return reading.normal_form


@lru_cache(maxsize=1 << 13)
def is_name(form: str) -> bool:
    """Whether *form* begins with a capital and the dictionary has it as a noun that is always a name."""
    if not form[:1].isupper() or not is_known(form):
        return False
    nouns = [reading.tag for reading in analyzer().parse(form) if reading.tag.POS == "NOUN"]
    return bool(nouns) and all(any(kind in tag for kind in NAMES) for tag in nouns)


@lru_cache(maxsize=1 << 13)
def is_unknown_name(form: str, part: str) -> bool:
    """
    Whether a Russian word must be a name, since it has a capital and no dictionary has it.

    The dictionary has all pronouns, particles and the like, and an adjective shows by its ending.

        >>> is_unknown_name("Лелюх", "NOUN"), is_unknown_name("Оверньский", "ADJ")
        (True, False)
    """
    if not form[:1].isupper() or form.isupper() or not _CYRILLIC.fullmatch(form) or is_known(form):
        return False
    if part == "ADJ":
        return all(reading.tag.POS not in _PARTS["ADJ"] for reading in analyzer().parse(form))
    return part in _NAMELIKE


def is_written_as_name(form: str) -> bool:
    """
    Whether a Russian noun is written as a name, if it does not begin a sentence: «корм в Пятёрочке».

    Some words have a capital out of respect.

        >>> is_written_as_name("Шарик"), is_written_as_name("шарик"), is_written_as_name("Родине")
        (True, False, False)
    """
    if not form.istitle() or not _CYRILLIC.fullmatch(form):
        return False
    return not any(reading.normal_form in RESPECTED for reading in analyzer().parse(form))


@lru_cache(maxsize=1 << 13)
def may_be_given(form: str) -> bool:
    """
    Whether a Russian form may be a given name: «Кости» may be of Костя, or bones.

        >>> may_be_given("Кости"), may_be_given("Крепости")
        (True, False)
    """
    return any("Name" in reading.tag and reading.is_known for reading in analyzer().parse(form))


@lru_cache(maxsize=1 << 13)
def inflections(form: str, part: str) -> tuple[Inflection, ...]:
    """Return what *form* can be as a *part* of speech, the likeliest first; a guess for unknown words."""
    found: dict[Inflection, None] = {}
    options = readings(form, part)
    if part == "PROPN" and is_known(form) and not form.isupper():
        options = as_names(options)
    for reading in options:
        said = inflection(reading)
        if said.case:
            found[said] = None
    return tuple(found)


def inflection(reading: Parse) -> Inflection:
    """Return case, number and gender of a reading."""
    return Inflection(*case_and_number(reading), _GENDERS.get(str(reading.tag.gender), ""))
