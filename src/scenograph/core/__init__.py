"""Scenes and the operations on them: no model, no files, standard library only."""

from .links import Link, quote, unquote
from .scene import Entry, Scene, parse_many

__all__ = ["Entry", "Link", "Scene", "parse_many", "quote", "unquote"]
