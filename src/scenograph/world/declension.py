"""
Declension of names in Russian.

Names are declined by their last letters, also those never heard of. The case that a slot asks for tells which
base form a declined name came from:

    >>> decline("Марта", "gen"), undecline("Марты", "gen")
    ('Марты', 'Марта')
    >>> decline("Иван Петров", "ins"), decline("Шарль де Голль", "ins")
    ('Иваном Петровом', 'Шарль де Голль')
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Final

from scenograph.morphology.russian import CASES
from scenograph.world.names import is_woman

_CONSONANTS: Final = "бвгджзклмнпрстфхцчшщ"
_ENDINGS: Final = {
    # last letter: endings of gen, dat, acc, ins, prep
    "а": ("ы", "е", "у", "ой", "е"),
    "я": ("и", "е", "ю", "ей", "е"),
    "й": ("я", "ю", "я", "ем", "е"),
    "": ("а", "у", "а", "ом", "е"),  # a consonant, which stays
}


def decline(name: str, case: str) -> str:
    """
    Return a Cyrillic *name* in *case* (nom, gen, dat, acc, ins or prep).

    Names in -а, -я, -й and consonants are declined. All others, women's names in consonants (Джейн) and names
    in Latin letters are not.
    Law: `undecline(decline(name, case), case) == name`, or the name is one that `undecline` cannot
    tell from another (in -е, -и, -у, -ы, -ю), and the realiser refuses it.
    """
    woman = is_woman(name)
    return name if case == "nom" else " ".join(_declined(word, case, woman) for word in name.split(" "))


def _declined(word: str, case: str, woman: bool) -> str:
    last = word[-1:]
    if len(word) < 2 or word.islower():  # a particle
        return word
    if last and last in _CONSONANTS and not woman:
        stem, kind = word, ""
    elif last in _ENDINGS:
        stem, kind = word[:-1], last
    else:
        return word
    ending = _ENDINGS[kind][CASES.index(case) - 1]
    if ending == "ы" and stem[-1] in "гкхжчшщ":
        ending = "и"
    elif ending in ("ой", "ом") and stem[-1] in "жчшщц":
        ending = "е" + ending[-1]
    elif ending == "е" and kind in ("я", "й") and stem[-1] == "и":
        ending = "и"
    return stem + ending


@lru_cache(maxsize=1 << 13)
def bases(form: str, case: str) -> tuple[str, ...]:
    """Return every base form that is *form* in *case*, those that change first."""
    if case == "nom":
        return (form,)
    choices = [
        [
            base
            for base in _changed(word)
            if word in (_declined(base, case, True), _declined(base, case, False))
        ]
        for word in form.split(" ")
    ]
    found = dict.fromkeys(map(" ".join, product(*choices)))
    return tuple(base for base in found if decline(base, case) == form)


def _changed(word: str) -> list[str]:
    """Return what *word* may come from: with its last one or two letters changed, then as it is."""
    return [*(word[:-length] + kind for kind in _ENDINGS for length in (1, 2)), word]


def undecline(form: str, case: str) -> str | None:
    """
    Return the base form of a declined Cyrillic name, or None if no name has that form in *case*.

    Some forms are shared (Тане: Тана or Таня). The realiser refuses a name that is not the first of `bases`,
    so that what has been said is read back exactly.
    """
    return next(iter(bases(form, case)), None)
