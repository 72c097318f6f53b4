"""Sets of adapters put together and taken apart, and compared: laws."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from adapters.tiny import NAMES, filled, tiny_model
from hypothesis import given
from hypothesis import strategies as st

from scenograph.adapters import AdapterSet, Manifest
from scenograph.adapters.compare import Factors, compare
from scenograph.adapters.layers import chosen, copies, joined
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import Fit
from scenograph.errors import AdapterError


def a_set() -> AdapterSet:
    lora = filled(tiny_model())
    invocations = {name: [90 + number] for number, name in enumerate(NAMES)}
    files = dict.fromkeys(NAMES, "digest")
    return AdapterSet(lora, Manifest("tiny", Fit("c", "v", "t"), lora.shape, files, invocations, {}))


def factors_of(lora: GroupedLora, name: str) -> dict[str, Factors]:
    i = lora.index(name)
    return {
        path: Factors(pair.a.detach()[i].cpu(), pair.b.detach()[i].cpu(), lora.shape.scale)
        for path, pair in lora.pairs.items()
    }


def same(first: AdapterSet, second: AdapterSet, name: str) -> bool:
    one, two = factors_of(first.lora, name), factors_of(second.lora, name)
    return one.keys() == two.keys() and all(
        torch.equal(one[path].a, two[path].a) and torch.equal(one[path].b, two[path].b) for path in one
    )


def test_parts_of_a_set_put_together_are_the_set() -> None:
    whole = a_set()
    for cut in range(1, len(NAMES)):
        together = joined(chosen(whole, NAMES[:cut]), chosen(whole, NAMES[cut:]))
        assert together.names == whole.names
        assert together.manifest.invocations == whole.manifest.invocations
        assert all(same(together, whole, name) for name in NAMES)


def test_the_later_set_replaces_adapters_of_the_same_name() -> None:
    whole = a_set()
    changed = chosen(whole, ["voice.a"])
    with torch.no_grad():
        for pair in changed.lora.pairs.values():
            pair.b.mul_(2)
    together = joined(whole, changed)
    assert set(together.names) == set(NAMES)
    assert same(together, changed, "voice.a")
    assert same(together, whole, "reader")
    assert same(together, whole, "voice.b")


def test_a_copy_is_equal_and_changes_nothing_else() -> None:
    whole = a_set()
    copy = copies(whole.lora, {"voice.new": "voice.a"})
    before = factors_of(whole.lora, "voice.a")
    first = next(iter(before))
    assert torch.equal(factors_of(copy, "voice.new")[first].b, before[first].b)
    with torch.no_grad():
        copy.pairs[first].b.zero_()
    assert bool(factors_of(whole.lora, "voice.a")[first].b.any())


def test_sets_of_another_shape_are_not_put_together() -> None:
    whole = a_set()
    other = AdapterSet(
        whole.lora,
        replace(whole.manifest, shape=replace(whole.manifest.shape, alpha=99.0, activation="always")),
    )
    with pytest.raises(AdapterError, match=r"alpha 8\.0 and 99\.0, they act invocation and always"):
        joined(whole, other)


def factors(seed: int, scale: float, rank: int = 3) -> Factors:
    generator = torch.Generator().manual_seed(seed)
    return Factors(
        torch.randn(rank, 7, generator=generator), torch.randn(5, rank, generator=generator), scale
    )


@given(st.integers(0, 99), st.integers(0, 99), st.floats(0.1, 4), st.integers(1, 4), st.integers(1, 4))
def test_the_comparison_is_that_of_the_whole_products(
    seed: int, other: int, scale: float, rank: int, rank_of_other: int
) -> None:
    one, two = factors(seed, scale, rank), factors(other + 1000, 1.0, rank_of_other)
    a, b = (it.scale * (it.b.double() @ it.a.double()) for it in (one, two))
    [found] = compare({"layer": one}, {"layer": two})
    assert found.norms == pytest.approx((float(a.norm()), float(b.norm())))
    assert found.difference == pytest.approx(float((a - b).norm() / a.norm()))
    assert found.cosine == pytest.approx(float((a * b).sum() / a.norm() / b.norm()), abs=1e-9)


@given(st.integers(0, 99), st.floats(0.1, 4))
def test_an_adapter_equals_itself_however_its_factors_are_written(seed: int, scale: float) -> None:
    one = factors(seed, scale)
    [found] = compare({"layer": one}, {"layer": Factors(one.a * 2, one.b / 2, scale)})
    assert found.difference == pytest.approx(0.0, abs=1e-6)
    assert found.cosine == pytest.approx(1.0)


def test_a_layer_that_one_adapter_lacks_is_compared_with_nothing() -> None:
    one = factors(1, 1.0)
    lacking, only = compare({}, {"layer": one}), compare({"layer": one}, {})
    assert (lacking[0].difference, lacking[0].cosine, lacking[0].norms[0]) == (None, 0.0, 0.0)
    assert math.isclose(only[0].difference or 0.0, 1.0)


def test_adapters_of_other_carriers_are_not_compared() -> None:
    other = Factors(torch.ones(3, 8), torch.ones(5, 3), 1.0)
    with pytest.raises(AdapterError, match=r"layer l has size \(5, 7\) in the one and \(5, 8\) in the other"):
        compare({"l": factors(1, 1.0)}, {"l": other})
