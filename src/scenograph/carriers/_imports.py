"""Importing this module raises a :class:`MissingExtraError` where carriers cannot run."""

from __future__ import annotations

from importlib.util import find_spec

from scenograph.errors import MissingExtraError


def require(package: str, extra: str) -> None:
    """Raise :class:`MissingExtraError` unless *package* is installed."""
    if find_spec(package) is None:
        raise MissingExtraError(package, extra)


require("torch", "train")
require("transformers", "train")
