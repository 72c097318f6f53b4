"""
The world's concepts, read from the TOML files in `lexicon/`.

Each concept has a kind (its file), English and Russian words and an emoji. To teach the world a new concept,
add a table to one of the files. Nothing else has to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, final

from scenograph.world.bundled import table

KINDS = (
    "actions", "mental", "things", "qualities", "places", "times", "professions", "kinship", "traits",
    "logic",
)  # fmt: skip


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

    @property
    def preposition(self) -> str:
        """The role of a place: `:at` of «at the market», in both languages."""
        return ":" + self.en[0].partition(" ")[0]


def _concept(name: str, kind: str, row: Mapping[str, Any]) -> Concept:
    """Return the concept that a table of the lexicon defines; most of its keys are fields of `Concept`."""
    en = row.get("en", name)
    tags = (tag for key in ("tags", "objects", "applies") for tag in row.get(key, ()))
    fields = {key: row[key] for key in ("gender", "of", "named", "tools") if key in row}
    return Concept(
        name,
        kind,
        row.get("frame", ""),
        (en,) if isinstance(en, str) else tuple(en),
        row.get("ru", name),
        row.get("emoji", ""),
        frozenset(tags),
        **fields,
    )


@final
class WorldLexicon:
    """All concepts by name and by kind."""

    def __init__(self, concepts: list[Concept]) -> None:
        self.by_name = {concept.name: concept for concept in concepts}
        assert len(self.by_name) == len(concepts), "two concepts have the same name"
        self._by_kind = {kind: [it for it in concepts if it.kind == kind] for kind in KINDS}

    def __getitem__(self, name: str) -> Concept:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def of(self, kind: str) -> list[Concept]:
        """Return the concepts of one file, in its order."""
        return self._by_kind[kind]


@cache
def load_lexicon() -> WorldLexicon:
    """Read the bundled TOML files once."""
    rows = [(kind, name, row) for kind in KINDS for name, row in table(f"lexicon/{kind}").items()]
    return WorldLexicon([_concept(name, kind, row) for kind, name, row in rows])
