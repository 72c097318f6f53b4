"""
The Qwen3 transformer of the nano carrier, without transformers.

Importing transformers takes longer than all that nano does for one text. This is the same model, with the
same names of modules and weights and the same call, as far as this package uses them: a test compares
logits, states and gradients with `transformers.Qwen3ForCausalLM`.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional


class Output(NamedTuple):
    """What a forward pass returns; parts that were not requested are None."""

    last_hidden_state: Tensor  # float, shape (B, T, d), normalised
    past_key_values: KeyValues | None = None  # the cache that was passed, or a new one
    hidden_states: tuple[Tensor, ...] | None = None  # embeddings, then after each layer, the last normalised
    logits: Tensor | None = None  # float, shape (B, T, vocabulary)


@final
class KeyValues:
    """Keys and values of the tokens so far, by layer, each of shape (B, heads, T, head width)."""

    def __init__(self) -> None:
        self.layers: list[SimpleNamespace] = []

    def update(self, keys: Tensor, values: Tensor, layer: int) -> tuple[Tensor, Tensor]:
        """Append to *layer*; return all its keys and values."""
        if layer == len(self.layers):
            self.layers.append(SimpleNamespace(keys=keys, values=values))
            return keys, values
        own = self.layers[layer]
        own.keys, own.values = torch.cat((own.keys, keys), 2), torch.cat((own.values, values), 2)
        return own.keys, own.values

    def get_seq_length(self) -> int:
        """The number of tokens so far."""
        return self.layers[0].keys.shape[2] if self.layers else 0

    def batch_select_indices(self, rows: Tensor) -> None:
        """Keep these *rows* of the batch."""
        for own in self.layers:
            own.keys, own.values = own.keys[rows], own.values[rows]


@final
class Norm(nn.Module):
    """The root mean square norm, in few passes over memory: these dominate on a CPU."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Return *x* with rows of root mean square 1, times the weight."""
        length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
        return (x * torch.rsqrt(length.square() / x.shape[-1] + self.epsilon).to(x.dtype)).mul_(self.weight)


@final
class Attention(nn.Module):
    """Causal attention with fewer heads for keys and values than for queries."""

    def __init__(self, config: Any, layer: int) -> None:
        super().__init__()
        d, width = config.hidden_size, config.head_dim
        self.layer, self.width = layer, width
        self.q_proj = nn.Linear(d, config.num_attention_heads * width, bias=False)
        self.k_proj = nn.Linear(d, config.num_key_value_heads * width, bias=False)
        self.v_proj = nn.Linear(d, config.num_key_value_heads * width, bias=False)
        self.o_proj = nn.Linear(config.num_attention_heads * width, d, bias=False)
        self.q_norm = Norm(width, config.rms_norm_eps)
        self.k_norm = Norm(width, config.rms_norm_eps)

    def forward(
        self, x: Tensor, angles: tuple[Tensor, Tensor], mask: Tensor | None, cache: KeyValues | None
    ) -> Tensor:
        """Return the attention of the tokens of *x*; *mask* is None if each sees all tokens before it."""
        heads = (-1, self.width)
        queries = _turned(self.q_norm(self.q_proj(x).unflatten(-1, heads)).transpose(1, 2), *angles)
        keys = _turned(self.k_norm(self.k_proj(x).unflatten(-1, heads)).transpose(1, 2), *angles)
        values = self.v_proj(x).unflatten(-1, heads).transpose(1, 2)
        if cache is not None:
            keys, values = cache.update(keys, values, self.layer)
        causal = mask is None and x.shape[1] > 1
        seen = functional.scaled_dot_product_attention(
            queries, keys, values, mask, is_causal=causal, enable_gqa=True
        )
        return self.o_proj(seen.transpose(1, 2).flatten(2))


@final
class FeedForward(nn.Module):
    """The gated layer after attention."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output; it keeps the shape of *x*."""
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


@final
class Block(nn.Module):
    """Attention and feed-forward, each after its norm and added to its input."""

    def __init__(self, config: Any, layer: int) -> None:
        super().__init__()
        self.self_attn = Attention(config, layer)
        self.mlp = FeedForward(config)
        self.input_layernorm = Norm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = Norm(config.hidden_size, config.rms_norm_eps)

    def forward(
        self, x: Tensor, angles: tuple[Tensor, Tensor], mask: Tensor | None, cache: KeyValues | None
    ) -> Tensor:
        """Return *x* after this block."""
        x = x + self.self_attn(self.input_layernorm(x), angles, mask, cache)
        return x + self.mlp(self.post_attention_layernorm(x))


