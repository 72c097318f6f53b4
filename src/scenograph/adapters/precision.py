"""
The precision that the frozen core computes in while adapters are trained.

Adapters, their gradients and AdamW's moments are float32 always. The core may compute in bfloat16, which
halves the time of its products where the processor has instructions for them, and is many times slower where
it has none. Attention stays in float32 on a CPU: torch's own in bfloat16 takes three times as long there.
"""

from __future__ import annotations

import copy
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor, nn

Precision: TypeAlias = Literal["auto", "float32", "bfloat16"]
"""What the core computes in; "auto": bfloat16 where that is fast and the carrier not tiny."""

_NAME = "sdpa_float32"
TINY = 30_000_000
"""Parameters; with fewer, the time of a step is not in the products."""


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether *device* has instructions for products of bfloat16."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    able = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def takes_bfloat16(parameters: int, dtype: str, device: torch.device) -> bool:
    """Return whether a carrier of so many *parameters* in *dtype* computes in bfloat16 by itself."""
    return parameters >= TINY and dtype == "float32" and has_fast_bfloat16(device)


def in_precision(model: Any, precision: Precision) -> Any:
    """
    Return *model* as it computes in *precision*: itself, or a copy with other weights and the same buffers.

    Packed weights (4 bit) have a precision of their own to compute in, and stay as they are.
    """
    weight = model.get_input_embeddings().weight
    if precision == "auto":
        size = sum(parameter.numel() for parameter in model.parameters())
        fast = takes_bfloat16(size, str(weight.dtype).removeprefix("torch."), weight.device)
        precision = "bfloat16" if fast else "float32" if weight.dtype == torch.float32 else "auto"
    dtype = weight.dtype if precision == "auto" else getattr(torch, precision)
    floats = all(parameter.is_floating_point() for parameter in model.parameters())
    if weight.dtype == dtype or not floats:
        return model
    cast: dict[int, Any] = {id(buffer): buffer for buffer in model.buffers()}
    for parameter in model.parameters():
        cast[id(parameter)] = nn.Parameter(parameter.detach().to(dtype), requires_grad=False)
    other = copy.deepcopy(model, cast)
    if dtype == torch.bfloat16 and weight.device.type == "cpu" and _attention(other) == "sdpa":
        other.config._attn_implementation = _register()
    return other


def _attention(model: Any) -> str | None:
    """Return the name of the attention that a model of transformers uses; None for another model."""
    return getattr(model.config, "_attn_implementation", None)


def _register() -> str:
    """Let transformers know attention in float32; return its name there."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward
    from transformers.masking_utils import sdpa_mask

    def attend(
        module: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **options: Any
    ) -> tuple[Tensor, None]:
        seen, _ = sdpa_attention_forward(module, query.float(), key.float(), value.float(), mask, **options)
        return seen.to(query.dtype), None

    AttentionInterface.register(_NAME, attend)
    AttentionMaskInterface.register(_NAME, sdpa_mask)
    return _NAME
