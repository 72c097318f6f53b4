"""
Scenograph teaches frozen open LLMs to think in scenes.

    >>> from scenograph import Scene
    >>> Scene.parse("(b / build :object (c / bridge))").root_concept
    'build'

Names are loaded when first used, so that scenes cost no more than the standard library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import display

if TYPE_CHECKING:
    from .core.delta import apply as apply
    from .core.delta import diff as diff
    from .core.field import Field as Field
    from .core.field import Rule as Rule
    from .core.lexicon import Lexicon as Lexicon
    from .core.match import match as match
    from .core.retention import retention as retention
    from .core.scene import Scene as Scene
    from .errors import ScenographError as ScenographError
    from .mind import Mind as Mind

__version__ = "0.1.0"

_HOMES = {
    "Field": "core.field",
    "Lexicon": "core.lexicon",
    "Mind": "mind",
    "Rule": "core.field",
    "Scene": "core.scene",
    "ScenographError": "errors",
    "apply": "core.delta",
    "diff": "core.delta",
    "match": "core.match",
    "retention": "core.retention",
}

__all__ = [
    "Field",
    "Lexicon",
    "Mind",
    "Rule",
    "Scene",
    "ScenographError",
    "__version__",
    "apply",
    "diff",
    "match",
    "retention",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'scenograph' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{home}", __name__), name)
    return value


def _draw(scene: Any) -> str:
    """Draw a scene; what that takes is loaded when a notebook first shows one."""
    return import_module(".surfaces.drawing", __name__).draw(scene)


display.draw = _draw


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
