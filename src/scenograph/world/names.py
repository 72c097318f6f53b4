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

`sh zh ch ts ya yo yu` are read as one letter; `y` is `й` after a vowel, and so is the `y` of `yo`. A name for
which none of this holds (`Qwerty`) is not respelt: it stays as it is in both languages and is not declined.

A name is one capitalised word or several, with initials and particles: Anna, O'Brien, J. R. R. Tolkien,
Ludwig van Beethoven. A name in small letters is refused: at the start of a sentence it would get a capital.
Names in `-a` are women's, all others men's, but for those of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple, final

from scenograph.domain import KnownNames
from scenograph.world.bundled import table
from scenograph.world.forms import common_words

_CAPITAL = f"[{''.join(letter for letter in map(chr, range(0x530)) if letter.isupper())}]"
_WORD = rf"{_CAPITAL}(?:[^\W\d_]|['’](?={_CAPITAL})|-(?=[^\W\d_]))+"
PARTICLES: Final = frozenset((
    "af", "al", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn",
    "la", "las", "le", "los", "ten", "ter", "van", "von", "zu", "аль", "бин", "ван", "дель", "ден", "дер",
    "ди", "дю", "ибн", "ла", "ле", "фон", "цу", "эль", "де",
))  # fmt: skip
_PART = re.compile(
    rf"(?<!\w)(?<!\w['’-])(?:{_CAPITAL}\. ?)*{_WORD}"
    rf"(?:(?: (?:{'|'.join(sorted(PARTICLES))}))+ {_WORD}| [dlд]['’]{_WORD})*"
)
"""
A part of a name: a capitalised word (Anna-Maria, O'Brien, NASA), with the initials before it (J. R. R.
Tolkien), and with particles and words after it (Ludwig van Beethoven).
"""
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_NAME = re.compile(f"{_PART.pattern}(?: {_PART.pattern})*")
_DIGRAPHS = {"sh": "ш", "zh": "ж", "ch": "ч", "ts": "ц", "ya": "я", "yo": "ё", "yu": "ю"}
_LETTERS = dict(zip("abdefghiklmnoprstuvz", "абдефгхиклмнопрстувз", strict=True))
_BACK = {v: k for k, v in (_DIGRAPHS | _LETTERS | {"y": "й"}).items()}


def name_ends(text: str, at: int, language: str) -> Iterator[int]:
    """
    Yield every place where a name that begins at *at* may end: a name has one part or more.

    A part that looks like a common word of *language* ends no name.
    """
    while (part := _PART.match(text, at)) and common_words(language).isdisjoint(part[0].lower().split()):
        yield part.end()
        if not text.startswith(" ", part.end()):
            return
        at = part.end() + 1


def names_in(text: str, language: str) -> Iterator[str]:
    """Yield every name in *text*: each part, and each row of neighbouring parts."""
    for part in _PART.finditer(text):
        yield from (text[part.start() : end] for end in name_ends(text, part.start(), language))


@lru_cache(maxsize=1 << 13)
def is_name(text: str, language: str) -> bool:
    """Return whether *text* is a name in a spelling that the world can tell from other words."""
    return len(text) in name_ends(text, 0, language)


def _respell(name: str) -> str | None:
    """Return the Cyrillic letters of a Latin name, or None where a letter has no counterpart."""
    out: list[str] = []
    lower, i = name.lower(), 0
    while i < len(lower):
        pair, letter = lower[i : i + 2], lower[i]
        if letter == "y" and i and lower[i - 1] in "aeiou" and pair not in ("ya", "yu"):
            out.append("й")
        elif pair in _DIGRAPHS:
            out.append(_DIGRAPHS[pair])
            i += 1
        elif letter in "-.":
            out.append(letter)
        elif letter in _LETTERS:
            out.append(_LETTERS[letter])
        else:
            return None
        i += 1
    return _capitalised("".join(out))


def _respell_back(name: str) -> str | None:
    letters = [_BACK.get(letter, letter if letter in "-." else "") for letter in name.lower()]
    return _capitalised("".join(letters)) if all(letters) else None


