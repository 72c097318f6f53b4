"""
HyperBridge: constrained reading, guarded speaking, matched answering.

`Bridge` ties them together over a carrier and its adapters. Questions that are scenes need neither: see
`scenograph.answers`.
"""

from scenograph.bridge.bridge import Answer, Bridge
from scenograph.bridge.read import Reading
from scenograph.bridge.speak import Utterance

__all__ = ["Answer", "Bridge", "Reading", "Utterance"]
