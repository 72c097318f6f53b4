"""
Names: one spelling in scenes, two on paper, six cases in Russian.

A scene spells names in Latin letters. `Spellings` finds the spelling in the other script. It asks in turn

1. the pairs of spellings that memory holds, and the Latin spellings that memory has seen,
2. a table of well-known names, `names.toml` (Maria and Мария),
3. the ending -ia, which is -ия (Livia and Ливия),
4. the letters: `cyrillic` and `latin` respell a name letter for letter, so that the way back is exact, also
   for names never seen before:

    >>> cyrillic("Zhenya"), latin("Женя")
    ('Женя', 'Zhenya')

`sh zh ch ts ya yu` are read as one letter, `y` is `й` after a vowel. A name for which none of this holds
(`Qwerty`) is not respelt: it stays as it is in both languages and is not declined.

Russian declines names by their last letter, and the case a slot asks for tells which base form a
declined name came from:

    >>> decline("Марта", "gen"), undecline("Марты", "gen")
    ('Марты', 'Марта')

Gender follows the ending too: names in `-a` are women's, all others men's, but for those of the table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple, final

from scenograph.core import Scene
from scenograph.domain import KnownNames
from scenograph.morphology.russian import CASES
from scenograph.world.description import names_of
from scenograph.world.forms import common_words

VOWELS = frozenset("aeiouAEIOU")
_DIGRAPHS = {"sh": "ш", "zh": "ж", "ch": "ч", "ts": "ц", "ya": "я", "yu": "ю"}
_LETTERS = dict(zip("abdefghiklmnoprstuvz", "абдефгхиклмнопрстувз", strict=True))
_BACK = {v: k for k, v in (_DIGRAPHS | _LETTERS | {"y": "й"}).items()}

LATIN_NAME = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)*")
CYRILLIC_NAME = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*")

NAMES: Final = (LATIN_NAME, CYRILLIC_NAME)
_CONSONANTS: Final = "бвгджзклмнпрстфхцчшщ"


def _respell(name: str) -> str | None:
    """The Cyrillic letters of a Latin name, or None where a letter has no counterpart."""
    out: list[str] = []
    lower, i = name.lower(), 0
    while i < len(lower):
        pair, letter = lower[i : i + 2], lower[i]
        if pair in _DIGRAPHS:
            out.append(_DIGRAPHS[pair])
            i += 2
            continue
        if letter == "y" and i and lower[i - 1] in VOWELS:
            out.append("й")
        elif letter in _LETTERS:
            out.append(_LETTERS[letter])
        elif letter == "-":
            out.append("-")
        else:
            return None
        i += 1
    return "-".join(part.capitalize() for part in "".join(out).split("-"))


def _respell_back(name: str) -> str | None:
    letters = [_BACK.get(c, "-" if c == "-" else None) for c in name.lower()]
    if any(c is None for c in letters):
        return None
    return "-".join(part.capitalize() for part in "".join(c for c in letters if c).split("-"))


@lru_cache(maxsize=65536)
def cyrillic(name: str) -> str:
    """
    Return the spelling of *name* in Russian text: Cyrillic where that is exact, unchanged elsewhere.

    Law: `latin(cyrillic(name)) == name` for every name whose own spelling is not an exact Cyrillic one.
    """
    respelt = _respell(name)
    return respelt if respelt is not None and _respell_back(respelt) == name else name


@lru_cache(maxsize=65536)
def latin(name: str) -> str:
    """Return the scene's spelling of *name* found in Russian text; undoes `cyrillic`."""
    respelt = _respell_back(name)
    return respelt if respelt is not None and _respell(respelt) == name else name


class _WellKnown(NamedTuple):
    """The rows of `names.toml`, by either spelling; and the women among them, in both spellings."""

    latin: dict[str, list[str]]
    cyrillic: dict[str, str]
    women: frozenset[str]
    men: frozenset[str]


@cache
def _well_known() -> _WellKnown:
    path = resources.files("scenograph.world") / "names.toml"
    table: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    women, men = table["women"], table["men"]
    rows = women | men
    return _WellKnown(
        rows,
        {name: spelt for spelt, names in rows.items() for name in names},
        frozenset([*women, *(name for names in women.values() for name in names)]),
        frozenset([*men, *(name for names in men.values() for name in names)]),
    )


