"""Scenes and the operations on them: no model, no files, standard library only."""

from .archive import Archive, write_archive
from .delta import Delta, apply, diff
from .entries import Entry, parse_many
from .lexicon import Lexicon
from .linear import delinearise, linearise
from .links import Link, quote, unquote
from .match import Bindings, match
from .retention import retention
from .scene import Scene

__all__ = [
    "Archive",
    "Bindings",
    "Delta",
    "Entry",
    "Lexicon",
    "Link",
    "Scene",
    "apply",
    "delinearise",
    "diff",
    "linearise",
    "match",
    "parse_many",
    "quote",
    "retention",
    "unquote",
    "write_archive",
]
