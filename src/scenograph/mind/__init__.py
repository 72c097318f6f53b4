"""A mind: one folder with its configuration, its resumable steps and everything they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    from scenograph.mind.mind import Mind

__all__ = ["Mind", "MindConfig", "Workspace"]


def __getattr__(name: str) -> Any:
    # An open mind needs memory and its index; the configuration alone should not wait for them.
    if name == "Mind":
        from scenograph.mind.mind import Mind

        return Mind
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
