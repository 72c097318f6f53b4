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
from .lazy import exports

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


def _draw(scene: Any) -> str:
    """Draw a scene; what that takes is loaded when a notebook first shows one."""
    return import_module(".surfaces.drawing", __name__).draw(scene)


display.draw = _draw

__getattr__, __dir__ = exports(
    __name__,
    {
        "core.delta": "apply diff",
        "core.field": "Field Rule",
        "core.lexicon": "Lexicon",
        "core.match": "match",
        "core.retention": "retention",
        "core.scene": "Scene",
        "errors": "ScenographError",
        "mind": "Mind",
    },
)
