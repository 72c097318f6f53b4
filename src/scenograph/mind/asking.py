"""
Questions to a mind, answered from memory: inside the token stream where that is asked for, else from outside.

    Who built the bridge?  →  the thinker, if it was asked and the words are known  →  Oleg.
                           →  else read into a scene, matched in memory, and said   →  Oleg.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scenograph.dialogue import Speech
from scenograph.errors import BridgeError, StoreError
from scenograph.mind.among import Among
from scenograph.mind.answering import answer_many, with_evidence
from scenograph.mind.given import check_language, check_plain
from scenograph.readers.reading import tidied

if TYPE_CHECKING:
    from scenograph.answers import Recalls
    from scenograph.answers.answer import Answer
    from scenograph.bridge import Bridge
    from scenograph.bridge.bridge import Thinking
    from scenograph.bridge.thinker import Limits
    from scenograph.memory import Filter, Memory
    from scenograph.mind.parts import Parts

_log = logging.getLogger(__name__)


def ask_many(
    parts: Parts,
    questions: Sequence[str],
    style: str,
    language: str | None,
    memory: Memory | None,
    speaker: str | None,
    among: Filter | None,
    *,
    inside: bool,
    limits: Limits | None,
) -> list[Answer]:
    """
    Answer *questions* with the *parts* of a mind; see `Mind.ask_many`.

    Args:
        memory: where to look; None: in the mind's own, whose crystals come with the answers as evidence
    """
    if language is not None:
        check_language(language)
    if not parts.is_trained:
        check_plain(style, parts.workspace.folder)
    asked = parts.memory if memory is None else memory
    recalls = asked if among is None else Among(asked, among)
    thoughts: dict[int, Thinking] = {}
    if inside:
        if not parts.is_trained:
            folder = parts.workspace.folder
            raise BridgeError(f"this mind is not trained, and has no thinker; run: scenograph train {folder}")
        thoughts = _think_many(
            questions, recalls, parts.bridge, style=style, language=language, limits=limits
        )
    thought = {number: it.answer for number, it in thoughts.items() if it.answer is not None}
    rest = [number for number in range(len(questions)) if number not in thought]
    texts = [tidied(questions[number], "?") for number in rest]
    read = dict(zip(rest, parts.reader.read_many(texts, language) if texts else (), strict=True))
    answers = answer_many(
        questions,
        [read.get(number) for number in range(len(questions))],
        recalls,
        parts.domain.rules,
        style=style,
        language=language,
        speech=Speech.of(speaker),
        graph=lambda: parts.graph_reader,
        bridge=lambda: parts.bridge,
        inside=thought,
    )
    for number, it in thoughts.items():
        answers[number] = replace(answers[number], thought=it.thought)
    if memory is not None:
        return answers
    _note_use(parts, answers)
    return [
        with_evidence(answer, [asked.get(it) for it in answer.crystals], lambda: parts.graph_reader)
        for answer in answers
    ]


def _note_use(parts: Parts, answers: Sequence[Answer]) -> None:
    """Tie crystals that support an answer together."""
    together = [answer.crystals for answer in answers if len(answer.crystals) > 1]
    if not together or parts.read_only or not parts.workspace.config.memory.learn_from_use:
        return
    try:
        with parts.memory.transaction():
            for crystals in together:
                parts.memory.used(crystals)
    except StoreError as error:  # the answers are right even if memory cannot be written
        _log.warning("memory did not learn from being used: %s", error)


def _think_many(
    questions: Sequence[str],
    memory: Recalls,
    bridge: Bridge,
    *,
    style: str,
    language: str | None,
    limits: Limits | None,
) -> dict[int, Thinking]:
    """
    Think about those of *questions* inside the token stream whose words the domain knows.

    Args:
        memory: where to look
        bridge: its carrier thinks
        style, language: of the answers; None: the language of each question
        limits: of each sequence; None: the usual ones
    Returns:
        What came of each, by the number of the question. The others are for another reader.
    """
    known = [
        number
        for number, text in enumerate(questions)
        if bridge.domain.may_say(tidied(text, "?"), bridge.reader.language_of(text))
        and bridge.reader.can_take(text)
    ]
    found = bridge.think_many(
        [questions[number] for number in known], memory, style=style, language=language, limits=limits
    )
    return dict(zip(known, found, strict=True))
