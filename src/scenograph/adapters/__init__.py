"""
Adapters: all roles and styles of a mind, trained together over one frozen carrier.

    train_adapters(carrier, tasks, adapters=names, folder=folder, seconds=120)
    carrier = carrier.with_adapters(AdapterSet.load(folder, carrier))

Needs the extra `train`. Names are loaded when first used, so that a mind that only reads does not load what
training needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenograph.adapters.adapterset import AdapterSet as AdapterSet
    from scenograph.adapters.lora import ActiveRows as ActiveRows
    from scenograph.adapters.lora import AdapterActivation as AdapterActivation
    from scenograph.adapters.lora import GroupedLora as GroupedLora
    from scenograph.adapters.lora import Shape as Shape
    from scenograph.adapters.manifest import Manifest as Manifest
    from scenograph.adapters.train import Report as Report
    from scenograph.adapters.train import train_adapters as train_adapters
    from scenograph.adapters.trainer import Recipe as Recipe
    from scenograph.adapters.trainer import TrainStep as TrainStep

_HOMES = {
    "ActiveRows": "lora",
    "AdapterActivation": "lora",
    "AdapterSet": "adapterset",
    "GroupedLora": "lora",
    "Manifest": "manifest",
    "Recipe": "trainer",
    "Report": "train",
    "Shape": "lora",
    "TrainStep": "trainer",
    "train_adapters": "train",
}

__all__ = [
    "ActiveRows",
    "AdapterActivation",
    "AdapterSet",
    "GroupedLora",
    "Manifest",
    "Recipe",
    "Report",
    "Shape",
    "TrainStep",
    "train_adapters",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
