"""
Train tiny adapters into a folder, slowly enough to be killed.

    python run_training.py FOLDER PAUSE [STATES]
"""

import sys
import time
from pathlib import Path

import torch
from adapters.tiny import NAMES, TinyCarrier, make_tasks, tiny_model

from scenograph.adapters import Recipe, TrainStep, train_adapters


def run(folder: Path, pause: float = 0.0, states: Path | None = None) -> None:
    """Train 12 steps with a checkpoint after each; with *states*, the second of two layers alone."""
    torch.set_num_threads(1)

    def on_step(step: TrainStep) -> None:
        print(step.number, flush=True)
        time.sleep(pause)

    train_adapters(
        TinyCarrier(tiny_model()),
        make_tasks(),
        adapters=NAMES,
        folder=folder,
        rank=4,
        steps=12,
        layers=None if states is None else 1,
        states=states,
        cache=1 << 20,
        recipe=Recipe(batch=300, checkpoint=0.0),
        on_step=on_step,
    )


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]), float(sys.argv[2]), *map(Path, sys.argv[3:]))
    except KeyboardInterrupt:
        sys.exit(130)
