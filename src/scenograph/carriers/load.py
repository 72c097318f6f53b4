"""
Load a carrier: the embedded nano, a GGUF file, a local folder, or a model of the hub.

`carriers.place` finds its files, and `carriers.options` says how they are loaded.

A carrier with a vocabulary pack in its folder `vocabulary/` uses it (nano does). Any other one uses its own
tokenizer, which must give every text back unchanged (`scenograph.vocabulary.check_exact`), and the atoms of
a domain follow its own tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import torch

from scenograph.carriers.digests import cached_digest
from scenograph.carriers.families import NANO
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.layout import config_of
from scenograph.carriers.local import LocalCarrier
from scenograph.carriers.options import LoadOptions
from scenograph.carriers.place import folder_of
from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import CarrierError
from scenograph.vocabulary import HubBase, Vocabulary, standard_atoms

_NAMING: Final = ("transformers", "bitsandbytes")  # packages that name weights, or pack them
_WEIGHTS: Final = ("config.json", "*.safetensors", "*.bin")


def load_carrier(
    spec: str | Path,
    *,
    over: str | None = None,
    quantisation: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    attention: str | None = None,
    domain: Domain | None = None,
) -> LocalCarrier:
    """
    Load a carrier and freeze it.

    Args:
        spec: `nano`, a GGUF file, a folder with `config.json` and safetensors, or a hub id such as
            `Qwen/Qwen3-0.6B` or `Qwen/Qwen3-0.6B@main`; a folder or repository may also have only a LoRA
        over: for a LoRA, the model under it; None: the one that it names
        quantisation: None, `8bit` or `4bit` (by bitsandbytes)
        device: `cpu`, `cuda`, `cuda:1`, `mps`; None takes a GPU if there is one
        dtype: of the weights: `float32`, `bfloat16`, `float16`; None: float32 on a CPU, bfloat16 on a GPU
        attention: `sdpa`, `eager` or `flash`; None: `sdpa`
        domain: has the atoms for a carrier without a vocabulary pack; None: the bundled world
    Raises:
        CarrierError: if there is no such carrier, it is damaged, too large for the memory, or of an
            unsupported architecture
        MissingExtraError: if a needed package is not installed
        VocabularyError: if its tokenizer changes texts
    """
    name = str(spec)
    if name == "nano" and not (NANO / "model.safetensors").is_file():
        raise CarrierError(
            "the weights of the nano carrier are missing from the package; reinstall it, "
            "or make them with recipes/nano.py"
        )
    loading = LoadOptions.chosen(device, dtype, quantisation, attention)
    folder = folder_of(spec, loading, over=over)
    is_nano = folder.resolve() == NANO and quantisation is None and loading.attention == "sdpa"
    model = _nano(name, loading) if is_nano else _model(folder, name, loading)
    return LocalCarrier(
        name,
        model,
        _vocabulary(folder, name, model, domain or load_domain()),
        loading=loading,
        digest=lambda carrier: _known_digest(folder, loading, carrier.own_rows, carrier.digest_now),
    )


def digest_of_gguf(path: str | Path, *, device: str | None = None, dtype: str | None = None) -> str:
    """
    Return what `LocalCarrier.digest` is for a GGUF file; it is loaded only if that is not known yet.

    Args:
        path: the file
        device, dtype: as in `load_carrier`
    Raises:
        CarrierError: as in `load_carrier`
    """
    loading = LoadOptions.chosen(device, dtype, None, None)
    rows: int = config_of(GgufFile.read(path))["vocab_size"]
    return _known_digest(
        folder_of(path, loading),
        loading,
        rows,
        lambda: load_carrier(path, device=device, dtype=dtype).digest_now(),
    )


def _known_digest(folder: Path, loading: LoadOptions, rows: int, compute: Callable[[], str]) -> str:
    """Return what *compute* returns for the weights in *folder*, from the cache of digests if it is there."""
    versions = (f"{package} {_version(package)}" for package in _NAMING)
    kind = [loading.device, loading.dtype, str(loading.quantisation), *versions, str(rows)]
    return cached_digest([path for pattern in _WEIGHTS for path in folder.glob(pattern)], kind, compute)


def _version(package: str) -> str:
    """Return the version of *package*; empty if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _nano(name: str, loading: LoadOptions) -> Any:
    """Load the embedded carrier, which needs no transformers."""
    from safetensors import SafetensorError

    from scenograph.carriers.qwen3 import Qwen3

    try:
        return Qwen3.load(NANO, loading.number).to(loading.device)
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise CarrierError(f"the weights of carrier {name} cannot be loaded: {_first_line(error)}") from error


def _model(folder: Path, name: str, loading: LoadOptions) -> Any:
    import transformers  # takes seconds: only where a carrier is loaded

    try:
        model: Any = transformers.AutoModelForCausalLM.from_pretrained(folder, **loading.options())
    except Exception as error:  # safetensors, transformers and bitsandbytes raise many types
        raise CarrierError(f"the weights of carrier {name} cannot be loaded: {_first_line(error)}") from error
    if loading.quantisation is None:
        return model.to(loading.device)
    for module in model.modules():
        # On some CPUs bitsandbytes packs 4-bit weights again for a product that has no gradient, so that
        # everything below would be trained with a wrong one.
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
    # bitsandbytes settles its weights at the first use: this comes before the digest.
    with torch.inference_mode():
        model(torch.zeros((1, 1), dtype=torch.long, device=loading.device))
    return model


def _vocabulary(folder: Path, name: str, model: Any, domain: Domain) -> Vocabulary:
    pack = folder / "vocabulary"
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
