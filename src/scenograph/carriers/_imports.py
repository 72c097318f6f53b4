"""
Optional packages. Importing this module raises a `MissingExtraError` where carriers cannot run, so
that whoever imports the package learns what to install before any other import fails.
"""

from __future__ import annotations

from importlib.util import find_spec

from scenograph.errors import MissingExtraError


def require(package: str, extra: str) -> None:
    """Raise `MissingExtraError` unless *package* is installed."""
    if find_spec(package) is None:
        raise MissingExtraError(package, extra)


def require_all() -> None:
    """Raise `MissingExtraError` unless all is installed that every carrier needs."""
    require("torch", "train")
    require("transformers", "train")


require_all()
