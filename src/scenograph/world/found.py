"""Names as a carrier may copy them: found in a text, and in the forms that a text may give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import final

from scenograph.core import Scene
from scenograph.morphology.russian import CASES
from scenograph.world.names import CYRILLIC_NAME, LATIN_NAME, Spellings, bases, decline, is_well_known
from scenograph.world.realise import names_of, phrases
from scenograph.world.words import common_words


@final
class WorldNames:
    """The names of the world; see `scenograph.domain.Names`."""

    def __init__(self, spellings: Spellings) -> None:
        self.spellings = spellings

    def spelling(self, language: str) -> Callable[[str], str]:
        """Return what spells a name of a scene in *language*."""
        return phrases(language, self.spellings).spelling

    def found(self, text: str, language: str) -> Mapping[str, str]:
        """Return each base form of each capitalised word, as scenes spell it → as the text spells it."""
        found: dict[str, str] = {}
        for pattern in (LATIN_NAME, CYRILLIC_NAME):
            for word in pattern.findall(text):
                if word.lower() not in common_words(language):
                    every = dict.fromkeys(base for case in CASES for base in bases(word, case))
                    # «Мария» may also be a form of an unheard-of Марий; the well-known name is meant
                    usual = [base for base in every if is_well_known(base)]
                    for base in usual or every:
                        found.setdefault(self.spellings.latin(base), base)
        return found

    def forms(self, name: str, language: str) -> frozenset[str]:
        """Return *name* as *language* spells it, in every case."""
        spelt = self.spelling(language)(name)
        return frozenset(decline(spelt, case) for case in CASES) if language == "ru" else frozenset([spelt])

    def common_words(self, language: str) -> frozenset[str]:
        """Return the words of the world's texts, in lower case."""
        return common_words(language)


def respelt(parsed: Scene, scene: Scene, spell: Callable[[str], str]) -> Scene:
    """
    Return *parsed* with the names of *scene* where *spell* gives both the same spelling.

    For example, «Мария спала» is parsed with the name Maria. Said of a scene about Mariya, it means Mariya.
    """
    meant = {spell(name): name for name in names_of(scene)}
    swaps = {f'"{name}"': f'"{meant.get(spell(name), name)}"' for name in names_of(parsed)}
    if all(old == new for old, new in swaps.items()):
        return parsed
    links = [
        (source, role, swaps.get(target, target) if isinstance(target, str) else target)
        for source, role, target in parsed.links
    ]
    return Scene.build(parsed.concepts, links)
