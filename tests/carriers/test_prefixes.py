"""What the engine has seen of prompts: once for all voices, and never of other adapters."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from carriers.engines import loras, one_by_one, said

from scenograph.bridge.forms import TextForm
from scenograph.carriers import LocalCarrier
from scenograph.carriers.prefixes import Prefixes, PrefixKey
from scenograph.carriers.protocol import Job, Written
from scenograph.carriers.seen import Seen
from scenograph.prompts import speak_prompt
from scenograph.world import World


def test_one_scene_is_seen_once_for_all_voices(nano: LocalCarrier) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    carrier._prefixes = prefixes = Prefixes()
    [scene] = World().scenes(1, 8)
    voices = [speak_prompt(scene, style, "en") for style in ("plain", "poet", "bodily")]
    some = [Job(it.prompt, it.adapter, TextForm(6)) for it in voices]
    fed: list[tuple[int, int]] = []
    hook = carrier.module.register_forward_pre_hook(
        lambda _, args, given: fed.append(tuple(given["input_ids"].shape)), with_kwargs=True
    )
    try:
        together = carrier.write(some)
        first = list(fed)
        fed.clear()
        again = carrier.write(some)
    finally:
        hook.remove()
    whole = carrier.length(voices[0].prompt)
    assert first[:2] == [(1, whole), (2, 2)]  # the whole prompt once; the commands of the other two
    assert fed[0] == (3, 2)  # nothing of the scene
    assert len(prefixes) == 1
    assert (
        [it.text for it in again] == [it.text for it in together] == said(carrier, one_by_one(carrier, some))
    )


@pytest.mark.parametrize("activation", ["always", "invocation"])
def test_an_adapter_that_is_loaded_again_under_its_name_serves_no_stale_prefix(
    nano: LocalCarrier, activation: Any
) -> None:
    [scene] = World().scenes(1, 9)
    asked = speak_prompt(scene, "poet", "en")
    job = Job(asked.prompt, asked.adapter, TextForm(12))
    first, second = (nano.with_adapters(loras(nano, seed, activation, 0.2)) for seed in (1, 2))
    assert first._prefixes is second._prefixes  # kept over the reload

    def check(reloaded: LocalCarrier, before: Written) -> Written:
        """Compare with what a carrier writes that has seen nothing yet."""
        fresh = copy.copy(reloaded)
        fresh._prefixes = Prefixes()
        fresh.__dict__.pop("engine", None)
        [expected], [found] = fresh.write([job]), reloaded.write([job])
        assert found.text == expected.text
        assert found.logprobs[0] == pytest.approx(expected.logprobs[0], abs=1e-3)
        assert found.logprobs[0] != pytest.approx(before.logprobs[0], abs=1e-2)
        return found

    [before] = first.write([job])
    after = check(second, before)
    with torch.no_grad():  # changed in place, it is another one, too
        for factor in second._adapters.lora.parameters():  # type: ignore[union-attr]
            factor.mul_(1.7)
    check(second, after)


def test_prefixes_keep_what_was_used_last() -> None:
    def seen() -> Seen:
        return Seen([torch.zeros(1, 4, 8)], [torch.zeros(1, 4, 8)])

    prefixes = Prefixes(3 * seen().bytes)
    keys = [PrefixKey("", (number,)) for number in range(4)]
    for key in keys[:3]:
        prefixes.keep(key, seen())
    assert prefixes.get(keys[0]) is not None
    prefixes.keep(keys[3], seen())
    assert [prefixes.get(key) is not None for key in keys] == [True, False, True, True]
    prefixes.keep(PrefixKey("", (9,)), Seen([torch.zeros(9, 40, 8)], [torch.zeros(9, 40, 8)]))
    assert len(prefixes) == 3
