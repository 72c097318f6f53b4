"""
Cycles: reader and decoders learn from scenes that nobody has said, and from texts that nobody has read.

    a scene  → a decoder says it  → the text is for the reader, which shall find the scene in it
    a text   → the reader reads it → the scene is for the decoder, which shall say the text for it

What is right is known in both cases: the scene, the text. What was made on the way is only asked, never
learned, so a mistake there does not teach itself. In each round everything is made again with the adapters as
they are, and learned with as many tasks that people gave. The adapters end as they were in the round after
which the most came back of scenes and texts that are held out; if that never rises, as they were before.

Two adapters that teach each other may agree on a language of their own. So an exercise must not be empty,
hold notation, be the exact plain text in another style or much longer than it (`Refused`). A text that two
scenes got says nothing of either, and a scene that is mostly the text itself is a copy.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, TypeVar, final

from scenograph.bridge.speak import SpeechRequest
from scenograph.core.retention import retention
from scenograph.core.scene import Scene
from scenograph.corpus.tasks import Task, read_task, speak_task
from scenograph.mind.teaching.rewards import plays
from scenograph.prompts import speak_prompt

if TYPE_CHECKING:
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.tune import Tuning
    from scenograph.bridge import Bridge
    from scenograph.mind.teaching.teacher import Teacher

Item = TypeVar("Item")

Refused: TypeAlias = Literal["nothing", "a game", "two scenes", "a copy"]
"""Why no exercise was made of a scene or a text."""

_COPIED: Final = 0.5  # of a text's words in one constant of its scene
_WORDS: Final = re.compile(r"\w+")


class Text(NamedTuple):
    """A text that nobody has read, in its language and style."""

    text: str
    language: str
    style: str


@final
@dataclass(frozen=True, slots=True)
class Exercises:
    """Tasks that were made, and how many scenes and texts gave none, by reason."""

    tasks: list[Task]
    refused: Counter[Refused] = field(default_factory=Counter)


@final
@dataclass(frozen=True, slots=True)
class Cycled:
    """
    What came of it.

    Attributes:
        adapters: all of the mind, with those that learned; None: what is held out came back no better
        names: of those that learned
        rounds, steps: after how many the most came back
        before, after: the share of what is held out that comes back
        exercises: in all rounds
        refused: in all rounds, by reason
    """

    adapters: AdapterSet | None
    names: frozenset[str]
    rounds: int
    steps: int
    before: float
    after: float
    exercises: int
    refused: Counter[Refused]


@final
@dataclass(frozen=True)
class Cycle:
    """
    Teaches a mind's reader and decoders by each other.

    Attributes:
        teacher: has the mind's carrier, adapters and domain
        scenes: that nobody has said
        texts: that nobody has read
        known: tasks that people gave; as many are learned again as there are exercises
        styles: in which scenes are said
        languages: in which scenes are said
    """

    teacher: Teacher
    scenes: Sequence[Scene]
    texts: Sequence[Text]
    known: Sequence[Task]
    styles: Sequence[str]
    languages: Sequence[str]

    def learn(
        self,
        rounds: int,
        *,
        held_out: float = 0.1,
        tuning: Tuning | None = None,
        on_round: Callable[[int, int, float], None] | None = None,
    ) -> Cycled:
        """
        Teach for so many *rounds*; the mind's own adapters stay as they are.

        Args:
            held_out: share of the scenes and of the texts that only say how good it is
            on_round: called with the number of the round, how many there are, and what comes back after it
        Raises:
            TrainingError: if training fails
        """
        from scenograph.adapters.layers import joined

        chance = random.Random(f"cycle:{self.teacher.seed}")
        scenes, unseen = _split(self.scenes, held_out, chance)
        texts, unread = _split(self.texts, held_out, chance)
        teacher, taught, steps = self.teacher, frozenset[str](), 0
        before = best = self.returned(teacher.bridge(), unseen, unread)
        kept = None, taught, 0, 0
        count, refused = 0, Counter[Refused]()
        for number in range(1, rounds + 1):
            made = self.exercises(teacher.bridge(), scenes, texts, number)
            count += len(made.tasks)
            refused += made.refused
            again = chance.sample(list(self.known), min(len(self.known), max(1, len(made.tasks))))
            learn, hold_out = _split([*made.tasks, *again], 0.1, chance)
            names = sorted({task.adapter for task in learn})
            hold_out = [task for task in hold_out if task.adapter in names]
            if not made.tasks or not hold_out:
                break
            learned = teacher.teach({name: name for name in names}, learn, hold_out, tuning=tuning)
            teacher = teacher.with_adapters(joined(teacher.adapters, learned.adapters))
            taught, steps = taught | set(names), steps + learned.tuned.steps
            after = self.returned(teacher.bridge(), unseen, unread)
            if after > best:
                best, kept = after, (teacher.adapters, taught, number, steps)
            if on_round is not None:
                on_round(number, rounds, after)
        return Cycled(*kept, before, best, count, refused)

    def exercises(
        self, bridge: Bridge, scenes: Sequence[Scene], texts: Sequence[Text], number: int
    ) -> Exercises:
        """Make tasks of *scenes* and *texts* with the adapters of *bridge*, in the round *number*."""
        refused = Counter[Refused]()
        tasks = [*self._to_read(bridge, scenes, number, refused), *self._to_say(bridge, texts, refused)]
        return Exercises(tasks, refused)

    def returned(self, bridge: Bridge, scenes: Sequence[Scene], texts: Sequence[Text]) -> float:
        """Return the share that comes back of *scenes* said and read, and of *texts* read and said."""
        shares: list[float] = []
        requests = self._requests(scenes, 0)
        said = bridge.speaker.drafted(requests)
        read = _read(
            bridge, [Text(text or "", it.language, "") for text, it in zip(said, requests, strict=True)]
        )
        for request, scene in zip(requests, read, strict=True):
            own = None if scene is None else bridge.domain.respelt(scene, request.scene, request.language)
            shares.append(0.0 if own is None else retention(request.scene, own))
        read = _read(bridge, texts)
        pairs = [(text, scene) for text, scene in zip(texts, read, strict=True) if scene is not None]
        again = bridge.speaker.drafted([SpeechRequest(scene, it.style, it.language) for it, scene in pairs])
        shares += [_alike(it.text, text or "") for (it, _), text in zip(pairs, again, strict=True)]
        shares += [0.0] * (len(texts) - len(pairs))
        return fmean(shares) if shares else 0.0

    def _to_read(
        self, bridge: Bridge, scenes: Sequence[Scene], number: int, refused: Counter[Refused]
    ) -> list[Task]:
        """Let the decoders say *scenes*, each by chance; return the texts as tasks for the reader."""
        requests = self._requests(scenes, number)
        draws = [number * len(requests) + place for place in range(1, len(requests) + 1)]
        said = bridge.speaker.drafted(requests, draws)
        scenes_of: dict[str | None, set[bytes]] = defaultdict(set)
        for request, text in zip(requests, said, strict=True):
            scenes_of[text].add(request.scene.digest)
        tasks: list[Task] = []
        for request, text in zip(requests, said, strict=True):
            if not text or not text.strip():
                refused["nothing"] += 1
            elif plays(request, text, bridge.domain):
                refused["a game"] += 1
            elif len(scenes_of[text]) > 1:
                refused["two scenes"] += 1
            else:
                tasks.append(read_task(text, request.scene, language=request.language, style=request.style))
        return tasks

    def _to_say(self, bridge: Bridge, texts: Sequence[Text], refused: Counter[Refused]) -> list[Task]:
        """Let the reader read *texts*; return the scenes as tasks for the decoders."""
        tasks: list[Task] = []
        for it, scene in zip(texts, _read(bridge, texts), strict=True):
            if scene is None or not scene.links:
                refused["nothing"] += 1
            elif is_copy(scene, it.text):
                refused["a copy"] += 1
            elif speak_prompt(scene, it.style, it.language).adapter not in self.teacher.adapters.names:
                refused["nothing"] += 1
            else:
                tasks.append(speak_task(scene, it.text, language=it.language, style=it.style))
        return tasks

    def _requests(self, scenes: Sequence[Scene], number: int) -> list[SpeechRequest]:
        """Return each of *scenes* in a style and a language by chance, another chance in each round."""
        chance = random.Random(f"cycle:{self.teacher.seed}:{number}")
        return [
            SpeechRequest(scene, chance.choice(self.styles), chance.choice(self.languages))
            for scene in scenes
        ]


def is_copy(scene: Scene, text: str) -> bool:
    """Whether one constant of *scene* has half of the words of *text*, and more than three."""
    words = len(_WORDS.findall(text))
    constants = [target for _, _, target in scene.links if isinstance(target, str)]
    longest = max((len(_WORDS.findall(constant)) for constant in constants), default=0)
    return longest > max(3.0, _COPIED * words)


def _read(bridge: Bridge, texts: Sequence[Text]) -> list[Scene | None]:
    """Return the scene of each text as the carrier reads it; None where there is nothing to read."""
    found: list[Scene | None] = [None] * len(texts)
    for language in sorted({it.language for it in texts}):
        own = [
            place
            for place, it in enumerate(texts)
            if it.language == language and it.text.strip() and bridge.reader.can_take(it.text)
        ]
        drafts = bridge.reader.drafts([texts[place].text for place in own], language) if own else []
        for place, draft in zip(own, drafts, strict=True):
            found[place] = None if draft.was_cut else draft.scene
    return found


def _alike(text: str, other: str) -> float:
    """Return the F1 of the words of two texts."""
    words, others = (Counter(_WORDS.findall(it.lower())) for it in (text, other))
    both = (words & others).total()
    return 2 * both / (words.total() + others.total()) if both else 0.0


def _split(items: Sequence[Item], share: float, chance: random.Random) -> tuple[list[Item], list[Item]]:
    """Return most of *items*, and *share* of them, at least one if there are two."""
    shuffled = list(items)
    chance.shuffle(shuffled)
    count = min(len(items) - 1, max(1, round(share * len(items)))) if len(items) > 1 else 0
    return shuffled[count:], shuffled[:count]
