"""Scenes and the operations on them: no model, no files, standard library only."""

from .linear import delinearise, linearise
from .links import Link, quote, unquote
from .match import Bindings, match
from .retention import retention
from .scene import Entry, Scene, parse_many

__all__ = [
    "Bindings",
    "Entry",
    "Link",
    "Scene",
    "delinearise",
    "linearise",
    "match",
    "parse_many",
    "quote",
    "retention",
    "unquote",
]
