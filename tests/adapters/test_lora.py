"""Grouped adapters: the same as one adapter at a time, in every kind of batch."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from adapters.tiny import FAMILIES, NAMES, SIZE, filled, tiny_model, weights_digest
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.product import Groups, add_rows
from scenograph.adapters.shape import Shape, find_targets
from scenograph.errors import AdapterError


def merged_logits(model: nn.Module, lora: GroupedLora, name: str, ids: Tensor) -> Tensor:
    """What the model says with adapter *name* merged into a copy of its weights."""
    i = lora.index(name)
    layers = find_targets(model, lora.shape.targets)
    before = {path: layer.weight.data.clone() for path, layer in layers.items()}
    try:
        for path, layer in layers.items():
            a, b = lora.pairs[path]
            layer.weight.data += lora.shape.scale * (b[i] @ a[i]).detach()
        with torch.no_grad():
            return model(ids).logits
    finally:
        for path, layer in layers.items():
            layer.weight.data.copy_(before[path])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_goes_through_its_own_adapter(family: str) -> None:
    model = tiny_model(family)
    lora = filled(model, "always")
    ids = torch.randint(2, SIZE, (5, 8), generator=torch.Generator().manual_seed(0))
    names = ["voice.b", None, "reader", "voice.b", "voice.a"]
    with torch.no_grad(), lora.active(model, names, [0] * 5):
        mixed = model(ids).logits
    for row, name in enumerate(names):
        with torch.no_grad():
            one = ids[row : row + 1]
            alone = model(one).logits if name is None else merged_logits(model, lora, name, one)
        torch.testing.assert_close(mixed[row : row + 1], alone, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_before_the_invocation_is_the_bare_model(name: str) -> None:
    model = tiny_model()
    lora = filled(model)
    ids = torch.randint(2, SIZE, (1, 10), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        bare = model(ids).logits
        with lora.active(model, [name], [6]):
            ours = model(ids).logits
    torch.testing.assert_close(ours[:, :6], bare[:, :6])
    assert not torch.allclose(ours[:, 6:], bare[:, 6:], atol=1e-3)


def test_decoding_with_a_cache_and_left_padding_is_the_whole_sequence_at_once() -> None:
    model = tiny_model()
    lora = filled(model)
    generator = torch.Generator().manual_seed(1)
    rows = [torch.randint(2, SIZE, (n,), generator=generator) for n in (12, 7, 9, 5)]
    names = ["voice.a", "reader", None, "voice.b"]
    starts = [8, 3, 0, 4]  # the third has no adapter; the last begins in its last token
    expected: list[Tensor] = []
    for ids, name, start in zip(rows, names, starts, strict=True):
        with torch.no_grad(), lora.active(model, [name], [start]):
            expected.append(model(ids[None]).logits[0])

    width, chunk = 12, 3
    pads = [width - len(ids) for ids in rows]
    padded = torch.stack([torch.cat([torch.zeros(p).long(), ids]) for p, ids in zip(pads, rows, strict=True)])
    columns = torch.arange(width)[None]
    mask = (columns >= torch.tensor(pads)[:, None]).long()
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    cache = None
    got: list[Tensor] = []
    with torch.no_grad(), lora.active(model, names, starts):
        for begin in (0, *range(6, width, chunk)):
            end = 6 if begin == 0 else begin + chunk
            out = model(
                padded[:, begin:end],
                attention_mask=mask[:, :end],
                position_ids=positions[:, begin:end],
                past_key_values=cache,
                use_cache=True,
            )
            cache = out.past_key_values
            got.append(out.logits)
    logits = torch.cat(got, 1)
    for row, pad in enumerate(pads):
        torch.testing.assert_close(logits[row, pad:], expected[row], atol=1e-4, rtol=1e-4)


def test_a_stack_with_more_adapters_than_are_needed_says_the_same() -> None:
    """What stays of earlier voices changes nothing, and changed factors are noticed."""
    model = tiny_model()
    lora = filled(model)
    ids = torch.randint(2, SIZE, (2, 6), generator=torch.Generator().manual_seed(2))

    def said(names: list[str | None]) -> Tensor:
        with torch.no_grad(), lora.active(model, names, [2, 3]):
            return model(ids).logits

    alone = said(["reader", "reader"])
    said(["voice.a", "voice.b"])
    torch.testing.assert_close(said(["reader", "reader"]), alone, atol=1e-5, rtol=1e-5)
    kept = lora.digest("reader")
    with torch.no_grad():
        for factor in lora.parameters():
            factor.mul_(1.5)
    assert lora.digest("reader") != kept
    assert not torch.allclose(said(["reader", "reader"]), alone, atol=1e-3)


def test_closing_the_block_leaves_the_model_as_it_was() -> None:
    model = tiny_model()
    lora = filled(model)
    ids = torch.randint(2, SIZE, (2, 6))
    before = weights_digest(model)
    layer = model.get_submodule(next(iter(lora.pairs)))
    layer.forward = own = partial(nn.Linear.forward, layer)  # as libraries do
    with torch.no_grad():
        bare = model(ids).logits
        with pytest.raises(RuntimeError, match="stop"), lora.active(model, ["reader", "reader"], [0, 0]):
            raise RuntimeError("stop")
        torch.testing.assert_close(model(ids).logits, bare, atol=0, rtol=0)
    assert layer.forward is own
    assert not any("forward" in vars(it) for it in model.modules() if it is not layer)
    assert weights_digest(model) == before


def test_misuse_is_refused_in_words() -> None:
    model = tiny_model()
    lora = filled(model)
    with (
        pytest.raises(AdapterError, match=r"no adapter 'nobody'.*reader, voice\.a"),
        lora.active(model, ["nobody"], [0]),
    ):
        pass
    with pytest.raises(AdapterError, match="2 rows but 1"), lora.active(model, ["reader", None], [0]):
        pass
    with lora.active(model, ["reader"], [0]):
        with pytest.raises(AdapterError, match="2 rows, but adapters were named for 1"):
            model(torch.ones(2, 3, dtype=torch.long))
        with pytest.raises(AdapterError, match="already act"), filled(model).active(model, [None], [0]):
            pass
    with pytest.raises(AdapterError, match="no linear layer named nowhere"):
        GroupedLora.fresh(Shape(("x",), 2, 4.0, ("nowhere",)), model, 0)


def test_a_fresh_adapter_depends_on_seed_and_name_but_not_on_its_company() -> None:
    model = tiny_model()
    alone = GroupedLora.fresh(Shape(("voice.b",), 4, 8.0), model, seed=3)
    together = GroupedLora.fresh(Shape(NAMES, 4, 8.0), model, seed=3)
    other = GroupedLora.fresh(Shape(("voice.b",), 4, 8.0), model, seed=4)
    for path, pair in alone.pairs.items():
        assert torch.equal(pair.a[0], together.pairs[path].a[2])
        assert not torch.equal(pair.a[0], together.pairs[path].a[1])
        assert not torch.equal(pair.a[0], other.pairs[path].a[0])


@pytest.mark.parametrize("masked", [False, True])
def test_the_product_and_its_gradients_are_those_of_one_row_at_a_time(masked: bool) -> None:
    generator = torch.Generator().manual_seed(0)

    def rand(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator, dtype=torch.float64).requires_grad_()

    x, a, b, base = rand(5, 3, 6), rand(4, 2, 6), rand(4, 7, 2), rand(5, 3, 7)
    index = torch.tensor([2, 0, 2, 3, 2])
    mask = (torch.rand(5, 3, 1, generator=generator) > 0.4).double() if masked else None
    weight = torch.randn(5, 3, 7, generator=generator, dtype=torch.float64)
    inputs = (x, a, b, base)

    ours = add_rows(base * 1, x, a, b, index, 1.5, mask)
    grads = torch.autograd.grad((ours * weight).sum(), inputs)
    rows = [1.5 * (x[i] @ a[k].T) @ b[k].T for i, k in enumerate(index.tolist())]
    plain = base + torch.stack(rows) * (1 if mask is None else mask)
    expected = torch.autograd.grad((plain * weight).sum(), inputs)
    torch.testing.assert_close(ours, plain)
    for mine, theirs in zip(grads, expected, strict=True):
        torch.testing.assert_close(mine, theirs)


@given(
    index=st.lists(st.integers(0, 3), min_size=1, max_size=9),
    columns=st.integers(1, 4),
    first=st.integers(0, 3),
    in_order=st.booleans(),
    seed=st.integers(0, 99),
)
def test_groups_give_what_one_row_at_a_time_gives(
    index: list[int], columns: int, first: int, in_order: bool, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)

    def rand(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator, dtype=torch.float64)

    if in_order:
        index = [number for number in range(4) for _ in range(1 + len(index) // 4)]
    first = min(first, columns - 1)
    rows = len(index)
    x, a, b, out = rand(rows, columns, 6), rand(4, 6, 2), rand(4, 2, 7), rand(rows, columns, 7)
    acts = torch.rand(rows, columns, 1, generator=generator) > 0.4
    expected = out.clone()
    for row, number in enumerate(index):
        product = x[row] @ a[number] @ b[number] * acts[row]
        expected[row, first:] += product[first:]
    groups = Groups([[row for row, own in enumerate(index) if own == number] for number in range(4)])
    masks = acts[groups.rows][:, :, first:].double()
    joint = torch.cat((rand(4, 6, 3), a), 2)  # of two layers that are given the same
    found = groups.add(out, groups.inner(x, joint, masks, first)[..., 3:], b, first)
    assert found is out
    torch.testing.assert_close(found, expected)
