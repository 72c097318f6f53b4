"""Lists of words in TOML files beside their modules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from scenograph.answers import classes
from scenograph.readers import roles
from scenograph.realiser.english import words as english
from scenograph.realiser.russian import words as russian


@pytest.mark.parametrize("module", [classes, roles, english, russian])
def test_each_list_is_what_a_constant_has(module: ModuleType) -> None:
    file = Path(str(module.__file__)).with_suffix(".toml")
    lists: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    sets = [value for value in vars(module).values() if isinstance(value, frozenset)]
    sets += list(getattr(module, "BARE_PHRASES", {}).values())
    for name, words in lists.items():
        assert any(value >= frozenset(words.split()) - {"назвать", "называть"} for value in sets), name
