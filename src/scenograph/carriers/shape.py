"""
The sizes of a carrier, from its configuration alone.

They say how many parameters it has, and so how much memory it needs, before anything is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

from scenograph.errors import CarrierError


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """
    The sizes of a decoder.

    Attributes:
        family: its architecture, a key of `FAMILIES`
        hidden: width of a state
        layers: number of layers
        heads, kv_heads: heads of queries, and of keys and values
        head: width of a head
        inner: width of the feed-forward part
        vocabulary: rows of the embedding
        is_tied: whether the head shares the embedding's rows
        experts: feed-forward parts in each layer
        used: of these, those that one token goes through
        has_bias: whether q, k and v have a bias
    """

    family: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head: int
    inner: int
    vocabulary: int
    is_tied: bool
    experts: int = 1
    used: int = 1
    has_bias: bool = False

    @classmethod
    def of_config(cls, config: Mapping[str, Any], name: str) -> Self:
        """
        Return the shape that `config.json` describes.

        Args:
            config: its content; a model of pictures and text has that of its text part under `text_config`
            name: of the carrier, for messages
        Raises:
            CarrierError: if a size is missing
        """
        config = config.get("text_config") or config
        try:
            family = config["model_type"]
            heads, layers = config["num_attention_heads"], config["num_hidden_layers"]
            return cls(
                family=family,
                hidden=config["hidden_size"],
                layers=layers,
                heads=heads,
                kv_heads=config.get("num_key_value_heads") or heads,
                head=config.get("head_dim") or config["hidden_size"] // heads,
                inner=config["intermediate_size"],
                vocabulary=config["vocab_size"],
                is_tied=bool(config.get("tie_word_embeddings", family == "gemma3_text")),
                experts=config.get("num_local_experts") or 1,
                used=config.get("num_experts_per_tok") or 1,
                has_bias=family == "qwen2" or bool(config.get("attention_bias")),
            )
        except KeyError as error:
            raise CarrierError(f"the configuration of {name} does not say {error.args[0]}") from error

    @property
    def body(self) -> int:
        """Parameters of all layers."""
        queries, keys = self.heads * self.head, self.kv_heads * self.head
        attention = 2 * self.hidden * queries + 2 * self.hidden * keys
        if self.has_bias:
            attention += queries + 2 * keys
            attention += self.hidden if self.family == "llama" else 0  # Llama's bias is on the output as well
        forward = 3 * self.hidden * self.inner * self.experts
        forward += self.hidden * self.experts if self.experts > 1 else 0
        norms = 2 * self.hidden
        if self.family in ("qwen3", "gemma3_text"):
            norms += 2 * self.head
        if self.family == "gemma3_text":
            norms += 2 * self.hidden
        return self.layers * (attention + forward + norms)

    @property
    def active(self) -> int:
        """Parameters of all layers that one token goes through: of a mixture, its own experts alone."""
        return self.body - self.layers * 3 * self.hidden * self.inner * (self.experts - self.used)

    @property
    def linear(self) -> int:
        """Parameters of linear layers, which can be quantised; the experts of a mixture are none."""
        queries, keys = self.heads * self.head, self.kv_heads * self.head
        forward = 3 * self.hidden * self.inner if self.experts == 1 else 0
        return self.layers * (2 * self.hidden * queries + 2 * self.hidden * keys + forward)

    @property
    def table(self) -> int:
        """Parameters of the embedding, or of a head of its own."""
        return self.vocabulary * self.hidden

    @property
    def parameters(self) -> int:
        """All parameters."""
        return self.body + self.table * (1 if self.is_tied else 2) + self.hidden

    @property
    def linear_widths(self) -> tuple[tuple[str, int, int], ...]:
        """Name, input and output width of each linear layer that adapters act on, for one layer."""
        queries, keys = self.heads * self.head, self.kv_heads * self.head
        attention = (
            ("q_proj", self.hidden, queries),
            ("k_proj", self.hidden, keys),
            ("v_proj", self.hidden, keys),
            ("o_proj", queries, self.hidden),
        )
        if self.experts > 1:
            return attention + self.experts * (
                ("experts.gate_up_proj", self.hidden, 2 * self.inner),
                ("experts.down_proj", self.inner, self.hidden),
            )
        return (
            *attention,
            ("gate_proj", self.hidden, self.inner),
            ("up_proj", self.hidden, self.inner),
            ("down_proj", self.inner, self.hidden),
        )
