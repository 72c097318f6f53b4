"""Checks what callers hand to a mind: each refusal says what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import shorten

import scenograph.realiser as realiser
from scenograph.core.scene import Scene
from scenograph.errors import BridgeError


def check_texts(given: Iterable[object]) -> None:
    """Raise `TypeError` if one of *given* is no text."""
    for one in given:
        if not isinstance(one, str):
            raise TypeError(f"a text must be a string, not {_shown(one)}")


def check_scenes(given: Iterable[object]) -> None:
    """Raise `TypeError` if one of *given* is no scene."""
    for one in given:
        if not isinstance(one, Scene):
            raise TypeError(f"a scene must be a Scene, not {_shown(one)}; Scene.parse reads notation")


def check_things(given: Iterable[object]) -> None:
    """Raise `TypeError` if one of *given* is neither a scene nor a text."""
    for one in given:
        if not isinstance(one, Scene | str):
            raise TypeError(f"what is remembered must be a Scene or a string, not {_shown(one)}")


def check_language(language: str) -> None:
    """Raise `BridgeError` if a mind does not speak *language*."""
    if language not in realiser.LANGUAGES:
        known = ", ".join(realiser.LANGUAGES)
        raise BridgeError(f"there is no language {language!r}; this mind speaks {known}")


def check_plain(style: str, folder: Path) -> None:
    """Raise `BridgeError` if *style* is one that the untrained mind in *folder* would have to learn."""
    if style != "plain":
        raise BridgeError(
            f"there is no style {style!r} yet: this mind is not trained, and speaks plainly; "
            f"run: scenograph train {folder}"
        )


def _shown(value: object) -> str:
    return f"{shorten(repr(value), 40)} ({type(value).__name__})"
