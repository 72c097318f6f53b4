"""
HyperBridge: text → scene → text over one carrier and its adapters.

    bridge = Bridge(carrier.with_adapters(AdapterSet.load(folder, carrier)))
    bridge.read("Oleg built the old bridge.").scene
    bridge.speak(scene, style="poet", language="ru").text
    bridge.ask("Who built the old bridge?", memory).text

Every text that it speaks has been read back (law 8), a text that it cannot read stays a text, and answers are
matched against a memory, not guessed. Without adapters a bridge still answers questions that are scenes, and
speaks by the exact surfaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, final

import scenograph.realiser as realiser
from scenograph.answers import UNKNOWN, Finding, Recalls, answer_text, find, passages
from scenograph.answers.answer import Answer
from scenograph.answers.thought import Thought
from scenograph.bridge.confidence import threshold_between
from scenograph.bridge.forms import SceneForm, TextForm
from scenograph.bridge.grammar import Grammar, closes_over, domain_grammar, open_grammar
from scenograph.bridge.read import Reader
from scenograph.bridge.runner import Runner
from scenograph.bridge.speak import TEXT, Speaker, SpeechRequest, Utterance, check_language, fallback
from scenograph.carriers.protocol import Carrier, Job
from scenograph.core.field import Rule
from scenograph.core.scene import Scene
from scenograph.corpus.tasks import Task
from scenograph.domain import Domain
from scenograph.errors import BridgeError
from scenograph.prompts import READER
from scenograph.readers.reading import Reading, tidied

if TYPE_CHECKING:
    from scenograph.bridge.thinker import Limits

LEAST_CONFIDENCE = 0.1
"""Least confidence of a reading, measured with the nano carrier; see `Bridge.calibrate`."""


class Asked(NamedTuple):
    """A question, the scene that it was read into, how sure that is, and the language of the answer."""

    question: str | Scene
    scene: Scene | None
    confidence: float
    language: str


class Thinking(NamedTuple):
    """
    What came of thinking about a question inside the token stream.

    Attributes:
        thought: the sequence, and what was carried out
        answer: the answer; None if the thought was stopped, or the question not read
    """

    thought: Thought
    answer: Answer | None


@final
class Bridge:
    """
    Reads, speaks and answers.

    Args:
        carrier: a frozen model with its adapters, here or on a server; a missing adapter is a `BridgeError`
        domain: what it reads and says; the domain that the adapters were trained for
        threshold: least retention of a spoken text; below it the exact plain surface speaks
        confidence: least confidence of a reading; below it the text counts as unread
        grammar: `closed` reads nothing but scenes of a closed domain, `open` reads every scene, and a grammar
            what it says; None: `closed` if the domain is closed and the vocabulary has no other roles than
            the domain's
        rules: they conclude answers that no crystal states; None: the domain's
    """

    def __init__(
        self,
        carrier: Carrier,
        *,
        domain: Domain,
        threshold: float = 1.0,
        confidence: float = LEAST_CONFIDENCE,
        grammar: Literal["closed", "open"] | Grammar | None = None,
        rules: Sequence[Rule] | None = None,
    ) -> None:
        self.carrier = carrier
        self.domain = domain
        self.rules = domain.rules if rules is None else tuple(rules)
        self.runner = Runner(carrier)
        closed = closes_over(carrier.atoms, domain) if grammar is None else grammar == "closed"
        if not isinstance(grammar, Grammar):
            grammar = domain_grammar(domain) if closed else open_grammar(carrier.atoms)
        self.reader = Reader(self.runner, grammar, confidence, domain, copies_names=closed)
        self.speaker = Speaker(self.runner, self.reader, threshold)

    @property
    def can_read(self) -> bool:
        """Whether there is an adapter that reads."""
        return READER in self.runner

    # --- reading --------------------------------------------------------------------------------------------

    def read(self, text: str, language: str | None = None) -> Reading:
        """Read one text; see `read_many`."""
        return self.read_many([text], language=language)[0]

    def read_many(self, texts: Sequence[str], *, language: str | None = None) -> list[Reading]:
        """
        Read texts into scenes; the scene of a text that could not be read is None.

        Args:
            language: of all texts; None: as the script of each suggests
        Raises:
            BridgeError: if a text is empty or too long, the domain does not have the language, or no adapter
                reads
        """
        if language is not None:
            check_language(language, self.domain)
        return self.reader.read_many(texts, language)

    def calibrate(self, good: Sequence[str], bad: Sequence[str]) -> float:
        """
        Choose the threshold between texts that can be read and texts that cannot, and use it from now on.

        Args:
            good: texts of the kind that the adapters were trained on
            bad: texts of other kinds, gibberish among them
        Returns:
            The least confidence; give it to every further bridge over the same adapters.
        Raises:
            BridgeError: if there are no texts of one kind
        """
        if not good or not bad:
            raise BridgeError(
                "calibration needs texts that can be read and texts that cannot; give some of both"
            )
        found = self.reader.confidences([*good, *bad])
        self.reader.threshold = threshold_between(found[: len(good)], found[len(good) :])
        return self.reader.threshold

    # --- speaking -------------------------------------------------------------------------------------------

    def speak(
        self,
        scene: Scene,
        style: str = "plain",
        language: str = "en",
        surface: str = TEXT,
        *,
        guard: bool = True,
    ) -> Utterance:
        """Say one scene; see `speak_many`."""
        return self.speak_many([scene], style=style, language=language, surface=surface, guard=guard)[0]

    def speak_many(
        self,
        scenes: Sequence[Scene],
        *,
        style: str = "plain",
        language: str = "en",
        surface: str = TEXT,
        guard: bool = True,
    ) -> list[Utterance]:
        """
        Say scenes, each with the share of it that its text keeps.

        Args:
            surface: `text`, or an exact one of `scenograph.surfaces.registry`
            guard: whether the exact plain surface replaces texts that lose too much (law 8)
        Raises:
            BridgeError: if there is no such style, language or surface
        """
        return self.speaker.speak_many(
            [SpeechRequest(scene, style, language) for scene in scenes], surface, guard=guard
        )

    # --- answering ------------------------------------------------------------------------------------------

    def ask(
        self, question: str | Scene, memory: Recalls, *, style: str = "plain", language: str | None = None
    ) -> Answer:
        """Answer one question; see `ask_many`."""
        return self.ask_many([question], memory, style=style, language=language)[0]

    def ask_many(
        self,
        questions: Sequence[str | Scene],
        memory: Recalls,
        *,
        style: str = "plain",
        language: str | None = None,
    ) -> list[Answer]:
        """
        Answer questions from *memory*.

        Args:
            questions: texts, or scenes with unknowns, which need no carrier
            memory: where to look; if it has no answer, its passages about the question are quoted
            language: of the answers; None: of each question, English for scenes
        Raises:
            BridgeError: if a text is empty or too long, or there is no such style or language
        """
        texts = [tidied(question, "?") for question in questions if isinstance(question, str)]
        readings = iter(self.read_many(texts) if texts else ())
        asked: list[Asked] = []
        for question in questions:
            if isinstance(question, str):
                reading = next(readings)
                said = self.reader.language_of(question, language)
                asked.append(Asked(question, reading.scene, reading.confidence, said))
            else:
                asked.append(Asked(question, question, 1.0, self.reader.language_of("", language)))
        return self.answer_many(asked, memory, style=style)

    def answer_many(self, asked: Sequence[Asked], memory: Recalls, *, style: str = "plain") -> list[Answer]:
        """Answer questions that have been read; see `ask_many`."""
        found = [find(it.scene, memory, self.rules) if it.scene is not None else [] for it in asked]
        requests = [
            SpeechRequest(findings[0].scene if findings else UNKNOWN, style, it.language)
            for findings, it in zip(found, asked, strict=True)
        ]
        if self.carrier.adapters:
            said = self.speaker.speak_many(requests)
        else:
            said = [fallback(request, self.domain) for request in requests]
        return [
            self._answer(it, findings, utterance, memory)
            for it, findings, utterance in zip(asked, found, said, strict=True)
        ]

    def _answer(
        self, asked: Asked, findings: Sequence[Finding], utterance: Utterance, memory: Recalls
    ) -> Answer:
        """Return the answer that rests on *findings*, the first of which *utterance* says."""
        first = findings[0] if findings else None
        plain = ""
        if utterance.surface == "penman":  # the domain has no words for it
            plain = answer_text(findings, utterance.language, realiser, asked.scene)
        unread = asked.scene is None
        return Answer(
            text=plain or (self.domain.unread(utterance.language) if unread else utterance.text),
            scene=None if asked.scene is None else first.scene if first else UNKNOWN,
            crystals=first.crystals if first else (),
            bindings=first.bindings if first else {},
            findings=tuple(findings),
            passages=() if first else passages(asked.question, memory),
            retention=None if plain else utterance.retention,
            confidence=asked.confidence,
            style="plain" if plain else utterance.style,
            language=utterance.language,
            fallback=utterance.fallback,
            attempts=utterance.attempts,
        )

    def think_many(
        self,
        questions: Sequence[str],
        memory: Recalls,
        *,
        style: str = "plain",
        language: str | None = None,
        limits: Limits | None = None,
    ) -> list[Thinking]:
        """
        Answer questions inside the token stream: each in one sequence of tokens and commands.

        Args:
            memory: where to look
            language: of the answers; None: of each question
            limits: of each sequence; None: the usual ones
        Returns:
            What came of each. A thought that was stopped, or whose question was not read, has no answer.
        Raises:
            BridgeError: if a text is empty or too long, there is no such style or language, or the carrier
                cannot think
        """
        from scenograph.bridge.thinker import LIMITS, Thinker

        thinker = Thinker(self.runner, self.reader, self.speaker, self.rules)
        found = thinker.think_many(questions, memory, style=style, language=language, limits=limits or LIMITS)
        return [
            Thinking(it.thought, None)
            if it.utterance is None
            else Thinking(
                it.thought,
                replace(
                    self._answer(
                        Asked(question, it.scene, it.confidence, it.utterance.language),
                        it.findings,
                        it.utterance,
                        memory,
                    ),
                    thought=it.thought,
                ),
            )
            for question, it in zip(questions, found, strict=True)
        ]

    # --- abilities ------------------------------------------------------------------------------------------

    def do_many(self, tasks: Sequence[Task]) -> list[str]:
        """
        Do ability tasks.

        Returns:
            What the carrier wrote for each: a text, or a scene in linear form, which is always well formed.
        Raises:
            BridgeError: if an adapter is missing, or a prompt leaves no room for an answer
        """
        return [answer.text for answer in self.runner.carrier.write([self._job(task) for task in tasks])]

    def _job(self, task: Task) -> Job:
        self.runner.need(task.adapter)
        length = self.carrier.length(task.prompt)
        room = min(self.carrier.max_length - length, 2 * length + 64)
        if task.answer[0] == "text":
            return Job(task.prompt, task.adapter, TextForm(room))
        with_lexemes = task.ability == "compress"
        grammar = open_grammar(self.carrier.atoms, lexemes=True) if with_lexemes else self.reader.grammar
        return Job(task.prompt, task.adapter, SceneForm(grammar, room))
