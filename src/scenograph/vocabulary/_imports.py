"""Optional packages, imported on first use and named in the error when they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scenograph.errors import MissingExtraError


def _load(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtraError(package, "train", error) from error


def sentencepiece() -> Any:
    """The `sentencepiece` module."""
    return _load("sentencepiece")


def tokenizers() -> Any:
    """The `tokenizers` module."""
    return _load("tokenizers")
