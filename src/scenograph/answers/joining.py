"""Joining: phrases as a list and as a sentence, with its capital letter and its stop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.readers.values import WEEKDAYS, month

_AND: Final = {"en": "and", "ru": "и"}


def joined(phrases: Sequence[str], language: str) -> str:
    """Return *phrases* as a list: «bread, milk and tea»; with semicolons if one of them has commas."""
    if any("," in phrase for phrase in phrases):
        return "; ".join(phrases)
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {_AND[language]} {phrases[-1]}"


def sentence(text: str) -> str:
    """Return *text* with a full stop, and a capital letter unless its first word is like `sunflower42`."""
    text = text.strip()
    if not text:
        return ""
    first = text.split(" ", 1)[0]
    is_code = any(letter.isdigit() or letter.isupper() for letter in first)  # sunflower42, iPhone
    return f"{text[:1] if is_code else text[:1].upper()}{text[1:]}{'' if text[-1] in '.!?…' else '.'}"


def lowered(said: str, scene: Scene) -> str:
    """Return *said*, which says *scene*, as it goes on after «Yes,»: small if no name or «I» is first."""
    first = re.split(r"[\s,.'’]", said, maxsplit=1)[0]
    names = [unquote(it.target) for it in scene.links if it.role == ":name" and isinstance(it.target, str)]
    capitals = {part for it in (*names, *scene.concepts) for part in re.split(r"[\s-]", unquote(it))}
    is_code = len(first) > 1 and not first[1:].islower()
    is_day = first.isascii() and (first.lower() in WEEKDAYS or month(first) is not None)
    is_kept = first == "I" or first in capitals or is_code or is_day
    return said if is_kept else said[:1].lower() + said[1:]
