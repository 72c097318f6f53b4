"""
Load a carrier: the embedded nano, a GGUF file, a local folder, or a model of the hub.

A GGUF file becomes a folder in the user's cache at the first load (`scenograph.carriers.gguf`).

A carrier with a vocabulary pack in its folder `vocabulary/` uses it (nano does). Any other one uses its own
tokenizer, which must give every text back unchanged (`scenograph.vocabulary.check_exact`), and the atoms of
a domain follow its own tokens.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import torch

from scenograph.carriers._imports import require
from scenograph.carriers.digests import cached_digest
from scenograph.carriers.families import FAMILIES, NANO
from scenograph.carriers.gguf.convert import converted
from scenograph.carriers.gguf.file import GgufFile, is_gguf
from scenograph.carriers.gguf.layout import config_of
from scenograph.carriers.local import LocalCarrier
from scenograph.carriers.room import check_room
from scenograph.carriers.shape import Shape
from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import CarrierError
from scenograph.vocabulary import HubBase, Vocabulary, standard_atoms

QUANTISATIONS: Final = ("4bit",)
DTYPES: Final = ("float32", "bfloat16", "float16")

_NAMING: Final = ("transformers", "bitsandbytes")  # packages that name weights, or pack them


def load_carrier(
    spec: str | Path,
    *,
    quantisation: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    domain: Domain | None = None,
) -> LocalCarrier:
    """
    Load a carrier and freeze it.

    Args:
        spec: `nano`, a GGUF file, a folder with `config.json` and safetensors, or a hub id such as
            `Qwen/Qwen3-0.6B`
        quantisation: None, or `4bit` (NF4 by bitsandbytes)
        device: `cpu`, `cuda`, `cuda:1`; None takes a GPU if there is one
        dtype: of the weights: `float32`, `bfloat16`, `float16`; None: float32 on a CPU, bfloat16 on a GPU
        domain: has the atoms for a carrier without a vocabulary pack; None: the bundled world
    Raises:
        CarrierError: if there is no such carrier, it is damaged, too large for the memory, or of an
            unsupported architecture
        MissingExtraError: if a needed package is not installed
        VocabularyError: if its tokenizer changes texts
    """
    folder = str(NANO if str(spec) == "nano" else spec)
    name = str(spec)
    if name == "nano" and not (NANO / "model.safetensors").is_file():
        raise CarrierError(
            "the weights of the nano carrier are missing from the package; reinstall it, "
            "or make them with recipes/nano.py"
        )
    if quantisation is not None and quantisation not in QUANTISATIONS:
        raise CarrierError(f"there is no quantisation {quantisation!r}; choose 4bit or none")
    if Path(folder).suffix == ".gguf" and not Path(folder).exists():
        raise CarrierError(f"there is no file {name}; give nano, a GGUF file, a model folder, or a hub id")
    device = _device(device)
    kind_of_number = _dtype(device, dtype)
    if is_gguf(Path(folder)):
        folder = _unpacked(Path(folder), name, kind_of_number, device, quantisation)
    if Path(folder).resolve() == NANO and quantisation is None:
        model = _nano(name, device, kind_of_number)
    else:
        config = _config(folder, name)
        shape = Shape.of_config(config.to_dict(), name)
        check_room(shape, name, _name_of(kind_of_number), device, quantisation)
        model = _model(folder, name, config, quantisation, device, kind_of_number)
    versions = (f"{package} {_version(package)}" for package in _NAMING)
    kind = [device, _name_of(kind_of_number), str(quantisation), *versions]
    return LocalCarrier(
        name,
        model,
        _vocabulary(folder, name, model, domain or load_domain()),
        digest=lambda carrier: cached_digest(
            _weight_files(folder), [*kind, str(carrier.own_rows)], carrier.digest_now
        ),
    )


def _weight_files(folder: str) -> list[Path]:
    """Return the files that weights are read from; none if they are unknown."""
    if not Path(folder).is_dir():
        from transformers.utils.hub import cached_file

        found = cached_file(folder, "config.json", local_files_only=True)
        folder = str(Path(found).parent) if found else folder
    return [path for kind in ("config.json", "*.safetensors", "*.bin") for path in Path(folder).glob(kind)]


def _version(package: str) -> str:
    """Return the version of *package*; empty if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _device(device: str | None) -> str:
    """Return *device*, checked; for None the first GPU, or the CPU if there is none."""
    has_gpu = torch.cuda.is_available()
    if device is None:
        return "cuda" if has_gpu else "cpu"
    if device.startswith("cuda") and not has_gpu:
        raise CarrierError(f"there is no GPU for device {device!r}; use device 'cpu'")
    try:
        torch.device(device)
    except RuntimeError as error:
        raise CarrierError(f"there is no device {device!r}; use 'cpu', 'cuda' or 'cuda:1'") from error
    return device


