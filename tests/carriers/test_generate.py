"""Batched generation: order, ends, constraints and adapters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig, Qwen3Config, Qwen3ForCausalLM

from scenograph.carriers.generate import generate
from scenograph.carriers.row import Row
from scenograph.carriers.rows import Block

STOP = 3


@pytest.fixture(scope="module")
def model() -> Any:
    torch.manual_seed(4)
    config = Qwen3Config(
        vocab_size=40,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        initializer_range=0.5,
    )
    return Qwen3ForCausalLM(config).eval()


def prompts() -> list[list[int]]:
    generator = torch.Generator().manual_seed(1)
    lengths = (3, 11, 1, 7, 2, 30, 5)
    return [torch.randint(4, 40, (length,), generator=generator).tolist() for length in lengths]


def test_batches_of_any_size_say_the_same(model: Any) -> None:
    whole = generate(model, prompts(), stop=STOP, max_new=12)
    single = generate(model, prompts(), stop=STOP, max_new=12, batch_rows=1)
    narrow = generate(model, prompts(), stop=STOP, max_new=12, batch_tokens=60)
    assert [a.ids for a in whole] == [a.ids for a in single] == [a.ids for a in narrow]


def test_nothing_to_do(model: Any) -> None:
    assert generate(model, [], stop=STOP, max_new=5) == []
    (answer,) = generate(model, [[5]], stop=STOP, max_new=0)
    assert answer.ids == []
    assert not answer.finished


class Script:
    """Allows one given sequence."""

    def __init__(self, ids: Sequence[int], known: Sequence[int] = ()) -> None:
        self.ids = list(ids)
        self.known = set(known)  # places whose token counts as forced
        self.said: list[int] = []

    def forced(self) -> int | None:
        return self.ids[len(self.said)] if len(self.said) in self.known else None

    def mask(self) -> Any:
        allowed = torch.zeros(40, dtype=torch.bool)
        allowed[self.ids[len(self.said)]] = True
        return allowed.numpy()

    def advance(self, token: int) -> None:
        self.said.append(token)


def test_masks_rule_their_own_rows(model: Any) -> None:
    scripts = [Script([10 + i] * i + [STOP]) for i in range(7)]
    answers = generate(model, prompts(), stop=STOP, max_new=12, masks=scripts)
    for i, answer in enumerate(answers):
        assert answer.ids == [10 + i] * i + [STOP] == scripts[i].said
        assert answer.finished
        assert answer.logprobs == pytest.approx([0.0] * (i + 1), abs=1e-5)


def test_forced_ids_share_a_pass_and_change_nothing(model: Any) -> None:
    """Free rows beside forced ones, and rows whose forced ids come in different numbers."""
    known = [(), (0, 1, 2), (1, 2, 3, 4), (2,), (0, 3), (5,), ()]
    ids = [[20, 21, 22, 23, 24, STOP]] * 6

    def masks() -> list[Any]:
        return [*(Script(a, b) for a, b in zip(ids, known, strict=False)), None]

    passed: list[int] = []
    hook = model.register_forward_hook(lambda _module, _given, out: passed.append(len(out.logits)))
    whole = generate(model, prompts(), stop=STOP, max_new=9, masks=masks())
    apart = generate(model, prompts(), stop=STOP, max_new=9, masks=masks(), together=False)
    passed.clear()
    [one] = generate(model, prompts()[:1], stop=STOP, max_new=9, masks=[Script(ids[0], (1, 2, 4, 5))])
    hook.remove()
    assert [a.ids for a in whole] == [a.ids for a in apart]
    for a, b in zip(whole, apart, strict=True):
        assert a.finished == b.finished
        assert a.logprobs == pytest.approx(b.logprobs, abs=1e-4)
    assert one.ids == ids[0]
    assert len(passed) == 2  # for 20, then for 23; the end is forced


def test_a_sliding_window_is_not_filled_up() -> None:
    """Places that fill rows up would push ids out of the window."""
    torch.manual_seed(5)
    config = Gemma3TextConfig(
        vocab_size=40,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        sliding_window=16,
        initializer_range=0.5,
    )
    gemma = Gemma3ForCausalLM(config).eval()

    def masks() -> list[Any]:
        script = [20, 21, 22, 23, 24, 25, 26, 27, 28, STOP]
        return [Script(script, range(1, 7)), None, Script(script, range(3, 9)), None, None, None, None]

    whole = generate(gemma, prompts(), stop=STOP, max_new=12, masks=masks())
    apart = generate(gemma, prompts(), stop=STOP, max_new=12, masks=masks(), together=False)
    assert [a.ids for a in whole] == [a.ids for a in apart]


def test_rows_without_a_mask_run_free(model: Any) -> None:
    free = generate(model, prompts(), stop=STOP, max_new=6)
    mixed = generate(model, prompts(), stop=STOP, max_new=6, masks=[Script([STOP]), *[None] * 6])
    assert mixed[0].ids == [STOP]
    assert [a.ids for a in mixed[1:]] == [a.ids for a in free[1:]]


class Watcher:
    """Notes which rows are live in each pass."""

    names = ("a", "c")

    def __init__(self) -> None:
        self.rows: list[list[tuple[str | None, int]]] = []

    @contextmanager
    def active(self, model: Any, names: Sequence[str | None], starts: Sequence[int]) -> Iterator[Any]:
        self.rows.append(list(zip(names, starts, strict=True)))
        yield

    def before(self, name: str | None) -> str:
        return ""


def test_adapters_learn_where_their_rows_are(model: Any) -> None:
    watcher = Watcher()
    given = [[5, 6, 7], [8, 9], [10]]
    scripts = [Script([11, 11, STOP]), Script([STOP]), Script([12, STOP])]
    generate(
        model,
        given,
        stop=STOP,
        max_new=5,
        masks=scripts,
        adapters=watcher,
        names=["a", None, "c"],
        starts=[2, 1, 0],
    )
    first = [("a", 2), ("c", 0), (None, 1)]
    assert watcher.rows == [first, first[:2], first[:1]]


def test_rows_of_one_adapter_stand_together_and_keep_their_own_keys(model: Any) -> None:
    """Blocks that join come in the order of adapters, and each row goes on from what it has read itself."""
    watcher = Watcher()
    given = prompts()[:5]
    alone = [answer.ids for answer in generate(model, given, stop=-1, max_new=4)]
    names = ("c", "a", "a", None, "c")
    rows = [Row(prompt, 4, adapter=name) for prompt, name in zip(given, names, strict=True)]

    def block(some: Sequence[Row]) -> Block:
        made = Block(model, some, pad=0, stop=-1, adapters=watcher)
        made.go_on()
        return made

    both = block(rows[:2])
    both.join(block(rows[2:]))
    watcher.rows.clear()
    while both.rows:
        both.drop(both.go_on())
    assert [name for name, _ in watcher.rows[0]] == ["a", "a", "c", "c", None]
    assert [row.made for row in rows] == alone
