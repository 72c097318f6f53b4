"""
Answers: from a question that is a scene, and a memory, to what the memory holds about it.

`find` matches the question with what crystals assert, and concludes by rules where none of them answers.
Questions about open text are answered by clauses that say more, or the same in other words
(`scenograph.answers.open_text`); `answer_text` says such an answer, `marked` shows it in its sentence.
`passages` quotes what memory holds about a question that nothing answers. No model is asked, and no torch is
imported.
"""

from scenograph.answers.asked import is_open
from scenograph.answers.find import Finding, find
from scenograph.answers.marking import WordsOf, marked, spans_of
from scenograph.answers.matched import Fill, Part
from scenograph.answers.passages import Passage, passages
from scenograph.answers.question import UNKNOWN, asserted, is_question
from scenograph.answers.recalls import Recalls
from scenograph.answers.wording import Realises, answer_text, said_together

__all__ = [
    "UNKNOWN",
    "Fill",
    "Finding",
    "Part",
    "Passage",
    "Realises",
    "Recalls",
    "WordsOf",
    "answer_text",
    "asserted",
    "find",
    "is_open",
    "is_question",
    "marked",
    "passages",
    "said_together",
    "spans_of",
]
