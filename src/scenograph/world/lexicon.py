"""
The world's concepts, read from the TOML files in `lexicon/`.

Each concept has a kind (the file it stands in), English and Russian words and an emoji. To teach the world
a new concept, add a table to one of the files; nothing else has to change.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, final

KINDS = (
    "actions",
    "mental",
    "things",
    "qualities",
    "places",
    "times",
    "professions",
    "kinship",
    "traits",
    "logic",
)


@final
@dataclass(frozen=True)
class Concept:
    """
    One concept of the world.

    Attributes:
        name: its name in scenes, an English lemma
        kind: the lexicon file it stands in
        frame: how it is said (`transitive`, `mental` …); empty for concepts without a clause of their own
        en: English forms: base, past, participle (verbs); singular, plural (things); one form elsewhere
        ru: the Russian dictionary form, or the fixed phrase of a place or time
        emoji: its sign on the emoji surface
        tags: what kind of thing it is, or what kinds of things it applies to
        gender: `m` or `f` where the concept demands it (kinship)
        of: gender of the person whose kin it is, where that matters
        named: whether a place of this kind has a name of its own
        tools: whether an action may be done with a tool
    """

    name: str
    kind: str
    frame: str
    en: tuple[str, ...]
    ru: str
    emoji: str
    tags: frozenset[str] = field(default_factory=frozenset[str])
    gender: str = ""
    of: str = ""
    named: bool = False
    tools: bool = False

    def word(self, language: str) -> str:
        """Return the first form, or the one phrase, in `en` or `ru`."""
        return self.en[0] if language == "en" else self.ru


def _concept(name: str, kind: str, table: Mapping[str, Any]) -> Concept:
    en = table.get("en", name)
    tags = [*table.get("tags", ()), *table.get("objects", ()), *table.get("applies", ())]
    return Concept(
        name=name,
        kind=kind,
        frame=table.get("frame", ""),
        en=(en,) if isinstance(en, str) else tuple(en),
        ru=table.get("ru", name),
        emoji=table.get("emoji", ""),
        tags=frozenset(tags),
        gender=table.get("gender", ""),
        of=table.get("of", ""),
        named=bool(table.get("named", False)),
        tools=bool(table.get("tools", False)),
    )


@final
class WorldLexicon:
    """All concepts by name and by kind."""

    def __init__(self, concepts: list[Concept]) -> None:
        self.by_name: dict[str, Concept] = {}
        for concept in concepts:
            assert concept.name not in self.by_name, f"two concepts are called {concept.name}"
            self.by_name[concept.name] = concept
        self.by_kind: dict[str, list[Concept]] = {kind: [] for kind in KINDS}
        for concept in concepts:
            self.by_kind[concept.kind].append(concept)

    def __getitem__(self, name: str) -> Concept:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def of(self, kind: str) -> list[Concept]:
        """The concepts of one file, in its order."""
        return self.by_kind[kind]


@cache
def load_lexicon() -> WorldLexicon:
    """Read the bundled TOML files once."""
    folder = resources.files("scenograph.world") / "lexicon"
    concepts: list[Concept] = []
    for kind in KINDS:
        tables = tomllib.loads((folder / f"{kind}.toml").read_text(encoding="utf-8"))
        concepts.extend(_concept(name, kind, table) for name, table in tables.items())
    return WorldLexicon(concepts)
