"""
Ability tasks: a prompt (`scenograph.prompts`) with the one right answer.

`scenograph.corpus.domain_tasks` draws them from a domain, `scenograph.corpus.example_tasks` makes them from
imported examples. Both go on without end and are reproducible from their seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from scenograph import prompts
from scenograph.core import Lexicon, Scene
from scenograph.corpus.example import UNDETERMINED
from scenograph.corpus.parts import mask_links, part_of
from scenograph.errors import CorpusError
from scenograph.prompts import ABILITIES, AdapterPrompt, scene_segment

if TYPE_CHECKING:
    from scenograph.vocabulary import Prompt, Segment

MIXTURE: Final[Mapping[str, float]] = {
    "read": 0.40,
    "speak": 0.34,
    "answer": 0.08,
    "restore": 0.05,
    "recall": 0.03,
    "hold": 0.04,
    "expand": 0.03,
    "compress": 0.03,
}
"""Share of each ability in a stream of tasks."""

MOST_DISTRACTORS: Final = 8
SHORT: Final = 6
"""Most links of a scene that hold and recall tasks show."""


@final
@dataclass(frozen=True, slots=True)
class Task:
    """
    One thing to do.

    Attributes:
        ability: one of `ABILITIES`
        adapter: the adapter that learns it
        language: of the text in prompt or answer; `und` where there are scenes only
        style: the style of that text
        prompt: data segments, then commands; the first command is the invocation token
        answer: the segment to produce
        scene: the scene the task is about
    """

    ability: str
    adapter: str
    language: str
    style: str
    prompt: Prompt
    answer: Segment
    scene: Scene


def read_task(text: str, scene: Scene, *, language: str, style: str = "plain") -> Task:
    """Read *text* into *scene*."""
    return _task(prompts.read_prompt(text), scene_segment(scene), scene, language, style)


def speak_task(scene: Scene, text: str, *, language: str, style: str = "plain") -> Task:
    """Say *scene* as *text*."""
    return _task(prompts.speak_prompt(scene, style, language), ("text", text), scene, language, style)


def restore_task(text: str, scene: Scene, rng: random.Random, *, language: str, style: str = "plain") -> Task:
    """Fill the masked links of *scene*, given a text that says it."""
    prompt = prompts.restore_prompt(text, mask_links(scene, rng))
    return _task(prompt, scene_segment(scene), scene, language, style)


def recall_task(scene: Scene, others: Iterable[Scene], rng: random.Random) -> Task | None:
    """
    Find *scene* among *others* by a part of it.

    Returns:
        The task, or None if every part of *scene* that was tried also fits another scene.
    """
    others = [other for other in others if other != scene]
    cue = part_of(scene, others, rng)
    if cue is None:
        return None
    shown = [scene, *others]
    rng.shuffle(shown)
    return _scenes_only("recall", [*shown, cue], scene, scene)


def hold_task(scene: Scene, distractors: Iterable[Scene]) -> Task:
    """Repeat *scene* after the *distractors*, which are shown after it."""
    return _scenes_only("hold", [scene, *distractors], scene, scene)


def crystal(scene: Scene, lexicon: Lexicon) -> Scene:
    """Return *scene* as *lexicon* compresses it, without edits, for which carriers have no tokens."""
    return lexicon.compress(scene, edits=False)


def expand_task(scene: Scene, lexicon: Lexicon) -> Task:
    """Unfold the lexemes of *scene* as compressed by *lexicon*."""
    return _scenes_only("expand", [crystal(scene, lexicon)], scene, scene)


def compress_task(scene: Scene, lexicon: Lexicon) -> Task:
    """Write *scene* with the lexemes of *lexicon*."""
    return _scenes_only("compress", [scene], crystal(scene, lexicon), scene)


def _scenes_only(ability: str, shown: Sequence[Scene], answer: Scene, scene: Scene) -> Task:
    prompt = prompts.scenes_prompt(ability, *shown)
    return _task(prompt, scene_segment(answer), scene, UNDETERMINED, "plain")


def _task(asked: AdapterPrompt, answer: Segment, scene: Scene, language: str, style: str) -> Task:
    return Task(asked.ability, asked.adapter, language, style, asked.prompt, answer, scene)


def weights_of(
    mixture: Mapping[str, float], lexicon: Lexicon | None, readings: float = 1
) -> dict[str, float]:
    """
    Return the abilities of *mixture* that can be drawn, with their weights.

    Args:
        readings: how many tasks of reading are drawn at once; so they are drawn the more rarely
    Raises:
        CorpusError: if the mixture names an ability that there is not
    """
    unknown = set(mixture) - set(ABILITIES)
    if unknown:
        raise CorpusError(
            f"no such ability: {', '.join(sorted(unknown))}; choose from {', '.join(ABILITIES)}"
        )
    left_out = () if lexicon else ("expand", "compress")
    at_once = {"read": readings}
    return {
        name: weight / at_once.get(name, 1)
        for name, weight in mixture.items()
        if weight > 0 and name not in left_out
    }
