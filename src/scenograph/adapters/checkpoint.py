"""
A training run as it stands after a step, in one file.

    checkpoint.safetensors
      weight.0 …   the adapters' factors
      mean.0 …     AdamW's first moments
      square.0 …   AdamW's second moments
      (metadata)   run digest, planned steps, loss curve

The data need no position of their own: the stream of batches is a function of the run, and a resumed run
skips as many batches as the checkpoint has steps.
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

from scenograph.errors import TrainingError
from scenograph.files import write_bytes

FILE = "checkpoint.safetensors"


@final
@dataclass(slots=True)
class Progress:
    """
    How far a run is; grows with it.

    Attributes:
        steps: steps planned
        batch: tokens in one step
        curve: mean loss of every step done
        tokens: tokens learned from so far, prompts included
    """

    steps: int
    batch: int
    curve: list[float] = field(default_factory=list[float])
    tokens: int = 0

    @property
    def step(self) -> int:
        """Steps done."""
        return len(self.curve)


def save_checkpoint(
    folder: Path, run: str, progress: Progress, parameters: Sequence[nn.Parameter], optimiser: AdamW
) -> None:
    """Write the state of *run* to *folder*, in place of an earlier one."""
    tensors = {f"weight.{i}": parameter.detach() for i, parameter in enumerate(parameters)}
    for i, parameter in enumerate(parameters):
        state = optimiser.state.get(parameter)
        if state:
            tensors |= {f"mean.{i}": state["exp_avg"], f"square.{i}": state["exp_avg_sq"]}
    metadata = {
        "run": run,
        "steps": str(progress.steps),
        "batch": str(progress.batch),
        "tokens": str(progress.tokens),
        "curve": json.dumps(progress.curve),
    }
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    write_bytes(folder / FILE, save(tensors, metadata))


def load_checkpoint(
    folder: Path, run: str, parameters: Sequence[nn.Parameter], optimiser: AdamW
) -> Progress | None:
    """
    Restore the state of *run* from *folder* into *parameters* and *optimiser*.

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
            metadata = file.metadata()
            if metadata["run"] != run:
                raise TrainingError(
                    f"{path} belongs to a run with other data, carrier or settings; "
                    "delete it, or train without resuming, to start from scratch"
                )
            progress = Progress(
                int(metadata["steps"]),
                int(metadata["batch"]),
                json.loads(metadata["curve"]),
                int(metadata["tokens"]),
            )
            for i, parameter in enumerate(parameters):
                parameter.data.copy_(file.get_tensor(f"weight.{i}"))
                if progress.step:
                    optimiser.state[parameter] = {
                        "step": torch.tensor(float(progress.step), device=parameter.device),
                        "exp_avg": file.get_tensor(f"mean.{i}").to(parameter.device),
                        "exp_avg_sq": file.get_tensor(f"square.{i}").to(parameter.device),
                    }
    except (SafetensorError, KeyError, ValueError, RuntimeError, OSError) as error:
        raise TrainingError(f"{path} is damaged ({error}); delete it to start from scratch") from error
    return progress
