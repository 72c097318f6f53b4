"""
Scenes and the operations on them: no model, no files, standard library only.

What is not needed to read a scene is loaded when it is first used.
"""

from typing import TYPE_CHECKING

from ..lazy import exports
from .links import Link, quote, unquote
from .match import Bindings, match
from .retention import Alignment, align, retention
from .scene import Scene

if TYPE_CHECKING:
    from .delta import Delta, apply, diff
    from .entries import Entry, parse_many
    from .field import (
        Conflict,
        Field,
        Match,
        Mention,
        Merge,
        Proof,
        Rule,
        by_concept,
        by_name,
        only_one,
    )
    from .lexicon import Archive, Lexicon, write_archive
    from .linear import delinearise, linearise

__all__ = [
    "Alignment",
    "Archive",
    "Bindings",
    "Conflict",
    "Delta",
    "Entry",
    "Field",
    "Lexicon",
    "Link",
    "Match",
    "Mention",
    "Merge",
    "Proof",
    "Rule",
    "Scene",
    "align",
    "apply",
    "by_concept",
    "by_name",
    "delinearise",
    "diff",
    "linearise",
    "match",
    "only_one",
    "parse_many",
    "quote",
    "retention",
    "unquote",
    "write_archive",
]

__getattr__, __dir__ = exports(
    __name__,
    {
        "delta": "Delta apply diff",
        "entries": "Entry parse_many",
        "field": "Conflict Field Match Mention Merge Proof Rule by_concept by_name only_one",
        "lexicon": "Archive Lexicon write_archive",
        "linear": "delinearise linearise",
    },
)
