"""
Thinking inside the token stream: a question is answered in one sequence of tokens and commands.

    Who built the bridge? ⟁read ( build:agent ?who:object bridge) ⟁recall       the thinker writes
    ( build:agent( entity:name"Oleg"):object bridge) ⟁sep                       memory inserts
    ( answer:content(…):value( entity:name"Oleg")) ⟁answer:poet ⟁ru             the thinker writes
    … ⟁eos                                                                      the voice writes

What may be written is bound at each place. After the question there may be a scene, and one of the commands;
after a command only answers that memory supports, or *unknown* if there are none, or `⟁field` where rules may
say more. So an answer contains nothing but what memory holds, here too (decision 7). A reading that is not
sure ends the sequence. What the voice says is read back like everything that is spoken (law 8).

From `⟁answer` on, the adapter of the voice acts, and sees the answer alone. So nothing of the question or of
what was recalled can slip into the text, and a voice says what it says elsewhere.

A sequence has limits (`Limits`). One that meets them is *stopped*; who asked gets what the outside loop
(`Bridge.answer_many`) answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.answers import UNKNOWN, Finding, Recalls
from scenograph.answers.thought import CarriedOut, End, Thought
from scenograph.bridge.choices import Choosing, Commanding
from scenograph.bridge.commands import FIRST, Found, carry_out, choices
from scenograph.bridge.read import Draft, Reader
from scenograph.bridge.runner import Runner
from scenograph.bridge.speak import Speaker, SpeechRequest
from scenograph.carriers.asker import present_asker
from scenograph.carriers.protocol import Job
from scenograph.carriers.stream import Leg, LegWritten, Stream
from scenograph.core.field import Rule
from scenograph.core.linear import delinearise
from scenograph.core.scene import Scene
from scenograph.errors import BridgeError, NotationError
from scenograph.prompts import THINKER, speak_prompt, think_prompt
from scenograph.readers.reading import tidied
from scenograph.realiser.utterance import Utterance

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier
    from scenograph.vocabulary import Vocabulary


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """How far one sequence may go; time is looked at between commands."""

    commands: int = 4  # that are carried out, ⟁answer not counted
    tokens: int = 768  # written and inserted
    seconds: float = 20.0


LIMITS: Final = Limits()


class Outcome(NamedTuple):
    """
    What came of thinking about a question.

    Attributes:
        thought: the sequence, and what was carried out
        scene: what the question was read into; None if it was not
        confidence: of the reading
        findings: what answers it, the one that was chosen first
        utterance: what is said; None if the thought did not come to an end
    """

    thought: Thought
    scene: Scene | None
    confidence: float
    findings: tuple[Finding, ...]
    utterance: Utterance | None


@final
class Thinker:
    """
    Answers questions, each in one sequence.

    Args:
        runner: a carrier in this process, with a thinker
        reader: how readings are judged
        speaker: how texts are guarded
        rules: what `⟁field` concludes by
    """

    def __init__(self, runner: Runner, reader: Reader, speaker: Speaker, rules: Sequence[Rule]) -> None:
        self.runner, self.reader, self.speaker, self.rules = runner, reader, speaker, rules

    def check(self) -> None:
        """Raise `BridgeError` unless the carrier can think."""
        carrier = self.runner.carrier
        if not hasattr(carrier, "go_on"):
            raise BridgeError(
                f"carrier {carrier.name!r} does not run in this process, so nothing can be inserted into "
                "what it writes; ask without inside"
            )
        if carrier.adapters and THINKER not in self.runner:
            raise BridgeError(
                "this mind has no thinker yet, which thinking inside needs; run `scenograph train`, "
                "or ask without inside"
            )
        self.runner.need(THINKER)

    def think_many(
        self,
        questions: Sequence[str],
        memory: Recalls,
        *,
        style: str = "plain",
        language: str | None = None,
        limits: Limits = LIMITS,
    ) -> list[Outcome]:
        """
        Answer *questions* side by side, each in a sequence of its own.

        Args:
            memory: where to look
            style: of the answers
            language: of the answers; None: of each question
            limits: of each sequence
        Raises:
            BridgeError: if a text is empty or too long, there is no such style or language, or the carrier
                cannot think
        """
        self.check()
        sequences = [
            _Sequence(self, tidied(text, "?"), memory, style, self.reader.language_of(text, language), limits)
            for text in questions
        ]
        for sequence in sequences:
            self.speaker.check(style, sequence.language)
        while going := [it for it in sequences if it.end is None]:
            legs = [it.leg for it in going]
            for sequence, written in zip(going, self.carrier.go_on(legs), strict=True):
                sequence.go_on(written)
        said = [it for it in sequences if it.end in ("answered", "unknown")]
        spoken = self.speaker.guarded([it.request for it in said], [it.text for it in said])
        utterances = dict(zip(map(id, said), spoken, strict=True))
        return [it.outcome(utterances.get(id(it))) for it in sequences]

    @property
    def carrier(self) -> LocalCarrier:
        """The carrier, which can think."""
        carrier: LocalCarrier = self.runner.carrier  # pyright: ignore[reportAssignmentType]  (`check`)
        return carrier


@final
class _Sequence:
    """
    One question on its way.

    Attributes:
        leg: what is written next
        end: how it ended; None: it goes on
        language: of the answer
        text: what the voice wrote; None if it wrote nothing
    """

    def __init__(
        self, thinker: Thinker, question: str, memory: Recalls, style: str, language: str, limits: Limits
    ) -> None:
        self._thinker, self._question, self._memory = thinker, question, memory
        self._style, self.language, self._limits = style, language, limits
        self._began = self._since = time.perf_counter()
        self._carrier = thinker.carrier
        self._vocabulary: Vocabulary = self._carrier.vocabulary
        self._stream: Stream = self._carrier.stream(think_prompt(question).prompt, THINKER)
        self._commands: list[CarriedOut] = []
        self._note = ""
        self._cue: Scene | None = None
        self._confidence = 0.0
        self._given = UNKNOWN
        self._choices: dict[tuple[int, ...], Finding | str | None] = {}
        self._findings: tuple[Finding, ...] = ()
        self.end: End | None = None
        self.text: str | None = None
        ids = self._ids(FIRST)
        form = thinker.reader.form(question, thinker.reader.language_of(question))
        mask = Commanding(form.over(self._vocabulary), self._vocabulary.eos, ids)
        self._next: Callable[[LegWritten], None] = self._read
        self.leg = Leg(self._stream, mask, form.budget, frozenset(ids))
        if form.budget > self._room:
            self._stop("its question leaves no room")

    def go_on(self, written: LegWritten) -> None:
        """Carry out the command that ends what was *written*; then `leg` is the next one, or this is over."""
        self._next(written)

    @property
    def request(self) -> SpeechRequest:
        """What is to be said."""
        return SpeechRequest(self._given, self._style, self.language)

    def outcome(self, utterance: Utterance | None) -> Outcome:
        """Return what came of it; *utterance* is what was said in the end."""
        assert self.end is not None, "it goes on"
        stream = self._stream
        thought = Thought(
            self.end,
            self._note,
            tuple(self._commands),
            self._vocabulary.decode(stream.ids),
            stream.written,
            len(stream.ids) - stream.written,
            stream.passes,
            time.perf_counter() - self._began,
        )
        return Outcome(thought, self._cue, self._confidence, self._findings, utterance)

    # --- one after the other --------------------------------------------------------------------------------

    def _read(self, written: LegWritten) -> None:
        """The question was read; carry out the first command."""
        *ids, command = written.ids
        scene = self._scene(ids) if written.is_finished else None
        draft = Draft(scene, written.logprobs[:-1], self.leg.mask.was_cut)
        [self._confidence] = self._thinker.reader.judged([self._question], [draft])
        if scene is None or self._confidence < self._thinker.reader.threshold:
            self.end, self._note = "unread", "the reading of the question is not sure"
            return
        self._cue = self._given = scene
        self._carry_out(self._spelt(command))

    def _carry_out(self, command: str) -> None:
        """Carry out ⟁recall or ⟁field, insert what it gives, and ask for the answer."""
        assert self._cue is not None, "a command has a cue"
        limits = self._limits
        if len(self._commands) >= limits.commands:
            self._stop(f"it wrote {command} after {limits.commands} commands, the most that it may")
            return
        if time.perf_counter() - self._began > limits.seconds:
            self._stop(f"it took more than {limits.seconds:g} seconds")
            return
        began = time.perf_counter()
        found = carry_out(command, self._cue, self._memory, self._thinker.rules)
        taken = time.perf_counter() - began
        self._since = time.perf_counter()
        crystals = dict.fromkeys(crystal for it in found.findings for crystal in it.crystals)
        self._commands.append(CarriedOut(command, self._cue, found.clauses, (*crystals,), "", taken))
        inserted = self._stream.insert(found.segments)
        if (heard := present_asker().heard) is not None:
            heard(command, inserted)
        self._ask(command, found)

    def _ask(self, command: str, found: Found) -> None:
        """Ask for one of the answers that were found."""
        assert self._cue is not None, "a command has a cue"
        self._choices = choices(
            command, self._cue, found.findings, self._thinker.rules, self._style, self._vocabulary
        )
        longest = max(map(len, self._choices))
        if longest > self._room:
            self._stop(f"its answer would be longer than {self._most} tokens")
            return
        mask = Choosing(self._vocabulary.size, self._choices)
        self._findings = tuple(found.findings)
        self._next = self._choose
        self.leg = Leg(self._stream, mask, longest, frozenset(it[-1] for it in self._choices))

    def _choose(self, written: LegWritten) -> None:
        """An answer was chosen, or ⟁field."""
        chosen = self._choices[written.ids]
        if isinstance(chosen, str):
            self._carry_out(chosen)
            return
        command = f"⟁answer:{self._style}"
        if chosen is None:
            self._given, self.end = UNKNOWN, "unknown"
            self._commands.append(CarriedOut(command, UNKNOWN, (), (), "", 0.0))
            return
        self._findings = (chosen, *(it for it in self._findings if it is not chosen))
        self._given = chosen.scene
        job = self._thinker.speaker.job_of(self.request)
        if job is None:
            self.end = "answered"  # the guard says it by the exact plain surface
            self._commands.append(CarriedOut(command, self._given, (), chosen.crystals, "", 0.0))
        elif self._carrier.length(job.prompt) + job.constraint.budget > self._room:
            self._stop(f"with its text it would be longer than {self._most} tokens")
        else:
            self._speak(job)

    def _speak(self, job: Job) -> None:
        """Let the voice write."""
        asked = speak_prompt(*self.request)
        self._since = time.perf_counter()
        self._stream.turn(asked.prompt, asked.adapter)
        self._next = self._spoken
        self.leg = Leg(self._stream, job.constraint.over(self._vocabulary), job.constraint.budget)

    def _spoken(self, written: LegWritten) -> None:
        """The voice has ended."""
        ids = written.ids[:-1] if written.is_finished else written.ids
        self.text, self.end = self._vocabulary.decode(ids), "answered"
        taken = time.perf_counter() - self._since
        crystals = self._findings[0].crystals
        command = f"⟁answer:{self._style}"
        self._commands.append(CarriedOut(command, self._given, (), crystals, self.text, taken))

    def _stop(self, note: str) -> None:
        self.end, self._note = "stopped", note

    # --- tokens ---------------------------------------------------------------------------------------------

    @property
    def _most(self) -> int:
        return min(self._limits.tokens, self._carrier.max_length)

    @property
    def _room(self) -> int:
        """How many tokens there may be yet."""
        return self._most - len(self._stream.ids)

    def _ids(self, commands: Sequence[str]) -> tuple[int, ...]:
        return tuple(map(self._vocabulary.id, commands))

    def _spelt(self, token: int) -> str:
        return self._vocabulary.decode([token])

    def _scene(self, ids: Sequence[int]) -> Scene | None:
        try:
            return delinearise(self._vocabulary.decode(ids))
        except NotationError:
            return None