def _capitalised(name: str) -> str:
    return re.sub(r"(?:^|[-.])\w", lambda first: first[0].upper(), name)


@lru_cache(maxsize=1 << 13)
def cyrillic(name: str) -> str:
    """
    Return the spelling of *name* in Russian text: Cyrillic where that is exact, unchanged elsewhere.

    Law: `latin(cyrillic(name)) == name` for every name whose own spelling is not an exact Cyrillic one.
    """
    respelt = _respell(name)
    return respelt if respelt and _respell_back(respelt) == name else name


@lru_cache(maxsize=1 << 13)
def latin(name: str) -> str:
    """Return the scene's spelling of *name* found in Russian text; undoes `cyrillic`."""
    respelt = _respell_back(name)
    return respelt if respelt and _respell(respelt) == name else name


class _WellKnown(NamedTuple):
    """The rows of `names.toml`, by either spelling; and the women among them, in both spellings."""

    latin: dict[str, list[str]]
    cyrillic: dict[str, str]
    women: frozenset[str]
    men: frozenset[str]


@cache
def _well_known() -> _WellKnown:
    women, men = table("names")["women"], table("names")["men"]
    rows: dict[str, list[str]] = women | men
    return _WellKnown(
        rows,
        {name: spelt for spelt, names in rows.items() for name in names},
        frozenset([*women, *(name for names in women.values() for name in names)]),
        frozenset([*men, *(name for names in men.values() for name in names)]),
    )


def is_well_known(spelt: str) -> bool:
    """Return whether the Cyrillic *spelt* is in the table of well-known names."""
    return spelt in _well_known().latin


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
        return pairs.get(name) or _usual_cyrillic(name)

    def latin(self, spelt: str) -> str:
        """Return *spelt*, a name of a Russian text, as scenes spell it; unchanged if no spelling is known."""
        pairs = self._known.pairs() if self._known else {}
        for name, cyrillic_name in pairs.items():
            if cyrillic_name == spelt:
                return name
        names = _latin_names(spelt)
        seen = filter(self._known.has, names) if self._known else ()
        return next(iter([*seen, *names]), spelt)


LETTERS: Final = Spellings()
"""Spellings by the table and the rules, without a memory."""


@lru_cache(maxsize=1 << 13)
def _usual_cyrillic(name: str) -> str:
    """Return the Cyrillic spelling of *name* by the table and the rules; *name* itself if a word has none."""
    words = [
        _well_known().cyrillic.get(word) or _by_ending(word) or cyrillic(word) for word in name.split(" ")
    ]
    return name if any(map(_LATIN.search, words)) else " ".join(words)


@lru_cache(maxsize=1 << 13)
def _latin_names(spelt: str) -> tuple[str, ...]:
    """Return the names that are spelt so in Cyrillic by the table and the rules, the most usual first."""
    *words, last = spelt.split(" ")
    first = "".join(f"{LETTERS.latin(word)} " for word in words)
    by_letter = latin(last)
    by_ending = [by_letter.removesuffix("iya") + "ia"] if by_letter.endswith("iya") else []
    every = [first + word for word in (*_well_known().latin.get(last, ()), *by_ending, by_letter)]
    return tuple(
        name for name in dict.fromkeys(every) if _usual_cyrillic(name) == spelt and _NAME.fullmatch(name)
    )


def _by_ending(name: str) -> str | None:
    """Return the Cyrillic spelling of a name in -ia, or None if it is none, or its letters give none."""
    spelt = cyrillic(name.removesuffix("ia") + "iya") if name.endswith("ia") and len(name) > 3 else name
    return None if _LATIN.search(spelt) else spelt


def is_woman(name: str) -> bool:
    """Return whether *name* is a woman's: by the table (Jane, Ilya), else if its first word ends in -a."""
    first = next((word for word in re.split(r"[ .]+", name) if len(word) > 1), name)
    return first in _well_known().women or (
        first.endswith(("a", "а", "я")) and first not in _well_known().men
    )
