"""Fields: scenes stored together, closed under rules, asked, and checked for conflicts."""

from typing import TYPE_CHECKING

from ...lazy import exports

if TYPE_CHECKING:
    from .conflict import Conflict, only_one
    from .field import Field, Match
    from .identity import Mention, Merge, by_concept, by_name
    from .proof import Proof
    from .rules import Rule

__all__ = [
    "Conflict",
    "Field",
    "Match",
    "Mention",
    "Merge",
    "Proof",
    "Rule",
    "by_concept",
    "by_name",
    "only_one",
]

__getattr__, __dir__ = exports(
    __name__,
    {
        "conflict": "Conflict only_one",
        "field": "Field Match",
        "identity": "Mention Merge by_concept by_name",
        "proof": "Proof",
        "rules": "Rule",
    },
)
