"""
Commands: what a thinker may write into its sequence, and what each of them gives back.

    TEXT ⟁read CUE ⟁recall CLAUSE ⟁sep … ⟁field CLAUSE ⟁sep … ANSWER ⟁answer:poet ⟁ru TEXT ⟁eos
                           └─ inserted ┘        └─ inserted ┘

`⟁recall` inserts what crystals state about the cue. `⟁field` inserts what follows from crystals by rules: it
holds what memory knows of the things of the cue in a field, draws the conclusions, and releases it. Both
insert clauses that answer, the best first, each with a ⟁sep behind it, or a ⟁sep alone where there are none.

A command is one token that no text has (decision 4). What is inserted is spelt as data, so that a glyph in a
question or in memory is never a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from scenograph.answers import UNKNOWN, Finding, Recalls, find
from scenograph.core.field import Rule
from scenograph.core.field.pattern import Slots, whole
from scenograph.core.field.strata import leading_to
from scenograph.core.scene import Scene
from scenograph.prompts import scene_segment
from scenograph.vocabulary import Segment, Vocabulary
from scenograph.vocabulary.atoms import FIELD, RECALL

FIRST: Final = (RECALL, FIELD)
"""What may follow a cue."""

SHOWN: Final = 3
"""Most clauses that a command inserts, and most answers that may be written after it."""


class Found(NamedTuple):
    """
    What a command gave.

    Attributes:
        findings: what answers the cue, the best first
    """

    findings: Sequence[Finding]

    @property
    def clauses(self) -> tuple[Scene, ...]:
        """What is inserted: the clause of each finding."""
        return tuple(dict.fromkeys(map(clause_of, self.findings)))

    @property
    def segments(self) -> list[Segment]:
        """The same, as data of a sequence."""
        return [scene_segment(clause) for clause in self.clauses]


def carry_out(command: str, cue: Scene, memory: Recalls, rules: Sequence[Rule]) -> Found:
    """
    Carry out *command*.

    Args:
        command: one of `FIRST`
        cue: the question
        memory, rules: as in `find`
    """
    return Found(find(cue, memory, rules if command == FIELD else ())[:SHOWN])


def choices(
    command: str,
    cue: Scene,
    findings: Sequence[Finding],
    rules: Sequence[Rule],
    style: str,
    vocabulary: Vocabulary,
) -> dict[tuple[int, ...], Finding | str | None]:
    """
    Return what may be written after *command* has inserted *findings*.

    Args:
        style: of the answer
        vocabulary: with the commands of a thinker
    Returns:
        Ids, and what they mean: an answer; `⟁field`, only where rules may lead to one; or None, *unknown*,
        only where nothing was found.
    """
    answer = vocabulary.id(f"⟁answer:{style}")
    found: dict[tuple[int, ...], Finding | str | None] = {
        (*vocabulary.encode(scene_segment(it.scene)), answer): it for it in findings
    }
    if not findings:
        found[(*vocabulary.encode(scene_segment(UNKNOWN)), answer)] = None
    if command == RECALL and may_conclude(cue, rules):
        found[(vocabulary.id(FIELD),)] = FIELD
    return found


def may_conclude(cue: Scene, rules: Sequence[Rule]) -> bool:
    """Return whether any of *rules* may lead to what *cue* asks."""
    return bool(leading_to(rules, whole(cue, Slots()).atoms))


def clause_of(finding: Finding) -> Scene:
    """Return the clause that answers."""
    [content] = finding.scene.targets(":content")
    assert isinstance(content, int), "the content of an answer is a clause"
    return finding.scene.sub(content)
