"""Scenes in English: one layer a module, from words up to sentences."""

from scenograph.realiser.english.sentences import English

__all__ = ["English"]
