"""
How a mind's adapters are taught afterwards, and measured: what styles and feedback have in common.

    teacher = Teacher(carrier, adapters, domain, seed)
    learned = teacher.teach({"decoder.bard": "decoder.plain"}, learn, hold_out)
    teacher.spoken(pairs, "bard", learned.adapters)      # the share of each scene that its text keeps
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple, final

from scenograph.core.retention import retention
from scenograph.corpus.tasks import Task, speak_task
from scenograph.errors import TrainingError

if TYPE_CHECKING:
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.encode import Encoded
    from scenograph.adapters.tune import Tuned, Tuning
    from scenograph.bridge import Bridge
    from scenograph.carriers import LocalCarrier
    from scenograph.domain import Domain
    from scenograph.mind.teaching.pairs import Pair
    from scenograph.progress import Progress


_LEAST = -3.0  # a logarithm of a token's probability counts as no less, when decoders are compared


class Learned(NamedTuple):
    """What came of teaching: the adapters that were taught, and how."""

    adapters: AdapterSet
    tuned: Tuned


@final
@dataclass(frozen=True)
class Teacher:
    """
    Teaches adapters, and measures them.

    Attributes:
        carrier: with the commands of all styles
        adapters: all that the mind has
        domain: with all styles
        seed: of the order of examples
    """

    carrier: LocalCarrier
    adapters: AdapterSet
    domain: Domain
    seed: int

    def with_adapters(self, adapters: AdapterSet) -> Teacher:
        """Return a teacher of the same mind with other *adapters*."""
        return replace(self, adapters=adapters)

    def teach(
        self,
        starts: Mapping[str, str],
        learn: Sequence[Task],
        hold_out: Sequence[Task],
        *,
        tuning: Tuning | None = None,
        on_step: Callable[[int, int, float], None] | None = None,
    ) -> Learned:
        """
        Return new adapters that have learned the tasks *learn*; the mind's stay as they are.

        Args:
            starts: the name of each new adapter → the mind's adapter that it starts as
            learn: tasks for the new adapters
            hold_out: tasks that decide when to stop
            on_step: called now and then with the step, how many there are, and the loss
        Raises:
            TrainingError: if tasks are too long for the carrier, or training fails
        """
        from scenograph.adapters.encode import encode_task

        names, vocabulary = tuple(starts), self.carrier.vocabulary
        examples, held = (
            [encode_task(task, vocabulary, names) for task in tasks] for tasks in (learn, hold_out)
        )
        return self.teach_encoded(starts, examples, held, tuning=tuning, on_step=on_step)

    def teach_encoded(
        self,
        starts: Mapping[str, str],
        examples: Sequence[Encoded],
        held: Sequence[Encoded],
        *,
        tuning: Tuning | None = None,
        on_step: Callable[[int, int, float], None] | None = None,
    ) -> Learned:
        """As `teach`, of tasks that are ids already; each has the number of its adapter among *starts*."""
        from scenograph.adapters import AdapterSet
        from scenograph.adapters.layers import copies
        from scenograph.adapters.manifest import Fit, Manifest
        from scenograph.adapters.tune import tune

        names, most = tuple(starts), self.carrier.max_length
        if long := sum(len(example.ids) > most for example in (*examples, *held)):
            raise TrainingError(
                f"{long} of {len(examples) + len(held)} examples are longer than the {most} tokens that "
                f"carrier {self.carrier.name} can take; shorten them or leave them out"
            )
        lora = copies(self.adapters.lora, starts)
        before = self.carrier.digest_now()
        tuned = tune(
            self.carrier.module, lora, examples, held, tuning=tuning, seed=self.seed, on_step=on_step
        )
        if self.carrier.digest_now() != before:
            raise TrainingError(
                f"teaching changed the weights of carrier {self.carrier.name}; please report this"
            )
        invocations = {
            name: sorted({int(e.ids[e.start]) for e in examples if e.adapter == number})
            for number, name in enumerate(names)
        }
        manifest = Manifest(
            self.carrier.name, Fit.of(self.carrier), lora.shape, {}, invocations, {"seed": self.seed}
        )
        return Learned(AdapterSet(lora, manifest), tuned)

    def bridge(self, taught: AdapterSet | None = None) -> Bridge:
        """Return a bridge over the mind's adapters and those that were *taught*."""
        from scenograph.adapters.layers import joined
        from scenograph.bridge import Bridge

        adapters = self.adapters if taught is None else joined(self.adapters, taught)
        return Bridge(self.carrier.with_adapters(adapters), domain=self.domain)

    def spoken(self, pairs: Sequence[Pair], style: str, taught: AdapterSet | None = None) -> list[float]:
        """Say the scenes of *pairs* in *style* without the guard; return the share that each text keeps."""
        bridge = self.bridge(taught)
        kept: dict[int, float] = {}
        for language in sorted({pair.language for pair in pairs}):
            places = [place for place, pair in enumerate(pairs) if pair.language == language]
            said = bridge.speak_many(
                [pairs[place].scene for place in places], style=style, language=language, guard=False
            )
            kept.update(zip(places, (it.retention for it in said), strict=True))
        return [kept[place] for place in range(len(pairs))]

    def understood(self, pairs: Sequence[Pair], taught: AdapterSet | None = None) -> list[float]:
        """Read the texts of *pairs*; return the share of each scene that was read."""
        reader = self.bridge(taught).reader
        kept: dict[int, float] = {}
        for language in sorted({pair.language for pair in pairs}):
            places = [place for place, pair in enumerate(pairs) if pair.language == language]
            drafts = reader.drafts([pairs[place].text for place in places], language)
            for place, draft in zip(places, drafts, strict=True):
                scene = pairs[place].scene
                kept[place] = (
                    retention(scene, self.domain.respelt(draft.scene, scene, language))
                    if draft.scene
                    else 0.0
                )
        return [kept[place] for place in range(len(pairs))]

    def nearest(self, pairs: Sequence[Pair], adapters: Iterable[str]) -> str:
        """
        Return which of the decoders *adapters* says the texts of *pairs* most readily, each asked in its own
        style.

        Words that no decoder expects count little, since every copy has to learn them.

        Args:
            adapters: names of decoders, at least one
        """
        from scenograph.carriers.protocol import Candidate
        from scenograph.prompts import speak_prompt

        carrier = self.carrier.with_adapters(self.adapters)
        likely: dict[str, float] = {}
        for name in adapters:
            style = name.partition(".")[2]
            candidates: list[Candidate] = []
            for pair in pairs:
                asked = speak_prompt(pair.scene, style, pair.language)
                candidates.append(Candidate(asked.prompt, name, ("text", pair.text)))
            scored = carrier.score(candidates)
            likely[name] = fmean(fmean(max(log, _LEAST) for log in logs) for logs in scored)
        return max(likely, key=lambda name: likely[name])


@final
class Shown:
    """
    Reports the steps of teaching; give it as `on_step`.

    Args:
        progress: the listener
        title: of the stretch of work
        what: is taught
    """

    def __init__(self, progress: Progress, title: str, what: str) -> None:
        self._progress, self._title, self._what = progress, title, what
        self._reached = 0

    def __call__(self, step: int, steps: int, loss: float) -> None:
        """Report that *step* of *steps* is done, and the *loss* on what is held out."""
        if not self._reached:
            self._progress.start(self._title, steps)
        self._progress.advance(step - self._reached, f"{self._what}: loss {loss:.3f} on what is held out")
        self._reached = step


def speak_tasks(pairs: Iterable[Pair], style: str) -> list[Task]:
    """Return the tasks to say the scenes of *pairs* in *style*."""
    return [speak_task(pair.scene, pair.text, language=pair.language, style=style) for pair in pairs]
