"""
Adapters: all roles and styles of a mind, trained together over one frozen carrier.

    train_adapters(carrier, tasks, adapters=names, folder=folder, seconds=120)
    carrier = carrier.with_adapters(AdapterSet.load(folder, carrier))

Needs the extra `train`. Names are loaded when first used, so that a mind that only reads does not load what
training needs.
"""

from typing import TYPE_CHECKING

from scenograph.lazy import exports

if TYPE_CHECKING:
    from scenograph.adapters.adapterset import AdapterSet
    from scenograph.adapters.lora import GroupedLora
    from scenograph.adapters.manifest import Manifest
    from scenograph.adapters.shape import Shape
    from scenograph.adapters.train import Report, train_adapters
    from scenograph.adapters.trainer import Recipe, TrainStep

__all__ = [
    "AdapterSet",
    "GroupedLora",
    "Manifest",
    "Recipe",
    "Report",
    "Shape",
    "TrainStep",
    "train_adapters",
]

__getattr__, __dir__ = exports(
    __name__,
    {
        "adapterset": "AdapterSet",
        "lora": "GroupedLora",
        "manifest": "Manifest",
        "shape": "Shape",
        "train": "Report train_adapters",
        "trainer": "Recipe TrainStep",
    },
)
