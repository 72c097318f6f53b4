"""
Decoders that learn from what is read back: the reward of a text is how much of its scene it keeps.

    rewarded = Rewards(teacher, scenes, held_out, known).learn(["decoder.poet"])

A decoder draws several texts of a scene. Each is read back as the guard reads it (law 8), by the exact parser
of its style or by the `scene_interpreter`; what keeps more than the others becomes likelier, or the best text
likelier than the worst. No text of a person is needed, only scenes. First each decoder says all scenes once:
half of what it draws then is of those that its likeliest text does not keep whole.

A text that plays for the reward gets none: one that says the scene in notation, one that is the exact plain
text though another style was asked for, and one that is much longer than the plain text.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.corpus.tasks import Task, speak_task
from scenograph.errors import SurfaceError, TrainingError
from scenograph.surfaces.plain import format_plain

if TYPE_CHECKING:
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.reward import Rewarded, Rewarding
    from scenograph.bridge import Bridge
    from scenograph.bridge.speak import SpeechRequest
    from scenograph.core.scene import Scene
    from scenograph.domain import Domain
    from scenograph.mind.teaching.teacher import Teacher

_LONGEST: Final = 3.0  # a text may be so many times as long as the plain one,
_MORE: Final = 60  # and so many characters longer
_NOTATION: Final = ("⟁", "(", " :")  # no style writes these


class Learned(NamedTuple):
    """What came of it: the decoders, and how their reward changed."""

    adapters: AdapterSet
    rewarded: Rewarded


@final
@dataclass(frozen=True)
class Rewards:
    """
    Rewards the decoders of a mind.

    Attributes:
        teacher: has the mind's carrier, adapters and domain
        scenes: to draw texts of
        held_out: other scenes, by which is seen how good the decoders are
        known: tasks that they were trained on, and learn again meanwhile
        languages: in which texts are drawn
        each: scenes of one step for each decoder; 0: nothing is drawn
        draws: texts of one scene
    """

    teacher: Teacher
    scenes: Sequence[Scene]
    held_out: Sequence[Scene]
    known: Sequence[Task]
    languages: Sequence[str]
    each: int = 4
    draws: int = 6

    def learn(
        self,
        names: Sequence[str],
        *,
        rewarding: Rewarding | None = None,
        on_step: Callable[[int, int, float], None] | None = None,
    ) -> Learned:
        """
        Return new decoders with these *names* that start as the mind's own; those stay as they are.

        Raises:
            TrainingError: if training fails
        """
        from scenograph.adapters import AdapterSet
        from scenograph.adapters.encode import encode_task
        from scenograph.adapters.layers import copies
        from scenograph.adapters.manifest import Fit, Manifest
        from scenograph.adapters.preference import Judged
        from scenograph.adapters.reward import reinforce

        teacher, carrier = self.teacher, self.teacher.carrier
        lora = copies(teacher.adapters.lora, {name: name for name in names})
        own = teacher.adapters.manifest.invocations
        manifest = Manifest(
            carrier.name, Fit.of(carrier), lora.shape, {}, {name: own[name] for name in names},
            {"seed": teacher.seed},
        )  # fmt: skip
        taught = AdapterSet(lora, manifest)
        judged = self._requests(names, self.held_out, random.Random(f"held out:{teacher.seed}"))
        every = self._requests(names, self.scenes, random.Random(f"rewards:{teacher.seed}"))
        lost = [
            it for it, reward in zip(every, rewards_of(teacher.bridge(), every), strict=True) if reward < 1
        ]

        def draw(step: int) -> list[Judged]:
            chance = random.Random(f"rewards:{teacher.seed}:{step}")
            half = self.each * len(names) // 2
            chosen = [
                *chance.sample(lost, min(half, len(lost))),
                *chance.sample(every, min(self.each * len(names) - half, len(every))),
            ]
            asked = [it for it in chosen for _ in range(self.draws)]
            numbers = count(1 + step * len(asked))
            bridge = teacher.bridge(taught)
            found: list[Judged] = []
            for place, (request, (text, share)) in enumerate(
                zip(asked, bridge.speaker.drawn(asked, [next(numbers) for _ in asked]), strict=True)
            ):
                if text:
                    task = speak_task(request.scene, text, language=request.language, style=request.style)
                    reward = earned(request, text, share, teacher.domain)
                    found.append(
                        Judged(encode_task(task, carrier.vocabulary, names), place // self.draws, reward)
                    )
            return found

        def judge() -> float:
            return fmean(rewards_of(teacher.bridge(taught), judged))

        before = carrier.digest_now()
        known = [encode_task(task, carrier.vocabulary, names) for task in self.known if task.adapter in names]
        rewarded = reinforce(
            carrier.module, lora, draw, judge, known, rewarding=rewarding, seed=teacher.seed, on_step=on_step
        )
        if carrier.digest_now() != before:
            raise TrainingError(f"rewards changed the weights of carrier {carrier.name}; please report this")
        return Learned(taught, rewarded)

    def _requests(
        self, names: Sequence[str], scenes: Sequence[Scene], chance: random.Random
    ) -> list[SpeechRequest]:
        """Return each of *scenes* in the style of each of *names*, in a language by chance."""
        from scenograph.bridge.speak import SpeechRequest

        styles = [name.partition(".")[2] for name in names]
        return [
            SpeechRequest(scene, style, chance.choice(self.languages)) for style in styles for scene in scenes
        ]


def rewards_of(bridge: Bridge, requests: Sequence[SpeechRequest]) -> list[float]:
    """Return the reward of the likeliest text of each request."""
    drawn = bridge.speaker.drawn(requests)
    return [
        earned(request, text, share, bridge.domain) if text else 0.0
        for request, (text, share) in zip(requests, drawn, strict=True)
    ]


def earned(request: SpeechRequest, text: str, share: float, domain: Domain) -> float:
    """
    Return the reward of *text*, 0 to 1: half for the *share* of the scene that it keeps, half for all of it.

    A text that plays for the reward gets 0.
    """
    return 0.0 if plays(request, text, domain) else (share + (share == 1.0)) / 2


def plays(request: SpeechRequest, text: str, domain: Domain) -> bool:
    """Whether *text* has notation, is the plain text in another style, or is much longer than that."""
    if any(sign in text for sign in _NOTATION):
        return True
    try:
        plain = format_plain(request.scene, request.language, domain)
    except SurfaceError:
        return False
    is_copied = text == plain and request.style != domain.styles[0]
    return is_copied or len(text) > _LONGEST * len(plain) + _MORE
