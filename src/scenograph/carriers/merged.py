"""
Repositories that have a LoRA only, as most of Saiga's: merged into the model under it, once.

    adapter_config.json       names the model under it: `base_model_name_or_path`
    adapter_model.safetensors (or .bin)

The core is then that model with that LoRA, and the digest of its weights covers both. The merged weights are
an ordinary folder in the user's cache, made at the first load by PEFT, in the type of number asked for:

    ~/.cache/scenograph/merged/<digest of both>-float32/
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from scenograph.carriers.cache import cache_folder, made_folder
from scenograph.carriers.digests import cached_digest
from scenograph.carriers.room import check_room
from scenograph.carriers.shape import Shape
from scenograph.errors import CarrierError
from scenograph.files import file_digest, read_json, value_digest
from scenograph.optional import optional

CONFIG: Final = "adapter_config.json"
_WEIGHTS: Final = ("adapter_model.safetensors", "adapter_model.bin")
_MODEL: Final = ("*.safetensors", "*.bin", "*.index.json", "config.json", "made.json")
_TOKENIZER: Final = ("tokenizer*", "special_tokens_map.json", "added_tokens.json", "vocab*", "merges.txt",
                     "chat_template*")  # fmt: skip
_SPELLING: Final = ("tokenizer.json", "tokenizer.model", "vocab.json")  # one of them is a whole tokenizer


def is_adapter(folder: Path) -> bool:
    """Return whether *folder* has an adapter and no model."""
    return (folder / CONFIG).is_file() and not (folder / "config.json").is_file()


def base_of(folder: Path, name: str) -> str:
    """
    Return what the adapter in *folder* names as the model under it, with the revision if it names one.

    Raises:
        CarrierError: if its configuration is damaged, names none, or is not that of a LoRA that can be merged
    """
    config: dict[str, Any] = read_json(folder / CONFIG, CarrierError, "fetch it again")
    if config.get("peft_type") != "LORA":
        raise CarrierError(f"{name} is a {config.get('peft_type')} adapter; only a LoRA can be merged")
    if config.get("alora_invocation_tokens"):
        raise CarrierError(f"{name} acts from an invocation token on, so it cannot be merged into a core")
    base = config.get("base_model_name_or_path")
    if not base:
        raise CarrierError(
            f"{name} is a LoRA that does not say which model it is over; name that with `over`"
        )
    revision = config.get("revision")
    return f"{base}@{revision}" if revision and "@" not in base and not Path(base).exists() else base


def merged(folder: Path, name: str, base: Path, dtype: str) -> Path:
    """
    Return the folder of the model in *base* with the LoRA in *folder*; made now, or taken from the cache.

    Args:
        folder: the adapter
        name: of the carrier, for messages
        base: the model under it, with `config.json` and weights
        dtype: of the merged weights: `float32`, `float16` or `bfloat16`
    Raises:
        CarrierError: if the memory or the disk is too small, or the adapter does not fit the model
        OSError: if the cache cannot be written
    """
    weights = [folder / kind for kind in _WEIGHTS if (folder / kind).is_file()]
    if not weights:
        raise CarrierError(f"{name} has an {CONFIG} but no {_WEIGHTS[0]}; fetch it again")
    files = [*_kinds(base, *_MODEL[:2], "config.json"), folder / CONFIG, weights[0]]
    made_by = [f"{package} {version(package)}" for package in ("peft", "transformers")]
    digest = cached_digest(files, ["merged"], lambda: value_digest([file_digest(file) for file in files]))

    def make(target: Path) -> None:
        shape = Shape.of_config(read_json(base / "config.json", CarrierError, "fetch it again"), name)
        check_room(shape, f"{name} with the model under it", dtype, "cpu")
        _merge(folder, name, base, dtype).save_pretrained(target)
        own = folder if any((folder / spelling).is_file() for spelling in _SPELLING) else base
        for file in _kinds(own, *_TOKENIZER):
            shutil.copyfile(file, target / file.name)

    return made_folder(cache_folder("merged", f"{digest}-{dtype}"), made_by, make)


def _merge(folder: Path, name: str, base: Path, dtype: str) -> Any:
    """Return the model in *base* with the LoRA in *folder* added to its weights."""
    peft, transformers = optional("peft", "train"), optional("transformers", "train")
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            both = peft.PeftModel.from_pretrained(model, folder)
    except Exception as error:  # safetensors, torch, transformers and PEFT raise many types
        first = str(error).strip().split("\n")[0]
        raise CarrierError(f"the LoRA of {name} does not fit the model under it: {first}") from error
    lost = [str(warning.message) for warning in raised if "missing adapter keys" in str(warning.message)]
    if lost:
        raise CarrierError(
            f"the LoRA of {name} does not fit the model under it: {lost[0].splitlines()[0][:200]}"
        )
    return both.merge_and_unload()


def _kinds(folder: Path, *patterns: str) -> Iterator[Path]:
    """Yield the files of *folder* that match *patterns*, in the order of names within each."""
    for pattern in patterns:
        yield from (path for path in sorted(folder.glob(pattern)) if path.is_file())
