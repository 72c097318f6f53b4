"""
One item of a corpus: a scene, the texts that say it, or both.

    >>> language_of("Марта верила, что Oleg построил мост.")
    'ru'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import final

from scenograph.core import Scene

UNDETERMINED = "und"
"""The language of a text whose script says nothing (ISO 639's code for an undetermined one)."""

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


@final
@dataclass(frozen=True, slots=True)
class Example:
    """
    One scene with the texts that say it in one language and style.

    Attributes:
        scene: the meaning; None where only text is known
        texts: wordings of that scene, possibly none; a text without a scene stands alone
        language: `en`, `ru` … or `und`
        source: where it was found: file, then `#id` or `:line`
        style: the style of the texts
    """

    scene: Scene | None
    texts: tuple[str, ...]
    language: str
    source: str
    style: str = "plain"


def language_of(text: str) -> str:
    """
    Return the language that the script of *text* suggests: `ru` for Cyrillic, `en` for Latin letters.

    The script with more letters wins, Cyrillic on a tie; `und` if there is neither. Other languages of
    these scripts are not recognised: name them in the corpus (`"language"` in JSONL, `::lang` in PENMAN).
    """
    cyrillic = len(_CYRILLIC.findall(text))
    latin = len(_LATIN.findall(text))
    if not cyrillic and not latin:
        return UNDETERMINED
    return "ru" if cyrillic >= latin else "en"
