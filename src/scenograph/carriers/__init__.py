"""
Carriers: frozen base models, all behind one interface.

    >>> from scenograph.carriers import FAMILIES
    >>> sorted(FAMILIES)
    ['llama', 'mistral', 'mixtral', 'qwen2', 'qwen3']

`load_carrier` loads the embedded `nano`, a local folder or a model of the hub as a `LocalCarrier`.
`scenograph.carriers.protocol` says what the rest of the package may ask of any carrier.
"""

from scenograph.carriers import _imports
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.load import NANO, load_carrier
from scenograph.carriers.local import LocalCarrier
from scenograph.carriers.protocol import Carrier

_imports.require_all()

__all__ = ["FAMILIES", "NANO", "Carrier", "LocalCarrier", "load_carrier"]
