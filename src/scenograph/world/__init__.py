"""
The bundled world: people, things, thoughts, causes and numbers, said in five styles and two languages.

Its words are in `lexicon/*.toml`, its wordings in `styles/*.toml`; its scenes are drawn from a seed. Two
conventions make its texts exact: *same description, same node* (a name or a description means one thing in a
scene), and *names in scenes are Latin* (see `scenograph.world.names`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterator, Sequence
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, final

from scenograph.domain import Domain, KnownNames, Question
from scenograph.world.bundled import read
from scenograph.world.templates import FRAMES, LANGUAGES, STYLES, UNREAD

if TYPE_CHECKING:
    from scenograph.core import Lexicon, Rule, Scene
    from scenograph.world.found import WorldNames
    from scenograph.world.names import Spellings
    from scenograph.world.templates import Template

__all__ = ["World"]

_ROLES = {"name", "mod", "quant", "poss", "tense", "in", "on", "at", "by"}.union(
    *(frame.fillers for frame in FRAMES.values())
)
# The modules that do the work import pymorphy3: they are imported where they are first needed.


@final
class World(Domain):
    """
    The bundled world. Its data is read once.

    Args:
        known: the names of a memory, which are spelt as the memory has seen them
    """

    name = "world"
    languages = LANGUAGES
    styles = STYLES
    roles = tuple(sorted(f":{role}" for role in _ROLES))
    unknowns = ("?who", "?what", "?where", "?when")
    constants = tuple(sorted({frame.tense for frame in FRAMES.values()} - {""}))
    values = MappingProxyType({":name": "name", ":tense": "constant", ":quant": "number"})
    named = ("entity",)

    def __init__(self, known: KnownNames | None = None) -> None:
        self._known = known

    def knowing(self, known: KnownNames) -> World:
        """Return a world that spells names as a memory with *known* does."""
        return World(known)

    @property
    def names(self) -> WorldNames:
        """How names are found and spelt."""
        from scenograph.world.found import WorldNames

        return WorldNames(self._spellings)

    @cached_property
    def _spellings(self) -> Spellings:
        from scenograph.world.names import LETTERS, Spellings

        return Spellings(self._known) if self._known else LETTERS

    @property
    def concepts(self) -> Collection[str]:
        """Every concept a scene of the world may use."""
        from scenograph.world.lexicon import load_lexicon

        return tuple(load_lexicon().by_name)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Kinship, possession, part and whole, before and after."""
        return _load_rules()

    @property
    def lexicon(self) -> Lexicon:
        """The lexemes that the nano carrier was trained on, learned once by `recipes/nano.py lexicon`."""
        return _load_lexemes()

    def texts(self, scene: Scene, style: str = "plain", language: str = "en") -> list[str]:
        """Return all wordings of *scene*, the default one first."""
        from scenograph.world.realise import realise

        return list(realise(scene, style, language, self._spellings))

    def say(
        self, scene: Scene, style: str = "plain", language: str = "en", rng: random.Random | None = None
    ) -> str:
        """Return one wording: the default, or one drawn from *rng*, template by template."""
        from scenograph.world.realise import realise

        def pick(rows: Sequence[Template]) -> Sequence[Template]:
            return (rng.choice(rows) if rng else rows[0],)

        return next(realise(scene, style, language, self._spellings, pick))

    def parse(self, text: str, style: str = "plain", language: str = "en") -> Scene:
        """Return the scene that *text* says; undoes `texts`."""
        from scenograph.world.recognise import recognise

        return recognise(text, style, language, self._spellings)

    def respelt(self, parsed: Scene, scene: Scene, language: str) -> Scene:
        """Return *parsed* with the names that *language* spells as names of *scene* spelt as there."""
        return self.names.respelt(parsed, scene, language)

    def unread(self, language: str) -> str:
        """Return the words for a question that could not be read."""
        return UNREAD[language]

    def scenes(self, n: int, seed: int, split: str = "train") -> Iterator[Scene]:
        """Draw *n* scenes from *seed*; `test` scenes hold only names that `train` scenes never hold."""
        from scenograph.world.generate import SceneMaker

        maker = SceneMaker(seed, split)
        for _ in range(n):
            yield maker.scene()

    def questions(self, scene: Scene, rng: random.Random) -> list[Question]:
        """Return every question the world can ask about *scene*, in an order drawn from *rng*."""
        from scenograph.world.questions import questions_about

        return questions_about(scene, rng)


@cache
def _load_rules() -> tuple[Rule, ...]:
    from scenograph.core.entries import parse_many
    from scenograph.core.field import Rule

    return tuple(Rule(entry.scene) for entry in parse_many(read("rules.penman")))


@cache
def _load_lexemes() -> Lexicon:
    from scenograph.core import Lexicon

    return Lexicon.from_json(json.loads(read("lexemes.json")))
