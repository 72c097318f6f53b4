"""Scenograph teaches frozen open LLMs to think in scenes."""

__version__ = "0.1.0"
