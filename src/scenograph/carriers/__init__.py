"""
Carriers: frozen base models, all behind one interface.

    >>> from scenograph.carriers import FAMILIES
    >>> sorted(FAMILIES)
    ['gemma3_text', 'llama', 'mistral', 'mixtral', 'qwen2', 'qwen3']

`load_carrier` loads the embedded `nano`, a local folder or a model of the hub as a `LocalCarrier`.
`scenograph.carriers.protocol` says what the rest of the package may ask of any carrier. Names are loaded
when first used, so that the protocol and the list of families cost no import of torch.
"""

from typing import TYPE_CHECKING

from scenograph.lazy import exports

if TYPE_CHECKING:
    from scenograph.carriers.families import FAMILIES, NANO
    from scenograph.carriers.load import load_carrier
    from scenograph.carriers.local import LocalCarrier
    from scenograph.carriers.protocol import Carrier

__all__ = ["FAMILIES", "NANO", "Carrier", "LocalCarrier", "load_carrier"]

__getattr__, __dir__ = exports(
    __name__,
    {
        "families": "FAMILIES NANO",
        "protocol": "Carrier",
        "local": "LocalCarrier",
        "load": "load_carrier",
    },
)
