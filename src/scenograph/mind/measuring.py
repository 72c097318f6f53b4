"""
Measuring what is remembered: each scene is said plainly in the language of its source, and read again.

    Maria works in Berlin.   →  (w / work :agent … :place …)  →  Maria works in Berlin.  →  the same: 1.0

The retention is that of the whole scene, so a link that the reader was not sure of, which no sentence says,
counts as lost: a low figure names the facts that are worth a look. No carrier is asked. It costs about as
much as reading the texts did, so a few are measured when they are stored, and many later (`Mind.measure`).

Law: a figure depends on the scene, its text and the reader alone, not on when or with what it is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, final

from scenograph.core.retention import retention
from scenograph.core.scene import Scene
from scenograph.corpus.example import language_of
from scenograph.dialogue.speech import unspoken
from scenograph.documents import sentences
from scenograph.errors import SurfaceError
from scenograph.memory.records import Measured
from scenograph.mind.reading import together
from scenograph.readers.reading import tidied
from scenograph.readers.unsure import whole
from scenograph.realiser import LANGUAGES, choose
from scenograph.surfaces.recognise import recognised

if TYPE_CHECKING:
    from scenograph.domain import Domain
    from scenograph.readers.graph_reader import GraphReader


class Stated(NamedTuple):
    """
    A scene that is remembered, and the text it was read from.

    Attributes:
        scene: the scene, with who said it and with unsure links
        text: the text
        language: of the text; None: as its script suggests
    """

    scene: Scene
    text: str
    language: str | None = None


@final
@dataclass(slots=True)
class _Waiting:
    """A scene that waits to be said plainly: all of it, or the parts that the sentences of its text gave."""

    scene: Scene
    parts: Sequence[Scene]
    backs: list[Scene] = field(default_factory=list[Scene])
    is_said: bool = False


@final
class Measurer:
    """
    Measures scenes.

    Args:
        domain: says and parses the scenes that it has exact words for
        graph: reads the others again; called when it is first needed
    """

    def __init__(self, domain: Callable[[], Domain], graph: Callable[[], GraphReader]) -> None:
        self._domain, self._graph = domain, graph

    def many(self, given: Sequence[Stated]) -> list[Measured]:
        """Measure *given*, all together, which is much faster than one by one."""
        found: dict[int, Measured] = {}
        waiting: dict[str, dict[int, _Waiting]] = {}
        for number, (scene, text, language) in enumerate(given):
            scene, said = unspoken(scene), language or language_of(text)
            known = _given(scene, text) or self._by_words(scene, said)
            if known is not None:
                found[number] = known
            elif said in LANGUAGES:
                waiting.setdefault(said, {})[number] = _Waiting(scene, _apart(scene, text, said))
            else:
                found[number] = Measured(0.0, "unsaid")
        for language, some in waiting.items():
            self._say(list(some.values()), language)
            found |= {number: _figure(it) for number, it in some.items()}
        return [found[number] for number in range(len(given))]

    def _by_words(self, scene: Scene, language: str) -> Measured | None:
        """Return how much the domain parses from its exact words for *scene*; None if it has none."""
        domain = self._domain()
        if language not in domain.languages:
            return None
        try:
            text = domain.say(scene, domain.styles[0], language)
            back = domain.parse(text, domain.styles[0], language)
        except SurfaceError:
            return None
        return Measured(retention(scene, domain.respelt(back, scene, language)), "words")

    def _say(self, some: Sequence[_Waiting], language: str) -> None:
        """Say the parts of *some* in the plain wording, and note what is read from the texts."""

        def read(texts: Sequence[str]) -> list[Scene | None]:
            return [it.draft for it in self._graph().read_many([tidied(text) for text in texts], language)]

        owners = [it for it in some for _ in it.parts]
        parts = [part for it in some for part in it.parts]
        for owner, said in zip(owners, choose(parts, language, read, most=1), strict=True):
            owner.is_said |= said is not None
            if said is not None and said.back is not None:
                owner.backs.append(said.back)


def _given(scene: Scene, text: str) -> Measured | None:
    """Return the measure of a text that is its scene itself, such as notation or emoji; None of another."""
    exact = recognised(text)
    return None if exact is None else Measured(retention(unspoken(exact[1]), scene), "given")


def _apart(scene: Scene, text: str, language: str) -> Sequence[Scene]:
    """Return what each sentence of *text* says, where the scenes of several were joined by `and`."""
    parts = [link.target for link in scene.out() if isinstance(link.target, int)]
    if scene.root_concept != "and" or len(parts) < 2 or len(parts) != len(scene.out()):
        return (scene,)
    if len(list(sentences(text, markup="plain", language=language))) < 2:
        return (scene,)
    return [scene.sub(part) for part in parts]


def _figure(it: _Waiting) -> Measured:
    if not it.is_said:
        return Measured(0.0, "unsaid")
    back = together(it.backs)
    return Measured(0.0 if back is None else retention(whole(it.scene), back), "plain")
