"""
The training loop: batches, loss, AdamW, checkpoints.

Only the adapters' factors are trained; the model's parameters get no gradients (law 6). Model, examples,
recipe and seed determine a run: on one machine, with one number of threads, it ends in the same bytes,
however often it was stopped and resumed.
"""

from __future__ import annotations

import json
import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count, islice
from pathlib import Path
from statistics import fmean
from types import FrameType
from typing import Any, TypeAlias, final

import torch
from torch.optim import AdamW

from scenograph.adapters.batches import batches, bundle
from scenograph.adapters.checkpoint import RunState, load_checkpoint, save_checkpoint
from scenograph.adapters.curves import add, by_ability, in_short, lately
from scenograph.adapters.descent import schedule, shortened
from scenograph.adapters.encode import Encoded, examples_digest
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import BatchLoss, Objective, objective
from scenograph.adapters.schedule import Schedule, check_all_learn, scheduled
from scenograph.errors import TrainingError
from scenograph.files import digest

_log = logging.getLogger(__name__)


@final
@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. In a run of seconds, batches are smaller if a step would take longer than `STEP`."""

    learning_rate: float = 3e-3  # of AdamW, at its highest
    warmup: float = 0.05  # share of the steps in which the learning rate rises; then it falls linearly to 0
    weight_decay: float = 0.01  # of AdamW
    clip: float = 1.0  # longest gradient of one adapter; longer ones are shortened
    batch: int = 4096  # tokens in one step, a shared prefix counted once
    width: int = 1024  # tokens in one forward pass, padding included
    memory: int = 1 << 30  # bytes stored for backward passes at one time
    checkpoint: float = 20.0  # seconds between checkpoints
    consistency: float = 0.0  # weight of how far predictions differ between texts of one scene
    schedule: Schedule | None = None  # of abilities; None: each has the share that it has of the examples


@final
@dataclass(frozen=True, slots=True)
class TrainStep:
    """A step that was just done."""

    number: int  # 1 for the first
    steps: int  # how many there will be
    loss: float  # mean over adapters of the mean loss of an answer token
    tokens: int  # of prompts and answers in this step
    seconds: float  # since the run was started or resumed
    examples: int = 0  # in this step
    abilities: Mapping[str, float] = field(
        default_factory=dict[str, float]
    )  # loss of each, of the last steps


STEP = 10.0
"""Most seconds of a step in a run of seconds."""

_LINE = 10.0  # seconds between two lines of the log
_NAMED = 5  # most examples that a message names
_MEASURE = 10.0  # most seconds of the measurement
_FIRST = 64  # tokens of the first batch that is timed
_FULL = 5  # most batches of full size that are timed

OnStep: TypeAlias = Callable[[TrainStep], None]


@final
class Trainer:
    """
    One training run.

    Args:
        model: the frozen carrier's model
        lora: the adapters, fresh; trained in place
        examples: what to learn from
        recipe: how to train
        seed: of the order of examples
        core: computes what the frozen model makes of texts once; None: it is computed in every batch
        identity: more text that distinguishes this run from others (digests of carrier and vocabulary)
        checkpointing: compute layers twice, to store less; that changes no result
    """

    def __init__(
        self,
        model: Any,
        lora: GroupedLora,
        examples: Sequence[Encoded],
        *,
        recipe: Recipe,
        seed: int,
        core: FrozenCore | None = None,
        identity: str = "",
        checkpointing: bool = False,
    ) -> None:
        self._core = core
        self._model = model
        self._lora = lora
        self._examples = examples
        self._recipe = recipe
        self._seed = seed
        self._checkpointing = checkpointing
        names = lora.shape.names
        if missing := set(range(len(names))) - {example.adapter for example in examples}:
            raise TrainingError(f"no example is for {', '.join(names[i] for i in sorted(missing))}; add some")
        if any(not 0 < e.start < e.answer < len(e.ids) for e in examples):
            raise TrainingError("an example has no prefix, invocation token or answer; encode it again")
        self._parameters = lora.parameters()
        self._optimiser = AdamW(
            self._parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
        )
        settings = {k: v for k, v in asdict(recipe).items() if k not in ("checkpoint", *_unused(recipe))}
        described: list[Any] = [lora.shape.described(), settings, seed, examples_digest(examples), identity]
        if recipe.schedule is not None:
            check_all_learn(recipe.schedule.among([it.ability for it in examples]), examples, names)
        if recipe.schedule is not None or recipe.consistency:
            described.append([example.ability for example in examples])
        self.run = digest(json.dumps(described, ensure_ascii=False).encode())

    def train(
        self,
        folder: Path,
        *,
        steps: int | None = None,
        seconds: float | None = None,
        resume: bool = True,
        on_step: OnStep | None = None,
    ) -> RunState:
        """
        Train to the end, from the checkpoint in *folder* if there is one.

        Args:
            folder: of the checkpoints
            steps: how many steps; or
            seconds: how long, converted to steps after a measurement, and fixed from then on
            resume: False ignores an existing checkpoint
            on_step: called after every step
        Raises:
            KeyboardInterrupt: on Ctrl-C, after the step is finished and a checkpoint written
            TrainingError: if the checkpoint is damaged, of another run or cannot be written, or a loss or
                gradient is not finite; the last checkpoint stays
        """
        began = time.perf_counter()
        if (steps is None) == (seconds is None):
            raise TrainingError("give either steps or seconds")
        recipe = self._recipe
        # On a CPU one worker for every thread of torch; a GPU is one worker.
        workers = torch.get_num_threads() if self._parameters[0].device.type == "cpu" else 1
        with (
            objective(
                self._model,
                self._lora,
                width=recipe.width,
                workers=workers,
                memory=recipe.memory,
                checkpointing=self._checkpointing,
                core=self._core,
            ) as learner,
            _interrupts_noted() as interrupted,
        ):
            state = self._resume(folder, steps) if resume else None
            if state is None:
                if steps is not None:
                    state = RunState(steps, recipe.batch)
                else:
                    state = RunState(*self._plan(learner, seconds or 0.0, began))
                self._save(folder, state)
            saved = said = time.perf_counter()
            pace = _Pace()
            for batch in islice(self._batches(state.batch, state.steps), state.step, state.steps):
                outcome = self._step(learner, batch, state)
                passed = time.perf_counter() - began
                step = TrainStep(
                    state.step,
                    state.steps,
                    state.curve[-1],
                    outcome.tokens,
                    passed,
                    len(batch),
                    lately(state.abilities),
                )
                pace.add(step)
                if time.perf_counter() - said >= _LINE:
                    _log.info("%s", pace.line(step, time.perf_counter() - said))
                    said = time.perf_counter()
                if on_step is not None:
                    on_step(step)
                if interrupted():
                    self._save(folder, state)
                    raise KeyboardInterrupt
                if time.perf_counter() - saved >= recipe.checkpoint:
                    self._save(folder, state)
                    saved = time.perf_counter()
            self._save(folder, state)
            if interrupted():
                raise KeyboardInterrupt
        return state

    def _resume(self, folder: Path, steps: int | None) -> RunState | None:
        state = load_checkpoint(folder, self.run, self._parameters, self._optimiser)
        if state is not None and steps not in (None, state.steps):
            raise TrainingError(
                f"the run in {folder} was planned for {state.steps} steps, not {steps}; "
                "ask for as many, or train without resuming"
            )
        return state

    def _batches(self, size: int, steps: int | None = None) -> Iterator[list[int]]:
        """Yield batches of *size* tokens for so many *steps*; None: without end, and without schedule."""
        asked = self._recipe.schedule if steps is not None else None
        bundles = bundle(
            self._examples,
            size,
            shared=self._lora.shape.activation == "invocation",
            by_ability=asked is not None,
            voicings=self._recipe.consistency > 0,
        )
        if steps is None or asked is None:
            return batches(self._examples, bundles, size, self._seed)
        return scheduled(self._examples, bundles, size, self._seed, asked, steps)

    def _plan(self, learner: Objective, seconds: float, began: float) -> tuple[int, int]:
        """
        Measure how fast this machine is, without learning anything.

        Batches double in size until some are full, or 4 % of the time is spent, at most `_MEASURE` seconds.
        The first one also pays for allocations, so there is a second one unless the machine is slow.

        Returns:
            How many steps fit into what is left of *seconds*, and the tokens of one.
        """
        most, size = self._recipe.batch, min(self._recipe.batch, _FIRST)
        limit = min(_MEASURE, 0.04 * seconds)
        spent = took = 0.0
        full: list[float] = []
        for number in count():
            batch = next(islice(self._batches(size), number, None))
            start = time.perf_counter()
            learner.backward([self._examples[i] for i in batch], consistency=self._recipe.consistency)
            shortened(self._parameters, self._recipe.clip)
            self._optimiser.zero_grad()
            took = time.perf_counter() - start
            spent += took
            if size == most:
                full.append(took)
            larger = min(most, 2 * size)
            if len(full) == _FULL or ((number or took > 1.0) and spent + took * larger / size > limit):
                break
            size = larger
        took = fmean(full[1:] or full or [took])
        tokens = max(1, min(most, int(STEP * size / took)))
        left = seconds - (time.perf_counter() - began)
        return max(1, int(left * size / took / tokens)), tokens

    def _step(self, learner: Objective, batch: list[int], state: RunState) -> BatchLoss:
        factor = schedule(state.step, state.steps, self._recipe.warmup)
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.learning_rate * factor
        outcome = learner.backward([self._examples[i] for i in batch], consistency=self._recipe.consistency)
        present = [outcome.loss[i] for i in {self._examples[i].adapter for i in batch}]
        mean = sum(present) / len(present)
        if not math.isfinite(mean):
            bad = {i for i, loss in enumerate(outcome.loss) if not math.isfinite(loss)}
            raise self._not_finite("loss", state, [i for i in batch if self._examples[i].adapter in bad])
        if not shortened(self._parameters, self._recipe.clip):
            raise self._not_finite("gradient", state, batch)
        self._optimiser.step()
        self._optimiser.zero_grad()
        add(state.abilities, state.step, by_ability([self._examples[i] for i in batch], outcome.rows))
        state.curve.append(mean)
        state.tokens += outcome.tokens
        return outcome

    def _not_finite(self, what: str, state: RunState, batch: Sequence[int]) -> TrainingError:
        """Return the error for a *what* of the examples *batch* that is not finite; it names them."""
        self._optimiser.zero_grad()
        names = self._lora.shape.names
        adapters = sorted({self._examples[i].adapter for i in batch})
        numbers = [str(i + 1) for i in batch[:_NAMED]]
        more = f" and {len(batch) - _NAMED} more" if len(batch) > _NAMED else ""
        return TrainingError(
            f"the {what} of step {state.step + 1} is not finite: "
            f"adapter {', '.join(names[i] for i in adapters)}, tasks {', '.join(numbers)}{more}; "
            "the last checkpoint is kept; look at these tasks, or train with a smaller learning rate"
        )

    def _save(self, folder: Path, state: RunState) -> None:
        save_checkpoint(folder, self.run, state, self._parameters, self._optimiser)


def _unused(recipe: Recipe) -> list[str]:
    """Return the settings that runs had not at first and that change nothing here, so that these go on."""
    return [name for name in ("consistency", "schedule") if not getattr(recipe, name)]


@final
class _Pace:
    """What was done since the last line of the log."""

    def __init__(self) -> None:
        self._examples = self._tokens = self._steps = 0

    def add(self, step: TrainStep) -> None:
        """Count *step*."""
        self._steps += 1
        self._examples += step.examples
        self._tokens += step.tokens

    def line(self, step: TrainStep, seconds: float) -> str:
        """Return the line after *step*, for the last *seconds*."""
        left = round(seconds * (step.steps - step.number) / self._steps)
        text = (
            f"step {step.number} of {step.steps}: loss {step.loss:.3f}, "
            f"{self._examples / seconds:.1f} examples/s, {self._tokens / seconds:.0f} tokens/s, "
            f"about {left // 60}:{left % 60:02} left"
        )
        if step.abilities:
            text += f"; {in_short(step.abilities)}"
        self._examples = self._tokens = self._steps = 0
        return text


@contextmanager
def _interrupts_noted() -> Generator[Callable[[], bool]]:
    """
    Note a Ctrl-C instead of raising, so that a step is done or not done; a second one raises.

    Yields a function that says whether Ctrl-C was pressed. Other threads than the main one get no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    pressed = False

    def note(number: int, frame: FrameType | None) -> Any:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
