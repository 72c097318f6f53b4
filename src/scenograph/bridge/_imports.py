"""llguidance, imported on first use and named in the error when it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scenograph.errors import MissingExtraError


def llguidance() -> Any:
    """The `llguidance` module."""
    try:
        return import_module("llguidance")
    except ImportError as error:
        raise MissingExtraError("llguidance", "train", error) from error
