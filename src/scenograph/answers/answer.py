"""An answer with all that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from scenograph.answers.find import Finding
from scenograph.answers.passages import Passage
from scenograph.answers.thought import Thought
from scenograph.core.match import Bindings
from scenograph.core.scene import Scene
from scenograph.memory.records import Crystal


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """
    A sentence that an answer rests on, with the words that answer.

    Attributes:
        crystal: the id of its crystal
        text: the sentence, as memory holds it
        spans: where the words start and end that fill the unknowns of the question
    """

    crystal: int
    text: str
    spans: tuple[tuple[int, int], ...]


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """
    An answer from memory.

    Attributes:
        text: the answer in words
        scene: `(answer :value X :content CLAUSE)`, `(answer :value (unknown))` if memory does not know,
            None if the question could not be read
        crystals: ids of the crystals that support it, the most resonant first
        bindings: what each unknown of the question stands for; empty for yes and no
        findings: all different answers of the memory; this is the first of them
        passages: if there is no answer, what memory holds about the question; quoted, not concluded
        retention: share of the answer's scene that its text keeps, 0 to 1; None where the text is the phrase
            that was asked for, or says that nothing is known: neither is read back
        confidence: of the reading of the question; 1 if it was a scene
        style, language, fallback, attempts: as in `Utterance`
        evidence: the same crystals with their scenes and sources, if a mind answered from its own memory
        marks: the sentences of the evidence with the words that answer, if the question was about open text
        thought: how it was thought inside the token stream, if that was asked for; an answer of the outside
            loop has it, too, where the thought did not come to an end
    """

    text: str
    scene: Scene | None
    crystals: tuple[int, ...]
    bindings: Bindings
    findings: tuple[Finding, ...]
    passages: tuple[Passage, ...]
    retention: float | None
    confidence: float
    style: str
    language: str
    fallback: bool
    evidence: tuple[Crystal, ...] = ()
    marks: tuple[Mark, ...] = ()
    attempts: int = 0
    thought: Thought | None = None
