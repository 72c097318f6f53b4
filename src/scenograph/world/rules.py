"""The world's rules, read from `rules.penman`: kinship, possession, part and whole, before and after."""

from __future__ import annotations

from functools import cache
from importlib import resources

from scenograph.core.entries import parse_many
from scenograph.core.field import Rule


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read the bundled rules once."""
    text = (resources.files("scenograph.world") / "rules.penman").read_text(encoding="utf-8")
    return tuple(Rule(entry.scene) for entry in parse_many(text))
