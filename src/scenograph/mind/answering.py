"""
Answers of a mind, each by the reader that read the question.

What the graph head has read is matched in memory, and said by the realiser:

    Where does Maria work?      In Berlin, at Siemens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

import scenograph.realiser as realiser
from scenograph.answers import UNKNOWN, Finding, Recalls, answer_text, find, passages, said_together, spans_of
from scenograph.answers.answer import Answer, Mark
from scenograph.answers.classes import PERSONAL, SAYING
from scenograph.answers.families import CORE
from scenograph.answers.matched import Fill
from scenograph.answers.own_words import SentenceRead
from scenograph.answers.wording import is_bare
from scenograph.core.field import Rule
from scenograph.core.links import is_unknown
from scenograph.core.scene import Scene
from scenograph.coreference import Resolver, linked
from scenograph.dialogue import Speech, heard, speech_of, spoken
from scenograph.readers.reading import Reading, tidied

if TYPE_CHECKING:
    from scenograph.answers.marking import Span
    from scenograph.bridge import Bridge
    from scenograph.memory import Crystal
    from scenograph.readers.graph_reader import GraphReader

LANGUAGES: Final = realiser.LANGUAGES
_NOT_KNOWN: Final = {"en": "I do not know.", "ru": "Я не знаю."}
_NOT_READ: Final = {"en": "I could not read this question.", "ru": "Я не смог прочитать этот вопрос."}


def answer_many(
    questions: Sequence[str],
    readings: Sequence[Reading | None],
    memory: Recalls,
    rules: Sequence[Rule],
    *,
    style: str,
    language: str | None,
    speech: Speech,
    graph: Callable[[], GraphReader],
    bridge: Callable[[], Bridge],
    inside: Mapping[int, Answer] = MappingProxyType({}),
) -> list[Answer]:
    """
    Answer questions by the reader that read them; by the graph head, too, if a carrier finds nothing.

    Args:
        questions: their texts
        readings: how each was read; None where it was answered *inside*
        memory, rules: as in `find`
        style, language: of the answers; None: the language of each question
        speech: who asks
        graph, bridge: called when they are first needed
        inside: what was answered inside the token stream, by the numbers of the questions
    """
    found: dict[int, Answer] = dict(inside)
    by_carrier = {number: it for number, it in enumerate(readings) if it is not None and it.reader != "graph"}
    if by_carrier:
        from scenograph.bridge.bridge import Asked

        asked = [
            Asked(questions[number], it.scene, it.confidence, language or it.language)
            for number, it in by_carrier.items()
        ]
        found.update(zip(by_carrier, bridge().answer_many(asked, memory, style=style), strict=True))
    for number, (question, reading) in enumerate(zip(questions, readings, strict=True)):
        if number in found and found[number].crystals:
            continue
        if reading is None or number in found:
            [reading] = graph().read_many([tidied(question, "?")], language)
        said = language or (reading.language if reading.language in LANGUAGES else LANGUAGES[0])
        answer = answer_open(question, reading, memory, rules, said, speech, graph)
        if number not in found or answer.crystals:
            found[number] = answer
    return [found[number] for number in range(len(questions))]


def with_evidence(answer: Answer, crystals: Iterable[Crystal], graph: Callable[[], GraphReader]) -> Answer:
    """Return *answer* with its *crystals*, and with the words of their sentences that answer."""
    evidence = tuple(crystals)
    is_open = bool(answer.findings and answer.findings[0].fills)
    return replace(
        answer, evidence=evidence, marks=marks(answer.findings, evidence, graph()) if is_open else ()
    )


def answer_open(
    question: str,
    reading: Reading,
    memory: Recalls,
    rules: Sequence[Rule],
    language: str,
    speech: Speech = Speech(),  # noqa: B008  (a value)
    graph: Callable[[], GraphReader] | None = None,
) -> Answer:
    """
    Return what *memory* answers to a question of open text.

    Where what is asked rests on links that the reader was unsure of, the answer is marked: «Probably in
    Berlin.» So it is where the whole reading is unsure, but memory has exactly what it asks. Else what memory
    holds about the words of a question is quoted.

    Args:
        question: its text, by which passages are found if nothing answers it
        reading: how it was read; all its links count, since with less than was asked more would answer
        memory, rules: as in `find`
        language: `en` or `ru`, of the answer
        speech: who asks: «I» means this person
        graph: reads a sentence again, to see which of its words the answer would leave out; None: none
    """
    asked = reading.draft
    if asked is not None:
        # «How many families left their homes?»
        asked = linked(asked, Resolver().read(asked), candidates=False)
        asked = heard(spoken(asked, speech, question)).scene
    if asked is not None and not asked.links and is_unknown(asked.root_concept):
        asked = None  # «Who?» alone: anything would answer
    findings = find(asked, memory, rules) if asked is not None else []
    if reading.scene is None or _is_unsure(reading):
        findings = [replace(finding, is_unsure=True) for finding in findings]
    own_words = InOwnWords(graph) if graph else None
    text = answer_text(findings, language, realiser, asked, *(() if own_words is None else (own_words,)))
    if not text:
        text = (_NOT_READ if reading.scene is None else _NOT_KNOWN)[language]
    first = findings[0] if findings else None
    crystals = dict.fromkeys(crystal for it in said_together(findings) for crystal in it.crystals)
    return Answer(
        text=text,
        scene=first.scene if first else None if reading.scene is None else UNKNOWN,
        crystals=tuple(crystals),
        bindings=first.bindings if first else {},
        findings=tuple(findings),
        passages=() if first else passages(question, memory),
        retention=None,
        confidence=reading.confidence,
        style="plain",
        language=language,
        fallback=False,
    )


@final
class InOwnWords:
    """Says what was read in part in the words of its sentence (`scenograph.answers.own_words`)."""

    def __init__(self, graph: Callable[[], GraphReader]) -> None:
        self._graph = graph
        self._read: dict[str, SentenceRead | None] = {}

    def __call__(self, finding: Finding, fill: Fill | None) -> str:
        """Return an answer as its sentence says it; empty if all words that belong to it were read."""
        sentence = self._sentence(finding)
        if sentence is None or not sentence.left_out:
            return ""
        if fill is None or fill.unknown == "?done":
            return finding.text.strip().rstrip(".")
        spans = spans_of(replace(finding, fills=(fill,)), finding.text)
        span = sentence.phrase(spans, "" if is_bare(fill) else fill.role)
        return finding.text[span[0] : span[1]] if span else ""

    def _sentence(self, finding: Finding) -> SentenceRead | None:
        """Return how the sentence of *finding* is read; None if that is not how memory has it."""
        text = finding.text
        if not text:
            return None
        if text not in self._read:
            [found] = self._graph().find_many([text])
            self._read[text] = SentenceRead.of(text, found)
        read = self._read[text]
        scene = read.found.reading.scene if read else None
        if scene is None or not set(scene.concepts) - PERSONAL <= set(finding.source.concepts):
            return None
        return read


def _is_unsure(reading: Reading) -> bool:
    """Whether who does what, or what is asked for, rests on links that the reader was unsure of."""
    return any(
        link.role in CORE or is_unknown(link.target) or is_unknown(link.source) for link in reading.unsure
    )


def marks(findings: Sequence[Finding], crystals: Sequence[Crystal], reader: GraphReader) -> tuple[Mark, ...]:
    """Return the sentences of *crystals* with the words that fill the unknowns of what answers together."""

    by_id = {crystal.id: crystal for crystal in crystals}
    found: list[Mark] = []
    for finding in said_together(findings):
        crystal = by_id.get(finding.crystals[0])
        if crystal is not None and finding.parts:
            texts = [source for source in crystal.sources if source.text]
            words_of = partial(_places, reader, speech_of(crystal.scene))
            if texts:
                text = texts[0].text or ""
                spans = spans_of(finding, text, texts[0].language, words_of)
                found.append(Mark(crystal.id, text, tuple(spans)))
    return tuple(found)


def _places(
    reader: GraphReader, speech: Speech, text: str, language: str | None, part: Scene
) -> Sequence[Span] | None:
    """Return where the words of *part* stand in *text*, if *text* is read so that it has such a part."""
    [read] = reader.find_many([text], language if language in reader.languages else None)
    if read.converted is None:
        return None
    own = read.converted.scene
    scene, _, nodes = heard(spoken(own, speech, text), text, SAYING)
    for node in range(len(scene.concepts)):
        if scene.concepts[node] == part.root_concept and scene.sub(node) == part:
            below = {old for new in scene.reach(node) for old in nodes[new] if old < len(own.concepts)}
            return _joined(
                [
                    (span, old in below)
                    for old, concept in enumerate(own.concepts)
                    for span in read.places(old)
                    if concept not in _JOINING
                ]
            )
    return None


_JOINING: Final = frozenset({"and", "or"})
"""Concepts whose words are marked only between what they join."""


def _joined(placed: Sequence[tuple[Span, bool]]) -> list[Span]:
    """
    Return the wanted of *placed*, with those joined that only words of no node stand between.

    So of «because the database was full» the words from «database» to «full» are marked together.
    """
    found: list[Span] = []
    is_next = False
    for (start, end), is_wanted in sorted(placed):
        if is_wanted and is_next:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif is_wanted:
            found.append((start, end))
        is_next = is_wanted
    return found
