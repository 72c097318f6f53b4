"""
Train tiny adapters into a folder, from the fourth step on slowly enough to be killed.

    python run_training.py FOLDER PAUSE [STATES]
"""

import sys
import time
from pathlib import Path

import torch
from adapters.tiny import EACH, train

from scenograph.adapters import TrainStep


def run(folder: Path, pause: float = 0.0, states: Path | None = None) -> None:
    """Train 12 steps with a checkpoint after each; with *states*, the second of two layers alone."""
    torch.set_num_threads(1)

    def on_step(step: TrainStep) -> None:
        print(step.number, flush=True)
        if step.number >= 4:
            time.sleep(pause)

    train(
        folder,
        rank=4,
        steps=12,
        layers=None if states is None else 1,
        states=states,
        cache=1 << 20,
        recipe=EACH,
        on_step=on_step,
    )


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]), float(sys.argv[2]), *map(Path, sys.argv[3:]))
    except KeyboardInterrupt:
        sys.exit(130)
