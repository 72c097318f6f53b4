"""Lexicons: named scenes with holes, how they are learned, crystals, and archives."""

from .archive import Archive, write_archive
from .lexicon import Lexicon

__all__ = ["Archive", "Lexicon", "write_archive"]
