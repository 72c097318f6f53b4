"""Scenes and the operations on them: no model, no files, standard library only."""

from .archive import Archive, write_archive
from .conflict import Conflict, only_one
from .delta import Delta, apply, diff
from .entries import Entry, parse_many
from .field import Active, Field, Match
from .identity import Mention, Merge, by_concept, by_name
from .lexicon import Lexicon
from .linear import delinearise, linearise
from .links import Link, quote, unquote
from .match import Bindings, match
from .proof import Proof
from .retention import retention
from .rules import Rule
from .scene import Scene

__all__ = [
    "Active",
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