@final
class Spellings:
    """
    How names are spelt in the other script.

    Law: `cyrillic(latin(spelt)) == spelt` for every Cyrillic name that `latin` changes. The other way holds
    but for a Latin spelling that shares its Cyrillic one with a more usual name: «Мария» is Maria and Mariya.

    Args:
        known: the names of a memory, which come before the table and the rules; None: no memory
    """

    def __init__(self, known: KnownNames | None = None) -> None:
        self._known = known

    def cyrillic(self, name: str) -> str:
        """Return *name* as Russian text spells it; unchanged if no spelling is known."""
        pairs = self._known.pairs() if self._known else {}
        return pairs.get(name) or _well_known().cyrillic.get(name) or _by_ending(name) or cyrillic(name)

    def latin(self, spelt: str) -> str:
        """Return *spelt*, a name of a Russian text, as scenes spell it; unchanged if no spelling is known."""
        pairs = self._known.pairs() if self._known else {}
        for name, cyrillic_name in pairs.items():
            if cyrillic_name == spelt:
                return name
        names = [name for name in self._candidates(spelt) if self.cyrillic(name) == spelt]
        if self._known and len(names) > 1:
            names = [name for name in names if self._known.has(name)] or names
        return names[0] if names else spelt

    def _candidates(self, spelt: str) -> list[str]:
        by_letter = latin(spelt)
        by_ending = [by_letter.removesuffix("iya") + "ia"] if by_letter.endswith("iya") else []
        return list(dict.fromkeys([*_well_known().latin.get(spelt, ()), *by_ending, by_letter]))


LETTERS: Final = Spellings()
"""Spellings by the table and the rules, without a memory."""


def _by_ending(name: str) -> str | None:
    """Return the Cyrillic spelling of a name in -ia, or None if it is none, or its letters give none."""
    spelt = cyrillic(name.removesuffix("ia") + "iya") if name.endswith("ia") and len(name) > 3 else name
    return None if spelt.isascii() else spelt


def is_woman(name: str) -> bool:
    """Return whether *name* is a woman's: as the table says (Jane, Ilya), else if it ends in -a."""
    known = _well_known()
    return name in known.women or (name.endswith("a") and name not in known.men)


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
    last = name[-1]
    if case == "nom" or not CYRILLIC_NAME.fullmatch(name):
        return name
    if last in _CONSONANTS and name not in _well_known().women:
        stem, kind = name, ""
    elif last in _ENDINGS:
        stem, kind = name[:-1], last
    else:
        return name
    ending = _ENDINGS[kind][CASES.index(case) - 1]
    if ending == "ы" and stem[-1] in "гкхжчшщ":
        ending = "и"
    elif ending in ("ой", "ом") and stem[-1] in "жчшщц":
        ending = "е" + ending[-1]
    elif ending == "е" and kind in ("я", "й") and stem[-1] == "и":
        ending = "и"
    return stem + ending


@lru_cache(maxsize=65536)
def bases(form: str, case: str) -> tuple[str, ...]:
    """Return every base form that is *form* in *case*, those that change first."""
    changed = [form[:-length] + kind for kind in _ENDINGS for length in (1, 2)]  # endings have 1 or 2 letters
    return tuple(base for base in dict.fromkeys([*changed, form]) if base and decline(base, case) == form)


def undecline(form: str, case: str) -> str | None:
    """
    Return the base form of a declined Cyrillic name, or None if no name has that form in *case*.

    Some forms are shared (Тане: Тана or Таня). The realiser refuses a name that is not the first of `bases`,
    so that what has been said is read back exactly.
    """
    return next(iter(bases(form, case)), None)


@final
class WorldNames:
    """The names of the world; see `scenograph.domain.Names`."""

    def __init__(self, spellings: Spellings) -> None:
        self.spellings = spellings

    def spelling(self, name: str, language: str) -> str:
        """Return a scene's *name* as *language* spells it."""
        return self.spellings.cyrillic(name) if language == "ru" else name

    def found(self, text: str, language: str) -> Mapping[str, str]:
        """Return each base form of each capitalised word, as scenes spell it → as the text spells it."""
        found: dict[str, str] = {}
        for pattern in NAMES:
            for word in pattern.findall(text):
                if word.lower() not in common_words(language):
                    every = dict.fromkeys(base for case in CASES for base in bases(word, case))
                    # «Мария» may also be a form of an unheard-of Марий; the well-known name is meant
                    usual = [base for base in every if base in _well_known().latin]
                    for base in usual or every:
                        found.setdefault(self.spellings.latin(base), base)
        return found

    def forms(self, name: str, language: str) -> frozenset[str]:
        """Return *name* as *language* spells it, in every case."""
        spelt = self.spelling(name, language)
        return frozenset(decline(spelt, case) for case in CASES) if language == "ru" else frozenset([spelt])

    def common_words(self, language: str) -> frozenset[str]:
        """Return the words of the world's texts, in lower case."""
        return common_words(language)

    def respelt(self, parsed: Scene, scene: Scene, language: str) -> Scene:
        """
        Return *parsed* with the names of *scene* where *language* gives both the same spelling.

        For example, «Мария спала» is parsed with the name Maria. Said of a scene about Mariya, it means her.
        """
        meant = {self.spelling(name, language): name for name in names_of(scene)}
        swaps = {
            f'"{name}"': f'"{meant.get(self.spelling(name, language), name)}"' for name in names_of(parsed)
        }
        return Scene.build(
            parsed.concepts,
            [(source, role, swaps.get(str(target), target)) for source, role, target in parsed.links],
        )