def _nano(name: str, device: str, dtype: torch.dtype) -> Any:
    """Load the embedded carrier, which needs no transformers."""
    from safetensors import SafetensorError

    from scenograph.carriers.qwen3 import Qwen3

    try:
        return Qwen3.load(NANO, dtype).to(device)
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise CarrierError(f"the weights of carrier {name} cannot be loaded: {_first_line(error)}") from error


def _dtype(device: str, name: str | None) -> torch.dtype:
    """Return the type called *name*; for None float32 on a CPU, where bfloat16 can be many times slower."""
    if name is None:
        return torch.bfloat16 if device.startswith("cuda") else torch.float32
    if name not in DTYPES:
        raise CarrierError(f"there is no type {name!r} for weights; choose from {', '.join(DTYPES)}")
    return getattr(torch, name)


def _name_of(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _unpacked(path: Path, name: str, dtype: torch.dtype, device: str, quantisation: str | None) -> str:
    """Return the folder that the GGUF file at *path* becomes, if its weights go into the memory."""
    file = GgufFile.read(path)
    check_room(Shape.of_config(config_of(file), name), name, _name_of(dtype), device, quantisation)
    return str(converted(file, _name_of(dtype)))


def _config(folder: str, name: str) -> Any:
    """Return the carrier's configuration, of a supported family."""
    import transformers  # takes seconds: only where a carrier is loaded

    is_path = Path(folder).exists() or Path(folder).is_absolute() or folder.startswith((".", "~"))
    if is_path and not (Path(folder) / "config.json").is_file():
        raise CarrierError(
            f"there is no {Path(folder) / 'config.json'}; "
            "give the folder of a downloaded model, or a GGUF file"
        )
    try:
        config = transformers.AutoConfig.from_pretrained(folder)
    except (OSError, ValueError, KeyError) as error:
        raise CarrierError(
            f"cannot load carrier {name}: {_first_line(error)}; "
            "give nano, a GGUF file, a model folder, or a hub id"
        ) from error
    if config.model_type not in FAMILIES:
        raise CarrierError(
            f"{name} is a {config.model_type} model; carriers can be {', '.join(sorted(FAMILIES))}"
        )
    return config


def _model(
    folder: str, name: str, config: Any, quantisation: str | None, device: str, dtype: torch.dtype
) -> Any:
    import transformers

    options: dict[str, Any] = {"dtype": dtype}
    if quantisation == "4bit":
        options |= _four_bit(device, dtype)
    try:
        model: Any = transformers.AutoModelForCausalLM.from_pretrained(folder, config=config, **options)
    except Exception as error:  # safetensors, transformers and bitsandbytes raise many types
        raise CarrierError(f"the weights of carrier {name} cannot be loaded: {_first_line(error)}") from error
    if not quantisation:
        return model.to(device)
    # On a CPU, bitsandbytes packs the weights again at the first use: this comes before the digest.
    with torch.inference_mode():
        model(torch.zeros((1, 1), dtype=torch.long, device=device))
    return model


def _four_bit(device: str, dtype: torch.dtype) -> dict[str, Any]:
    """Return what `from_pretrained` needs to load NF4 weights by bitsandbytes."""
    for package in ("bitsandbytes", "accelerate"):
        require(package, "quantise")
    import transformers

    settings = transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )
    return {"quantization_config": settings, "device_map": {"": device}}


def _vocabulary(folder: str, name: str, model: Any, domain: Domain) -> Vocabulary:
    pack = Path(folder) / "vocabulary"
    if pack.is_dir():
        return Vocabulary.load(pack)
    import transformers

    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        description: str = tokenizer.backend_tokenizer.to_str()
    except (OSError, ValueError, KeyError, AttributeError, ImportError) as error:
        raise CarrierError(
            f"carrier {name} has no fast tokenizer (tokenizer.json): {_first_line(error)}"
        ) from error
    ids = {kind: getattr(tokenizer, f"{kind}_token_id") for kind in ("bos", "eos", "pad")}
    specials = {kind: token for kind, token in ids.items() if token is not None}
    rows = model.get_input_embeddings().weight.shape[0]
    return Vocabulary.over(HubBase(description, rows, specials), standard_atoms(domain))


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
