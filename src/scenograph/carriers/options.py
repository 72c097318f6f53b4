"""
How a carrier is loaded: device, type of its weights, quantisation, attention. What is not given is chosen.

    device          a GPU if there is one: `cuda`, else Apple's `mps`, else `cpu`
    dtype           float32 on a CPU, where bfloat16 can be many times slower; bfloat16 on a GPU
    quantisation    none. `8bit` and `4bit` are bitsandbytes', on CUDA and on a CPU (slow there)
    attention       `sdpa`, torch's own; `flash` (flash_attn) needs CUDA; `eager` is the plainest and slowest

Quantisation is of linear layers. Tables, norms and the experts of a mixture keep the type of the weights.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, Self

import torch

from scenograph.carriers._imports import require
from scenograph.errors import CarrierError

DTYPES: Final = ("float32", "bfloat16", "float16")
QUANTISATIONS: Final = ("8bit", "4bit")
ATTENTIONS: Final = ("eager", "sdpa", "flash")


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """
    How a carrier is loaded; `chosen` makes one.

    Attributes:
        device: `cpu`, `cuda`, `cuda:1`, `mps`
        dtype: of the weights, one of `DTYPES`
        quantisation: one of `QUANTISATIONS`, or None
        attention: one of `ATTENTIONS`
    """

    device: str = "cpu"
    dtype: str = "float32"
    quantisation: str | None = None
    attention: str = "sdpa"

    @classmethod
    def chosen(
        cls,
        device: str | None = None,
        dtype: str | None = None,
        quantisation: str | None = None,
        attention: str | None = None,
    ) -> Self:
        """
        Choose what is None, and check the rest.

        Raises:
            CarrierError: if something is unknown, or is not to be had on this machine
            MissingExtraError: if a package for the quantisation is not installed
        """
        place = _device(device)
        kind = dtype or ("float32" if place == "cpu" else "bfloat16")
        if kind not in DTYPES:
            raise CarrierError(f"there is no type {kind!r} for weights; choose from {', '.join(DTYPES)}")
        if quantisation is not None:
            if quantisation not in QUANTISATIONS:
                raise CarrierError(f"there is no quantisation {quantisation!r}; choose 8bit, 4bit or none")
            if place == "mps":
                raise CarrierError(f"{quantisation} is not to be had on device 'mps'; use 'cpu', or none")
            for package in ("bitsandbytes", "accelerate"):
                require(package, "quantise")
        how = attention or "sdpa"
        if how not in ATTENTIONS:
            raise CarrierError(f"there is no attention {how!r}; choose from {', '.join(ATTENTIONS)}")
        if how == "flash" and not (place.startswith("cuda") and find_spec("flash_attn")):
            lacks = "the package flash_attn" if place.startswith("cuda") else "CUDA"
            raise CarrierError(f"attention 'flash' needs {lacks}; use 'sdpa'")
        return cls(place, kind, quantisation, how)

    @property
    def number(self) -> torch.dtype:
        """The type of the weights."""
        return getattr(torch, self.dtype)

    def options(self) -> dict[str, Any]:
        """Return what `from_pretrained` needs besides the folder."""
        attention = "flash_attention_2" if self.attention == "flash" else self.attention
        options: dict[str, Any] = {"dtype": self.number, "attn_implementation": attention}
        if self.quantisation is None:
            return options
        import transformers  # takes seconds: only where a carrier is loaded

        if self.quantisation == "8bit":
            # It says at every product that inputs become float16, which is what 8 bit means there.
            logging.getLogger("bitsandbytes.autograd._functions").setLevel(logging.ERROR)
            settings = transformers.BitsAndBytesConfig(load_in_8bit=True)
        else:
            settings = transformers.BitsAndBytesConfig(
                load_in_4bit=True,
                bnb_4bit_quant_type="nf4",
                bnb_4bit_use_double_quant=True,
                bnb_4bit_compute_dtype=self.number,
            )
        return options | {"quantization_config": settings, "device_map": {"": self.device}}

    def __str__(self) -> str:
        kind = self.dtype if self.quantisation is None else f"{self.quantisation} over {self.dtype}"
        return f"{kind} on {self.device}, attention {self.attention}"


def _device(device: str | None) -> str:
    """Return *device*, checked; for None the best one."""
    has_cuda, has_mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if device is None:
        return "cuda" if has_cuda else "mps" if has_mps else "cpu"
    if (device.startswith("cuda") and not has_cuda) or (device.startswith("mps") and not has_mps):
        raise CarrierError(f"there is no GPU for device {device!r}; use device 'cpu'")
    try:
        torch.device(device)
    except RuntimeError as error:
        raise CarrierError(f"there is no device {device!r}; use 'cpu', 'cuda', 'cuda:1' or 'mps'") from error
    return device
