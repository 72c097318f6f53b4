"""Optional packages: a missing one is named in the error, with the command that installs it."""

from __future__ import annotations

from importlib.util import find_spec

from scenograph.errors import MissingExtraError


def require(package: str, extra: str) -> None:
    """Raise `MissingExtraError` unless *package* is installed."""
    if find_spec(package) is None:
        raise MissingExtraError(package, extra)


for _package in ("torch", "transformers", "safetensors"):
    require(_package, "train")
