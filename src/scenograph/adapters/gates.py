"""
Gates for training: what the tasks must pass, over a carrier that has passed its own (`carriers.gates`).

    answers     every answer has tokens with a row that is not empty, and ends with ⟁eos, which is learned and
                is not the padding
    lengths     no task is longer than the carrier can take, so none is cut
    packing     the loss of a task is the same alone and in a batch with others: nothing leaks between them
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from scenograph.adapters.encode import Encoded, encode_task
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.shape import Shape
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.gates import check_loaded
from scenograph.carriers.local import LocalCarrier
from scenograph.carriers.verdict import Verdict
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import Task
from scenograph.domains import load_domain
from scenograph.errors import TrainingError

NAMES = ("answers", "lengths", "packing")
_TASKS = 40  # of the bundled world, where no others are given
_PACKED = 4  # put into one batch
_EXACT, _ROUNDED = 1e-3, 5e-2  # most difference of two losses, as a share; in float32, in fewer bits


def training_gates(carrier: LocalCarrier, tasks: Sequence[Task] | None = None) -> Iterator[Verdict]:
    """
    Yield the verdicts of the gates for training.

    Args:
        carrier: what is trained over
        tasks: what is to be learned; None: some of the bundled world
    """
    if tasks is None:
        tasks = list(islice(domain_tasks(load_domain(), 0), _TASKS))
    adapters = sorted({task.adapter for task in tasks})
    yield from gates_of([encode_task(task, carrier.vocabulary, adapters) for task in tasks], carrier)


def gates_of(examples: Sequence[Encoded], carrier: LocalCarrier) -> Iterator[Verdict]:
    """Yield the verdicts on *examples*, tasks as token ids."""
    yield _answers(examples, carrier)
    yield _lengths(examples, carrier)
    fitting = [example for example in examples if 0 < example.answer < len(example.ids) <= carrier.max_length]
    yield _packing(fitting, carrier)


def check_before_training(carrier: LocalCarrier, tasks: Sequence[Task]) -> None:
    """
    Check all gates that look at a loaded carrier and at tasks.

    Raises:
        TrainingError: if one fails; the message names all that do
    """
    # Of rows, only those of tokens that are to be learned matter here (`answers`).
    own = (verdict for verdict in check_loaded(carrier) if verdict.gate not in ("rows", "end"))
    verdicts = [*own, *training_gates(carrier, tasks)]
    failed = [f"{verdict.gate} ({verdict.found})" for verdict in verdicts if verdict.state == "failed"]
    if failed:
        raise TrainingError(
            f"nothing can be trained over carrier {carrier.name}, since {len(failed)} of {len(verdicts)} "
            f"gates fail: {'; '.join(failed)}"
        )


def _answers(examples: Sequence[Encoded], carrier: LocalCarrier) -> Verdict:
    end, pad = carrier.vocabulary.eos, carrier.vocabulary.pad
    if end == pad:
        return Verdict("answers", "failed", "the end of an answer is the padding, so it would not be learned")
    empty = [n for n, example in enumerate(examples, 1) if example.answer + 1 >= len(example.ids)]
    if empty:
        return Verdict(
            "answers", "failed", f"{len(empty)} answers have no token, that of task {empty[0]} first"
        )
    endless = [n for n, example in enumerate(examples, 1) if example.ids[-1] != end]
    early = [n for n, e in enumerate(examples, 1) if end in e.ids[e.answer : -1]]
    if wrong := endless or early:
        how = "do not end with ⟁eos" if endless else "hold ⟁eos before they end"
        return Verdict("answers", "failed", f"{len(wrong)} answers {how}, that of task {wrong[0]} first")
    weight = carrier.module.get_output_embeddings().weight
    labels = sorted({int(i) for example in examples for i in example.ids[example.answer :]})
    if weight.is_floating_point() and (bare := [i for i in labels if not bool(weight[i].any())]):
        token = carrier.vocabulary.decode([bare[0]])
        return Verdict(
            "answers", "failed", f"{len(bare)} tokens of answers have an empty row, {token!r} first"
        )
    learned = sum(len(example.ids) - example.answer for example in examples)
    return Verdict(
        "answers", "passed", f"{len(examples)} answers of {learned:,} tokens, ⟁eos at the end of each"
    )


def _lengths(examples: Sequence[Encoded], carrier: LocalCarrier) -> Verdict:
    longest = max((len(example.ids) for example in examples), default=0)
    if long := sum(len(example.ids) > carrier.max_length for example in examples):
        found = (
            f"{long} of {len(examples)} tasks are longer than {carrier.max_length} tokens, and would be cut"
        )
        return Verdict("lengths", "failed", f"{found} (the longest has {longest})")
    return Verdict("lengths", "passed", f"{longest} tokens at most, of {carrier.max_length:,}")


def _packing(examples: Sequence[Encoded], carrier: LocalCarrier) -> Verdict:
    """Compare losses alone and together; each task gets an adapter of its own, so that each has its loss."""
    short = sorted(examples, key=lambda example: len(example.ids))[: 4 * _PACKED : 4] or list(examples)
    if len(short) < 2:
        return Verdict("packing", "not checked", "there are no two tasks to put together")
    owned = [example._replace(adapter=number) for number, example in enumerate(short)]
    # Two tasks of one prefix share it in a batch: nothing of one answer may reach the other.
    twin = np.concatenate([short[0].ids[: short[0].answer], short[1].ids[short[1].answer :]]).astype(np.int32)
    owned.append(Encoded(twin, short[0].start, short[0].answer, len(owned)))
    model = carrier.module
    names = tuple(map(str, range(len(owned))))
    shape = Shape(names, 1, 1.0, tuple(FAMILIES[carrier.family].targets), "invocation")
    with objective(model, GroupedLora.fresh(shape, model, 0)) as learner:
        alone = [learner.backward([example]).loss[example.adapter] for example in owned]
        together = learner.backward(owned).loss
    few = carrier.loading is not None and carrier.loading.quantisation is not None
    exact = model.get_input_embeddings().weight.dtype.itemsize == 4 and not few
    most = max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(alone, together, strict=True))
    if not most <= (_EXACT if exact else _ROUNDED):
        return Verdict(
            "packing", "failed", f"a task's loss changes by {most:.1%} with what else is in its batch"
        )
    return Verdict("packing", "passed", f"{len(owned)} tasks have the same loss alone and in one batch")
