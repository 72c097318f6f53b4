"""
Carriers: frozen base models, all behind one interface.

    >>> from scenograph.carriers import FAMILIES
    >>> sorted(FAMILIES)
    ['llama', 'mistral', 'mixtral', 'qwen2', 'qwen3']

`load_carrier` loads the embedded `nano`, a local folder or a model of the hub as a `LocalCarrier`.
`scenograph.carriers.protocol` says what the rest of the package may ask of any carrier. Names are loaded
when first used, so that the protocol and the list of families cost no import of torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenograph.carriers.families import FAMILIES as FAMILIES
    from scenograph.carriers.families import NANO as NANO
    from scenograph.carriers.load import load_carrier as load_carrier
    from scenograph.carriers.local import LocalCarrier as LocalCarrier
    from scenograph.carriers.protocol import Carrier as Carrier

_HOMES = {
    "FAMILIES": "families",
    "NANO": "families",
    "Carrier": "protocol",
    "LocalCarrier": "local",
    "load_carrier": "load",
}

__all__ = ["FAMILIES", "NANO", "Carrier", "LocalCarrier", "load_carrier"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
