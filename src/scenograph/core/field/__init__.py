"""Fields: scenes held together, closed under rules, asked, and checked for conflicts."""

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
