"""Well-known carriers, from `known.toml`: family, licence, sizes, and packages that bring some of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from scenograph.carriers.shape import Shape


class Known(NamedTuple):
    """
    One well-known carrier.

    Attributes:
        title: its name
        hub: its id on the hub; empty if it is fetched from packages only
        licence: SPDX, or the name of its own terms
        languages: what it speaks
        shape: its sizes
        base: for a repository that has only an adapter, the hub id of the model under it
        quirks: what is unusual about it
        packages: packages of the Python registry that bring it as a GGUF file
        sha256: of that file
        checked: whether public sources were found for its sizes and its licence
    """

    title: str
    hub: str
    licence: str
    languages: str
    shape: Shape
    base: str = ""
    quirks: str = ""
    packages: tuple[str, ...] = ()
    sha256: str = ""
    checked: bool = True


def _load() -> dict[str, Known]:
    text = (Path(__file__).parent / "known.toml").read_text(encoding="utf-8")
    return {name: _known(entry) for name, entry in tomllib.loads(text).items()}


def _known(entry: dict[str, Any]) -> Known:
    hidden, layers, heads, kv_heads, head, inner, vocabulary = entry.pop("sizes")
    family: str = entry.pop("family")
    shape = Shape(
        family, hidden, layers, heads, kv_heads, head, inner, vocabulary,
        is_tied=entry.pop("tied", False), experts=(experts := entry.pop("experts", 1)),
        used=2 if experts > 1 else 1, has_bias=family == "qwen2",
    )  # fmt: skip
    packages = tuple(
        package.replace("{part}", str(number))
        for package in entry.pop("packages", ())
        for number in range(1, (entry.get("parts", 1) if "{part}" in package else 1) + 1)
    )
    entry.pop("parts", None)
    return Known(**entry, shape=shape, packages=packages)


KNOWN: Final = MappingProxyType(_load())
"""By the name that the commands take."""
