"""The lexicon of the bundled world, which its expand and compress tasks use."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from scenograph.core import Lexicon


@cache
def load_lexemes() -> Lexicon:
    """Read the bundled lexemes once."""
    path = resources.files("scenograph.world") / "lexemes.json"
    return Lexicon.from_json(json.loads(path.read_text(encoding="utf-8")))
