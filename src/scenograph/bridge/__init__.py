"""
HyperBridge: constrained reading, guarded speaking, matched answering.

`Bridge` ties them together over a carrier and its adapters. Questions that are scenes need neither: see
`scenograph.answers`.
"""

from scenograph.answers.answer import Answer
from scenograph.bridge.bridge import Bridge
from scenograph.readers.reading import Reading
from scenograph.realiser.utterance import Utterance

__all__ = ["Answer", "Bridge", "Reading", "Utterance"]
