"""Scenes and the operations on them: no model, no files, standard library only."""

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
from .links import Link, quote, unquote
from .match import Bindings, match
from .retention import Alignment, align, retention
from .scene import Scene

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
