"""
The bundled world: people, things, thoughts, causes and numbers, said in five voices and two languages.

Its words stand in `lexicon/*.toml`, its wordings in `voices/*.toml`; all else is drawn from a seed.
Two conventions make its texts exact: *same description, same node* (a name or a description names one
thing in a scene), and *names in scenes are Latin* (see `scenograph.world.names`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final, final

from scenograph.core import Scene
from scenograph.world.generate import SceneMaker
from scenograph.world.lexicon import load_lexicon
from scenograph.world.questions import Question, answer_scene, questions_about
from scenograph.world.realise import realise
from scenograph.world.recognise import recognise
from scenograph.world.templates import FRAMES, LANGUAGES, VOICES, Template

__all__ = ["Question", "World", "answer_scene"]

_EXTRA_ROLES = (":name", ":mod", ":quant", ":owner")


def _first(templates: Sequence[Template]) -> Sequence[Template]:
    return templates[:1]


@final
class World:
    """The bundled world. Instances are interchangeable; the data is read once."""

    voices: Final = VOICES
    languages: Final = LANGUAGES

    @property
    def concepts(self) -> tuple[str, ...]:
        """Every concept a scene of the world may use."""
        return tuple(load_lexicon().by_name)

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role a scene of the world may use, in alphabetical order."""
        named = {role for must, may in FRAMES.values() for role in must + may}
        return tuple(sorted(named.union(_EXTRA_ROLES)))

    def scenes(self, n: int, seed: int, split: str = "train") -> Iterator[Scene]:
        """Draw *n* scenes from *seed*; `test` scenes hold only names that `train` scenes never hold."""
        maker = SceneMaker(seed, split)
        for _ in range(n):
            yield maker.scene()

    def texts(self, scene: Scene, voice: str = "plain", language: str = "en") -> list[str]:
        """
        Return all wordings of *scene*, the default one first.

        Raises:
            SurfaceError: if the world has no exact words for the scene
        """
        return list(realise(scene, voice, language))

    def say(
        self, scene: Scene, voice: str = "plain", language: str = "en", rng: random.Random | None = None
    ) -> str:
        """Return one wording: the default, or one drawn from *rng*; errors as in `texts`."""
        return next(realise(scene, voice, language, (lambda rows: (rng.choice(rows),)) if rng else _first))

    def parse(self, text: str, voice: str = "plain", language: str = "en") -> Scene:
        """
        Return the scene that *text* says; undoes `texts`.

        Raises:
            SurfaceError: if *text* is not one of the voice's texts
        """
        return recognise(text, voice, language)

    def questions(self, scene: Scene, rng: random.Random) -> list[Question]:
        """Every question the world can ask about *scene*, in an order drawn from *rng*."""
        return questions_about(scene, rng)
