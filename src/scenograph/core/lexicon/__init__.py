"""Lexicons: named scenes with holes, how they are learned, crystals, and archives."""

from typing import TYPE_CHECKING

from ...lazy import exports

if TYPE_CHECKING:
    from .archive import Archive, write_archive
    from .lexicon import Lexicon

__all__ = ["Archive", "Lexicon", "write_archive"]

__getattr__, __dir__ = exports(__name__, {"archive": "Archive write_archive", "lexicon": "Lexicon"})
