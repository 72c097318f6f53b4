"""
A training run after a step, in one file.

    checkpoint.safetensors
      weight.0 …   the adapters' factors
      mean.0 …     AdamW's first moments
      square.0 …   AdamW's second moments
      (metadata)   run digest, planned steps, loss curves

The position in the data is not stored: the run determines the stream of batches, and a resumed run skips as
many batches as the checkpoint has steps.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn
from torch.optim import AdamW

from scenograph.adapters.curves import AbilityCurves
from scenograph.errors import TrainingError
from scenograph.files import write_bytes

FILE = "checkpoint.safetensors"


@final
@dataclass(slots=True)
class RunState:
    """How far a run is; it changes with every step."""

    steps: int  # planned
    batch: int  # tokens in one step
    curve: list[float] = field(default_factory=list[float])  # mean loss of every step done
    tokens: int = 0  # learned from so far, prompts included
    abilities: AbilityCurves = field(default_factory=AbilityCurves)  # the same of each ability alone

    @property
    def step(self) -> int:
        """Steps done."""
        return len(self.curve)


def save_checkpoint(
    folder: Path, run: str, state: RunState, parameters: Sequence[nn.Parameter], optimiser: AdamW
) -> None:
    """
    Write the state of *run* to *folder*; it replaces an earlier one.

    Raises:
        TrainingError: if it cannot be written; the earlier one is still there
    """
    tensors = {f"weight.{i}": parameter.detach() for i, parameter in enumerate(parameters)}
    for i, parameter in enumerate(parameters):
        if moments := optimiser.state.get(parameter):
            tensors |= {f"mean.{i}": moments["exp_avg"], f"square.{i}": moments["exp_avg_sq"]}
    metadata = {
        "run": run,
        "steps": str(state.steps),
        "batch": str(state.batch),
        "tokens": str(state.tokens),
        "curve": json.dumps(state.curve),
        "abilities": json.dumps(state.abilities),
    }
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    data = save(tensors, metadata)
    try:
        write_bytes(folder / FILE, data)
    except OSError as error:
        raise TrainingError(
            f"{folder / FILE} cannot be written ({error.strerror or error}); it needs "
            f"{2 * len(data) / 1e6:.1f} MB. Make room and train again: that goes on from the last checkpoint"
        ) from error


def load_checkpoint(
    folder: Path, run: str, parameters: Sequence[nn.Parameter], optimiser: AdamW
) -> RunState | None:
    """
    Load the state of *run* in *folder* into *parameters* and *optimiser*.

    Returns:
        How far the run is; None if there is no checkpoint, and nothing was changed.
    Raises:
        TrainingError: if the checkpoint is damaged or of another run
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        with safe_open(path, "pt") as file:
            found = file.metadata()
            if found["run"] != run:
                raise TrainingError(
                    f"{path} belongs to a run with other data, carrier or settings; "
                    "delete it, or train without resuming, to start from scratch"
                )
            state = RunState(
                int(found["steps"]),
                int(found["batch"]),
                json.loads(found["curve"]),
                int(found["tokens"]),
                json.loads(found.get("abilities", "{}")),
            )
            for i, parameter in enumerate(parameters):
                parameter.data.copy_(file.get_tensor(f"weight.{i}"))
                if state.step:
                    optimiser.state[parameter] = {
                        "step": torch.tensor(float(state.step), device=parameter.device),
                        "exp_avg": file.get_tensor(f"mean.{i}").to(parameter.device),
                        "exp_avg_sq": file.get_tensor(f"square.{i}").to(parameter.device),
                    }
    except (SafetensorError, KeyError, ValueError, RuntimeError, OSError) as error:
        raise TrainingError(f"{path} is damaged ({error}); delete it to start from scratch") from error
    return state
