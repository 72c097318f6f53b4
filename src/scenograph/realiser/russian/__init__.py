"""Scenes in Russian: one layer a module, from words up to sentences."""

from scenograph.realiser.russian.sentences import Russian

__all__ = ["Russian"]
