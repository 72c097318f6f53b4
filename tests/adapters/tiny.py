"""Tiny random carriers and examples to train adapters on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MixtralConfig,
    MixtralForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from scenograph.adapters import Recipe, Report, train_adapters
from scenograph.adapters.encode import Encoded
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.shape import AdapterActivation, Shape
from scenograph.carriers.families import FAMILIES as PREPARED
from scenograph.core import Scene
from scenograph.corpus.tasks import Task
from scenograph.vocabulary import Prompt, Segment

SIZE = 97
SMALL = Recipe(batch=300)
EACH = Recipe(batch=300, checkpoint=0.0)
"""With a checkpoint after each step."""
NAMES = ("reader", "voice.a", "voice.b")
COMMANDS = {"⟁read": 90, "⟁say:a": 91, "⟁say:b": 92, "⟁en": 93}

_SMALL: dict[str, Any] = {
    "vocab_size": SIZE,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": None,
}
FAMILIES = {
    "qwen3": lambda: Qwen3ForCausalLM(Qwen3Config(**_SMALL, head_dim=8, tie_word_embeddings=True)),
    "qwen2": lambda: Qwen2ForCausalLM(Qwen2Config(**_SMALL)),
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**_SMALL)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**_SMALL, sliding_window=9)),
    "mixtral": lambda: MixtralForCausalLM(
        MixtralConfig(**_SMALL, num_local_experts=4, num_experts_per_tok=2)
    ),
    "gemma3_text": lambda: Gemma3ForCausalLM(
        Gemma3TextConfig(
            **_SMALL | {"num_hidden_layers": 6}, head_dim=8, sliding_window=9, query_pre_attn_scalar=8
        )
    ),
}


def tiny_model(family: str = "qwen3") -> PreTrainedModel:
    """A frozen random model of *family*; the same one every time."""
    torch.manual_seed(7)
    model = FAMILIES[family]()
    for parameter in model.parameters():
        if parameter.dim() == 1:  # random biases and norms too, so that mistakes with them show
            # Gemma adds 1 to the weights of its norms.
            torch.nn.init.normal_(parameter, 0.0 if family == "gemma3_text" else 1.0, 0.2)
    return model.eval().requires_grad_(False)


def filled(model: nn.Module, activation: AdapterActivation = "invocation") -> GroupedLora:
    """Adapters that differ from one another and from nothing."""
    targets = PREPARED[model.config.model_type].targets
    lora = GroupedLora.fresh(Shape(NAMES, 4, 8.0, targets, activation), model, seed=3)
    generator = torch.Generator().manual_seed(5)
    for pair in lora.pairs.values():
        pair.b.data.normal_(0, 0.3, generator=generator)
    return lora


def weights_digest(model: PreTrainedModel) -> str:
    """Hex digest of all weights."""
    state = hashlib.blake2b(digest_size=16)
    for name, tensor in sorted(model.state_dict().items()):
        state.update(name.encode() + tensor.numpy().tobytes())
    return state.hexdigest()


def make_examples(count: int = 24, seed: int = 0) -> list[Encoded]:
    """Examples of three adapters; voices come in pairs over one prefix. The answer repeats the data."""
    rng = np.random.default_rng(seed)
    made: list[Encoded] = []
    while len(made) < count:
        data = rng.integers(2, 40, rng.integers(3, 12)).tolist()
        made.append(_example([1, *data], [90], [*data[:6], 0], 0))
        made.append(_example([1, *data, 41], [91, 93], [*reversed(data[:5]), 0], 1))
        made.append(_example([1, *data, 41], [92, 93], [*data[:3], *data[:3], 0], 2))
    return made[:count]


def _example(prefix: list[int], commands: list[int], answer: list[int], adapter: int) -> Encoded:
    ids = np.array([*prefix, *commands, *answer], np.int32)
    return Encoded(ids, len(prefix), len(prefix) + len(commands), adapter)


class TinyVocabulary:
    """Spells every character as one id; enough of a vocabulary for tasks."""

    digest = "tiny"

    def grew_from(self, digest: str) -> bool:
        return digest == self.digest

    def encode(self, segment: Segment) -> list[int]:
        kind, content = segment
        return [COMMANDS[content]] if kind == "command" else [2 + ord(c) % 80 for c in content]

    def encode_prompt(self, prompt: Any) -> list[int]:
        return [1, *(i for segment in prompt for i in self.encode(segment))]

    def encode_answer(self, answer: Segment) -> list[int]:
        return [*self.encode(answer), 0]


@dataclass
class TinyCarrier:
    """A carrier around a tiny model."""

    module: PreTrainedModel
    name: str = "tiny"
    max_length: int = 64

    @cached_property
    def vocabulary(self) -> TinyVocabulary:
        return TinyVocabulary()

    @property
    def digest(self) -> str:
        return weights_digest(self.module)


def make_tasks(count: int = 12) -> list[Task]:
    """Tasks for the three adapters."""
    tasks: list[Task] = []
    for i in range(count):
        scene, text = Scene.build([f"w{i}"]), f"word {i} {i * i}"
        say: Prompt = (("scene", f"( w{i})"),)
        read: Prompt = (("text", text), ("command", "⟁read"))
        tasks.append(Task("read", "reader", "en", "plain", read, ("scene", f"( w{i})"), scene))
        for voice in "ab":
            prompt: Prompt = (*say, ("command", f"⟁say:{voice}"), ("command", "⟁en"))
            tasks.append(Task("speak", f"voice.{voice}", "en", voice, prompt, ("text", text), scene))
    return tasks


def train(folder: Path, **changed: Any) -> Report:
    """Train into *folder*: all adapters of a tiny carrier in small batches, but for what is *changed*."""
    carrier = changed.pop("carrier", None) or TinyCarrier(tiny_model())
    tasks = changed.pop("tasks", None) or make_tasks()
    return train_adapters(carrier, tasks, folder=folder, **({"adapters": NAMES, "recipe": SMALL} | changed))
