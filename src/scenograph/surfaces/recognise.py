"""
Which exact surface a text is on, if it is on one.

    >>> recognised("(s / sleep :agent (c / cat))")
    ('penman', Scene.parse('(s / sleep :agent (c / cat))'))
    >>> recognised("The cat sleeps (see below).") is None
    True

Words of a language are never taken for a surface: a text counts only if it shows a sign that no sentence has
where it has it, and its surface reads all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category

from scenograph.core import Scene
from scenograph.errors import ScenographError
from scenograph.surfaces.registry import SURFACES

_NOTATION: Final = re.compile(r"\(\s*[^\s()/]+\s*/")
_DRAWING: Final = re.compile(r"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<svg\b", re.DOTALL)
_OF_LOGIC: Final = re.compile(r"[¬∧∨→↔∀∃∵×]|\w\(\w+: ")
_ARITHMETIC: Final = re.compile(r"(?=.*[=<>≤≥])[\d\s().]*\d\)*\s*[-+−×÷=<>≤≥][-+−×÷=<>≤≥\d\s().]*\d\)*")
_OF_LATEX: Final = re.compile(r"\$.+\$|.*\\[a-zA-Z]+\b.*", re.DOTALL)


def recognised(text: str) -> tuple[str, Scene] | None:
    """Return the name of the exact surface that *text* is on and the one scene it says; None if none is."""
    text = text.strip()
    for name in _candidates(text):
        read = SURFACES[name].read
        assert read is not None
        try:
            scenes = read(text, "en")
        except ScenographError:
            continue
        if len(scenes) == 1 and (scenes[0].links or name == "svg"):
            return name, scenes[0]
    return None


def _candidates(text: str) -> Iterator[str]:
    """Yield the surfaces whose signs *text* shows."""
    if _NOTATION.match(text):
        yield "penman"
    if _DRAWING.match(text):
        yield "svg"
    if _OF_LOGIC.search(text) or _ARITHMETIC.fullmatch(text):
        yield "logic"
        yield "formula"
    if _OF_LATEX.fullmatch(text) or _ARITHMETIC.fullmatch(text):
        yield "latex"
    if any(category(sign) == "So" for sign in text):  # as emoji are
        yield "emoji"
