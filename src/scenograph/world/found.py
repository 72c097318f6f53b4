"""The names of a text, and the forms that a text may give to names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from scenograph.core import Scene
from scenograph.morphology.russian import CASES
from scenograph.world.declension import bases, decline
from scenograph.world.description import names_of
from scenograph.world.forms import common_words
from scenograph.world.names import Spellings, is_well_known, names_in


@final
class WorldNames:
    """The names of the world; see `scenograph.domain.Names`."""

    def __init__(self, spellings: Spellings) -> None:
        self.spellings = spellings

    def spelling(self, name: str, language: str) -> str:
        """Return a scene's *name* as *language* spells it."""
        return self.spellings.cyrillic(name) if language == "ru" else name

    def found(self, text: str, language: str) -> Mapping[str, str]:
        """Return each base form of each name, as scenes spell it → as the text spells it."""
        found: dict[str, str] = {}
        for form in names_in(text, language):
            every = dict.fromkeys(base for case in CASES for base in bases(form, case))
            # «Мария» may also be a form of an unheard-of Марий; the well-known name is meant
            for base in list(filter(is_well_known, every)) or every:
                found.setdefault(self.spellings.latin(base), base)
        return found

    def forms(self, name: str, language: str) -> frozenset[str]:
        """Return *name* as *language* spells it, in every case."""
        spelt = self.spelling(name, language)
        return frozenset(decline(spelt, case) for case in CASES) if language == "ru" else frozenset([spelt])

    def common_words(self, language: str) -> frozenset[str]:
        """Return the words of the world's texts, in lower case."""
        return common_words(language)

    def respelt(self, parsed: Scene, scene: Scene, language: str) -> Scene:
        """
        Return *parsed* with the names of *scene* where *language* gives both the same spelling.

        For example, «Мария спала» is parsed with the name Maria. Said of a scene about Mariya, it means her.
        """
        meant = {self.spelling(name, language): name for name in names_of(scene)}
        swaps = {
            f'"{name}"': f'"{meant.get(self.spelling(name, language), name)}"' for name in names_of(parsed)
        }
        return Scene.build(
            parsed.concepts,
            [(source, role, swaps.get(str(target), target)) for source, role, target in parsed.links],
        )
