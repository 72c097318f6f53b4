"""
HyperBridge: constrained reading, guarded speaking, matched answering.

`Bridge` ties them together over a carrier and its adapters. `find` answers questions that are
scenes, and needs neither.
"""

from scenograph.bridge.answer import UNKNOWN, Finding, asserted, find
from scenograph.bridge.bridge import Answer, Bridge
from scenograph.bridge.read import Reading
from scenograph.bridge.speak import Utterance

__all__ = ["UNKNOWN", "Answer", "Bridge", "Finding", "Reading", "Utterance", "asserted", "find"]
