"""Exported adapters: PEFT loads them and says the same; what does not fit is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from adapters.tiny import FAMILIES, NAMES, TinyCarrier, filled, tiny_model
from peft import PeftModel

from scenograph.adapters import AdapterSet, Manifest
from scenograph.adapters.manifest import Fit
from scenograph.adapters.shape import AdapterActivation
from scenograph.carriers import load_carrier
from scenograph.errors import AdapterError

INVOCATIONS = {"reader": [90, 94], "voice.a": [91], "voice.b": [92]}


def exported(folder: Path, carrier: TinyCarrier, activation: AdapterActivation = "invocation") -> AdapterSet:
    """A set of random adapters for *carrier*, written to *folder*."""
    lora = filled(carrier.module, activation)
    manifest = Manifest(carrier.name, Fit.of(carrier), lora.shape, {}, INVOCATIONS, {"steps": 0})
    adapters = AdapterSet(lora, manifest)
    adapters.export(folder)
    return adapters


@pytest.mark.filterwarnings("ignore")  # PEFT's own
@pytest.mark.parametrize("activation", ["invocation", "always"])
@pytest.mark.parametrize("family", FAMILIES)
def test_peft_loads_every_adapter_and_gives_the_same_logits(
    family: str, activation: AdapterActivation, tmp_path: Path
) -> None:
    carrier = TinyCarrier(tiny_model(family))
    adapters = exported(tmp_path, carrier, activation)
    if family == "mixtral" and activation == "invocation":
        with pytest.raises(ValueError, match="unsupported variant"):  # here to notice when PEFT can
            PeftModel.from_pretrained(tiny_model(family), tmp_path / NAMES[0])
        return
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(2, 89, (3, 12), generator=generator)
    starts = [5, 7, 2]
    for name in NAMES:
        for row, start in enumerate(starts):
            ids[row, start] = INVOCATIONS[name][0]
        with torch.no_grad(), adapters.active(carrier.module, [name] * 3, starts):
            ours = carrier.module(ids).logits
        model = PeftModel.from_pretrained(tiny_model(family), tmp_path / name)
        with torch.no_grad():
            torch.testing.assert_close(model(input_ids=ids).logits, ours, atol=1e-4, rtol=1e-4)
            alone = model(input_ids=ids[1:2]).logits
        torch.testing.assert_close(alone, ours[1:2], atol=1e-4, rtol=1e-4)


def test_adapters_fit_a_vocabulary_that_has_grown_and_no_smaller_one(tmp_path: Path) -> None:
    carrier = load_carrier("nano")
    grown = carrier.with_vocabulary(carrier.vocabulary.with_roles([":wingspan"]))
    shape = filled(tiny_model()).shape
    Manifest("nano", Fit.of(carrier), shape, {}, {}, {}).check(grown, tmp_path)
    with pytest.raises(AdapterError, match="the vocabulary differ"):
        Manifest("nano", Fit.of(grown), shape, {}, {}, {}).check(carrier, tmp_path)


@pytest.mark.parametrize("family", ["qwen3", "mixtral"])
def test_a_loaded_set_is_the_one_that_was_written(family: str, tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model(family))
    adapters = exported(tmp_path, carrier)
    loaded = AdapterSet.load(tmp_path, carrier)
    assert loaded.manifest == adapters.manifest
    assert loaded.names == NAMES
    for path, pair in adapters.lora.pairs.items():
        assert torch.equal(loaded.lora.pairs[path].a, pair.a)
        assert torch.equal(loaded.lora.pairs[path].b, pair.b)
    again = tmp_path / "again"
    loaded.export(again)
    written = [path for path in again.rglob("*") if path.is_file()]
    assert len(written) == 1 + 2 * len(NAMES)
    for path in written:
        assert path.read_bytes() == (tmp_path / path.relative_to(again)).read_bytes()


def test_the_configuration_is_plain_peft(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    exported(tmp_path / "invocation", carrier)
    exported(tmp_path / "always", carrier, "always")
    config = json.loads((tmp_path / "invocation/reader/adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["alora_invocation_tokens"]) == (4, 8.0, [90])
    assert config["base_model_name_or_path"] == "tiny"
    assert (
        json.loads((tmp_path / "always/reader/adapter_config.json").read_text())["alora_invocation_tokens"]
        is None
    )
    exported(tmp_path / "hub", TinyCarrier(tiny_model(), name="org/name@v2"))
    config = json.loads((tmp_path / "hub/reader/adapter_config.json").read_text())
    assert (config["base_model_name_or_path"], config["revision"]) == ("org/name", "v2")


def test_another_carrier_vocabulary_or_template_is_refused_in_words(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    exported(tmp_path, carrier)
    other = TinyCarrier(tiny_model(), name="other")
    other.module.get_input_embeddings().weight.data[3] += 1
    with pytest.raises(AdapterError, match=r"'other': the carrier's weights \(.*'tiny'\)"):
        AdapterSet.load(tmp_path, other)

    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["vocabulary"]["digest"] = manifest["template"]["digest"] = "0"
    path.write_text(json.dumps(manifest))
    with pytest.raises(AdapterError, match="the vocabulary and the prompt template differ"):
        AdapterSet.load(tmp_path, carrier)


def test_damage_is_named(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    exported(tmp_path, carrier)
    weights = tmp_path / "voice.a" / "adapter_model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(AdapterError, match=r"voice\.a.*damaged or was changed"):
        AdapterSet.load(tmp_path, carrier)
    weights.unlink()
    with pytest.raises(AdapterError, match=r"voice\.a.*cannot be read"):
        AdapterSet.load(tmp_path, carrier)
    manifest = tmp_path / "manifest.json"
    for content, message in (
        ("{", "is damaged"),
        ("[]", "no scenograph-adapters manifest of version 1"),
        ('{"format": "scenograph-adapters", "version": 2}', "version 1; train again"),
        ('{"format": "scenograph-adapters", "version": 1}', "is damaged"),
    ):
        manifest.write_text(content)
        with pytest.raises(AdapterError, match=message):
            AdapterSet.load(tmp_path, carrier)
    manifest.unlink()
    with pytest.raises(AdapterError, match="no finished set"):
        AdapterSet.load(tmp_path, carrier)
