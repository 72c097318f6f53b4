"""The data files of the world, which are read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


def read(name: str) -> str:
    """Return the text of a file in this folder, such as `rules.penman`."""
    return resources.files("scenograph.world").joinpath(name).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """Return what the TOML file `NAME.toml` says; do not change it."""
    return tomllib.loads(read(f"{name}.toml"))