@final
class Body(nn.Module):
    """Everything but the output matrix."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config, layer) for layer in range(config.num_hidden_layers))
        self.norm = Norm(config.hidden_size, config.rms_norm_eps)
        self.frequencies: Tensor
        self.register_buffer("frequencies", _frequencies(config), persistent=False)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        past_key_values: KeyValues | None = None,
        use_cache: bool = False,
        output_hidden_states: bool = False,
    ) -> Output:
        """
        Run all layers.

        Args:
            input_ids: int64, shape (B, T)
            attention_mask: int64, shape (B, tokens so far + T); 0 for padding; None if there is none
            position_ids: int64, shape (B, T); None continues from the cache
            past_key_values: the tokens so far
            use_cache: whether to return the tokens so far
            output_hidden_states: whether to return the states after every layer
        """
        cache = past_key_values if past_key_values is not None or not use_cache else KeyValues()
        so_far = 0 if cache is None else cache.get_seq_length()
        length = input_ids.shape[1]
        if position_ids is None:
            position_ids = torch.arange(so_far, so_far + length, device=input_ids.device)[None]
        if attention_mask is None and so_far:
            attention_mask = input_ids.new_ones((len(input_ids), so_far + length))
        x = self.embed_tokens(input_ids)
        turned = (position_ids[..., None] * self.frequencies)[:, None]  # (B, 1, T, head width / 2)
        sin = turned.sin()
        angles = torch.cat([turned.cos()] * 2, -1).to(x.dtype), torch.cat((-sin, sin), -1).to(x.dtype)
        mask = None if attention_mask is None else _visible(attention_mask, length)
        states = [x]
        for block in self.layers:
            x = block(x, angles, mask, cache)
            states.append(x)
        states[-1] = x = self.norm(x)
        return Output(x, cache if use_cache else None, tuple(states) if output_hidden_states else None)


@final
class Qwen3(nn.Module):
    """
    A causal model with tied embeddings.

    Args:
        config: the sizes, named as in `config.json`
    """

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.model = Body(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.lm_head.weight = self.model.embed_tokens.weight

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype) -> Qwen3:
        """Read `config.json` and `model.safetensors` in *folder*."""
        config = SimpleNamespace(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
        model = cls(config)  # on the device `meta`, the first initialisation would import torch._dynamo
        weights = {name: tensor.to(dtype) for name, tensor in load_file(folder / "model.safetensors").items()}
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
        model.load_state_dict(weights, assign=True)
        model.lm_head.weight = model.model.embed_tokens.weight
        return model

    @property
    def base_model(self) -> Body:
        """Everything but the output matrix."""
        return self.model

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.lm_head.weight.device

    def get_input_embeddings(self) -> nn.Embedding:
        """The table of input embeddings."""
        return self.model.embed_tokens

    def get_output_embeddings(self) -> nn.Linear:
        """The output matrix, which is the same table."""
        return self.lm_head

    def new_cache(self) -> KeyValues:
        """An empty cache."""
        return KeyValues()

    def forward(self, input_ids: Tensor, *, logits_to_keep: int = 0, **options: Any) -> Output:
        """Return logits too, of the last *logits_to_keep* positions, 0 for all; the rest is as in `Body`."""
        out: Output = self.model(input_ids=input_ids, **options)
        last = out.last_hidden_state[:, -logits_to_keep:]
        return out._replace(logits=self.lm_head(last))


def _frequencies(config: Any) -> Tensor:
    """Return the angle of each pair of a head from position to position: float32, shape (head width / 2,)."""
    half = config.head_dim // 2
    return config.rope_parameters["rope_theta"] ** (-torch.arange(half, dtype=torch.float32) / half)


def _visible(attention_mask: Tensor, length: int) -> Tensor | None:
    """Return what each new token sees: bool, shape (B, 1, T, all tokens); None if that is all before it."""
    seen = attention_mask.bool()
    total = seen.shape[1]
    if bool(seen.all()) and length in (1, total):
        return None
    order = torch.arange(total, device=seen.device)
    own = order[total - length :, None]
    # Padding sees itself, so that no row of the softmax is empty.
    return ((seen[:, None] & (order <= own)) | (order == own))[:, None]


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate the pairs of *x*, shape (B, heads, T, head width), by the angles of their positions."""
    a, b = x.chunk(2, -1)
    return (x * cos).addcmul_(torch.cat((b, a), -1), sin)
