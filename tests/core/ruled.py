"""Rules, and what they derive, for tests."""

from __future__ import annotations

import itertools
import re

from scenograph.core import Field, Rule, Scene


def rules(*texts: str) -> list[Rule]:
    """Rules called a, b, c …, whose nodes need no variables of their own."""
    count = itertools.count()
    return [
        Rule.parse(re.sub(r"\(\w+ /", lambda _: f"(v{next(count)} /", f'(r / rule :name "{name}" {text})'))
        for name, text in zip("abcdefgh", texts, strict=False)
    ]


def closed(scene: str, *texts: str) -> list[str]:
    field = Field([Scene.parse(one) for one in scene.split(";")]).close(rules(*texts))
    return [one.format(indent=None) for one in field.derived]


def born(name: str, year: int) -> Scene:
    return Scene.parse(f'(p / person :name "{name}" :born {year})')
