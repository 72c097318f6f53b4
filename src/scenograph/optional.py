"""Packages that not everybody installs: imported on first use, and named in the error if they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scenograph.errors import MissingExtraError


def optional(package: str, extra: str) -> Any:
    """
    Return the module *package*.

    Raises:
        MissingExtraError: if it is not installed, with the command that installs *extra*
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtraError(package, extra, error) from error
