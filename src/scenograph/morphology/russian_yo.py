"""
The letter ё, where a Russian word can be written in no other way.

    >>> [with_yo(word) for word in ("зеленый", "идет", "ее", "мост")]
    ['зелёный', 'идёт', 'её', 'мост']

Scenes write е, as most texts do. The dictionary knows where it stands for ё. A word that it has with both
letters stays as it is, as does one that it lacks: a wrong ё is worse than none.

    >>> [with_yo(word) for word in ("все", "берет", "небо", "афера", "блорпет")]
    ['все', 'берет', 'небо', 'афера', 'блорпет']
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from scenograph.morphology.russian import analyzer

_SMALL: Final = re.compile("[а-яё]+(?:-[а-яё]+)*")


@lru_cache(maxsize=1 << 13)
def with_yo(word: str) -> str:
    """Return *word* with ё if the dictionary knows no other spelling; with capital letters as it is."""
    if "е" not in word or not _SMALL.fullmatch(word):
        return word
    readings = analyzer().parse(word)
    found = {reading.word for reading in readings}
    [spelt, *others] = found
    return word if others or not all(reading.is_known for reading in readings) else spelt
