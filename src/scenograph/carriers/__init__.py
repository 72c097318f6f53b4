"""
Carriers: frozen base models, all behind one interface.

    >>> from scenograph.carriers import FAMILIES
    >>> sorted(FAMILIES)
    ['llama', 'mistral', 'mixtral', 'qwen2', 'qwen3']

`load_carrier` loads the embedded `nano`, a local folder or a model of the hub as a `Carrier`;
`generate` continues prompts with one.
"""

from scenograph.carriers import _imports
from scenograph.carriers.carrier import Carrier
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.generate import Constraint, Generated, generate
from scenograph.carriers.load import NANO, load_carrier

_imports.require_all()

__all__ = ["FAMILIES", "NANO", "Carrier", "Constraint", "Generated", "generate", "load_carrier"]
