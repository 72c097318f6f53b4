"""
How scenes show themselves in notebooks.

Drawing is a surface, and the core knows no surfaces; so the package fills `draw` when it is imported,
which is always before its core, and the core asks whoever is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

draw: Callable[[Any], str] | None = None
"""Returns the SVG drawing of a scene."""
