"""
Answers: from a question that is a scene, and a memory, to what the memory holds about it.

`find` matches the question with what crystals assert, and concludes by rules where none of them answers.
`passages` quotes what memory holds about a question that nothing answers. No model is asked, and no torch is
imported.
"""

from scenograph.answers.find import Finding, find
from scenograph.answers.passages import Passage, passages
from scenograph.answers.question import UNKNOWN, asserted, is_question
from scenograph.answers.recalls import Recalls

__all__ = ["UNKNOWN", "Finding", "Passage", "Recalls", "asserted", "find", "is_question", "passages"]
