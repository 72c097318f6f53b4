"""Lists of words: TOML files beside the modules that use them, so that a word is added without code."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path


def word_lists(module: str) -> Callable[[str], frozenset[str]]:
    """
    Return what finds a list by its name in the TOML file of *module*, given as its `__file__`.

    The file stands beside the module and has its name. A list is a string of words with blanks between them.
    """
    lists: dict[str, str] = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    return lambda name: frozenset(lists[name].split())
