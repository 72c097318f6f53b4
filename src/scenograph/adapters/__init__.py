"""
Adapters: all roles and styles of a mind, trained together over one frozen carrier.

    train_adapters(carrier, tasks, adapters=names, folder=folder, seconds=120)
    adapters = AdapterSet.load(folder, carrier)
    with adapters.active(carrier.module, names_per_row, starts): ...

Needs the extra `train`.
"""

from importlib.util import find_spec

from scenograph.errors import MissingExtraError

for _package in ("torch", "transformers", "safetensors", "peft"):
    if find_spec(_package) is None:
        raise MissingExtraError(_package, "train")

from scenograph.adapters.adapterset import AdapterSet  # noqa: E402
from scenograph.adapters.lora import Activation, ActiveRows, GroupedLora, Shape  # noqa: E402
from scenograph.adapters.manifest import Manifest  # noqa: E402
from scenograph.adapters.train import Report, train_adapters  # noqa: E402
from scenograph.adapters.trainer import Recipe, Step  # noqa: E402

__all__ = [
    "Activation",
    "ActiveRows",
    "AdapterSet",
    "GroupedLora",
    "Manifest",
    "Recipe",
    "Report",
    "Shape",
    "Step",
    "train_adapters",
]
