"""
A carrier on a server: it reads and speaks by examples, since nothing can be trained there.

A prompt becomes a chat: what is to be done in one message, examples of the mind's own corpus as turns, and
then what is asked. What may be written goes along in the form that the server takes (`output`). An answer
that the grammar does not allow counts as none, whatever the server did. So does a text that repeats the
notation of the scene instead of saying it.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock, Thread
from typing import Any, Final, final

from scenograph.carriers.protocol import Candidate, Job, Written
from scenograph.carriers.remote.allowed import allows
from scenograph.carriers.remote.client import Client, ContextError
from scenograph.carriers.remote.examples import Examples
from scenograph.carriers.remote.output import best_form, fields, scene_as, scene_in
from scenograph.carriers.remote.server import Form
from scenograph.vocabulary import Prompt, Segment

_log = logging.getLogger(__name__)

CONTEXT = 4096
"""Tokens of prompt and answer together, where the server does not say how many it takes."""

_TASKS: Final = {
    "read": "Write the scene that the text says.",
    "restore": "A text and its scene with gaps are given. Write the whole scene.",
    "recall": "Several scenes are given, then a part of one of them. Write the whole scene with that part.",
    "hold": "Several scenes are given. Write the first one again, unchanged.",
    "expand": "The scene uses abbreviations. Write it in full.",
    "compress": "Write the scene shorter, with abbreviations.",
    "say": "Say the scene as a short text. Say everything that is in it, and nothing else.",
    "answer": "The scene is the answer to a question. Say it as a short text, and nothing else.",
}
_LINE: Final = (
    "A scene is one line: ( concept:role target:role target), where a target is a word, a number, a name in "
    'quotes, or again a scene in brackets. "Oleg built a bridge." is '
)
_TREE: Final = (
    "A scene is JSON: what it is, and its links, each with a role and a target, which is a word, a number, a "
    'name in quotes, or again a scene. "Oleg built a bridge." is '
)
_SHOWN: Final = '( build:agent( person:name"Oleg"):object bridge)'
_NOTATION: Final = re.compile(r'\( ?[^\s()]+:[^\s()]|\{ ?"is"')
_GLANCE: Final = 0.2  # seconds: a signal that comes just before a wait is seen after it
_WIDER: Final[Mapping[str, int]] = {"json_schema": 4, "text": 1}  # else 2: tokens of an answer for one here


@final
class RemoteCarrier:
    """
    A model on a server.

    Args:
        client: the connection
        model: its name there; empty: the only one
        form: how requests say what may be written; None: tried when it is first asked
        examples: what prompts show; none if there are none
        shots: most examples of a prompt
        parallel: most requests at once
        context: most tokens of prompt and answer; None: as the server says, else `CONTEXT`
        adapters: what it is asked for, by the names of the adapters that a trained mind has
        roles: the roles that it knows
        languages: language code → its name
    """

    def __init__(
        self,
        client: Client,
        model: str = "",
        *,
        form: Form | None = None,
        examples: Examples | None = None,
        shots: int = 8,
        parallel: int = 4,
        context: int | None = None,
        adapters: Sequence[str] = (),
        roles: Sequence[str] = (),
        languages: Mapping[str, str] | None = None,
    ) -> None:
        self.client, self.shots, self.parallel = client, shots, parallel
        self.examples = examples or Examples(())
        self.adapters = tuple(adapters)
        self.atoms = frozenset(roles)
        self._model, self._context = model, context
        self._form: Form | None = form
        self._languages = languages or {}
        self._warned = False

    def __repr__(self) -> str:
        return f"RemoteCarrier({self.client.address.url!r}, {self._model!r}, {self._form})"

    @property
    def name(self) -> str:
        """The model and its server."""
        return f"{self._model or 'the model'} at {self.client.address.url}"

    @cached_property
    def model(self) -> str:
        """The name of the model; the server is asked if it was not given."""
        return self._model or self.client.model().name

    @cached_property
    def form(self) -> Form:
        """How requests say what may be written."""
        form = self._form
        return best_form(self.client, self.model) if form is None else form

    @property
    def max_length(self) -> int:
        """The longest prompt and answer together, in tokens."""
        if self._context is None:
            self._context = self.client.model(self._model).context or CONTEXT
        return self._context

    def length(self, prompt: Prompt) -> int:
        """Return about how many tokens *prompt* has: a server's own number would cost a request."""
        return sum(_tokens(scene_as(self.form, text) if kind == "scene" else text) for kind, text in prompt)

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Score nothing: servers give the probabilities of what they write, not of a given text."""
        return [[] for _ in candidates]

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """
        Do all *jobs*, some at a time.

        Raises:
            CarrierError: if the server fails; the answers that came are dropped then
        """
        if len(jobs) < 2 or self.parallel < 2:
            return [self._do(job) for job in jobs]
        _ = self.model, self.form, self.max_length  # asked for once, not by every thread
        found: list[Written | None] = [None] * len(jobs)
        failed: list[BaseException] = []
        waiting, turn = iter(enumerate(jobs)), Lock()

        def work() -> None:
            while not failed:
                with turn:
                    number, job = next(waiting, (0, None))
                if job is None:
                    return
                try:
                    found[number] = self._do(job)
                except Exception as error:
                    failed.append(error)

        # A Ctrl-C does not wait for what was sent: the threads end with the process.
        threads = [Thread(target=work, daemon=True) for _ in range(min(self.parallel, len(jobs)))]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(_GLANCE)
        except BaseException as error:
            failed.append(error)
            raise
        if failed:
            raise failed[0]
        return [written for written in found if written is not None]

    # --- one job --------------------------------------------------------------------------------------------

    def _do(self, job: Job) -> Written:
        lark = job.constraint.lark
        wider = _WIDER["text"] if lark is None else _WIDER.get(self.form, 2)
        request = {
            "model": self.model,
            "temperature": 1 if job.draw else 0,
            "seed": job.draw,
            "logprobs": True,
            **fields(self.form, job.constraint),
        }
        shots = self.shots
        while True:
            budget = min(job.constraint.budget * wider, self.max_length // 2)
            messages = self._messages(job.prompt, shots, self.max_length - budget)
            try:
                choice = self.client.chat({**request, "messages": messages, "max_tokens": budget})
            except ContextError:
                if not shots:
                    raise
                shots //= 2
                continue
            break
        content = str(choice["message"]["content"] or "")
        was_cut = choice.get("finish_reason") == "length"
        logprobs = _logprobs(choice)
        if lark is None:
            lines = (line.strip() for line in content.splitlines())
            said = next(filter(None, lines), "")
            return Written("" if _NOTATION.search(said) else said, logprobs, was_cut)
        linear = scene_in(self.form, content)
        if linear and allows(lark, linear):
            return Written(linear, logprobs, was_cut)
        if not was_cut:
            self._warn()
        return Written("", logprobs, was_cut)

    def _messages(self, prompt: Prompt, shots: int, room: int) -> list[dict[str, str]]:
        """Return the chat of *prompt*, with as many of *shots* examples as go into *room* tokens."""
        first = {"role": "system", "content": self._task(prompt)}
        last = {"role": "user", "content": self._shown(prompt)}
        room -= _tokens(first["content"]) + _tokens(last["content"])
        turns: list[dict[str, str]] = []
        for example in reversed(self.examples.choose(prompt, shots)):
            asked, answer = self._shown(example.prompt), self._shown((example.answer,))
            room -= _tokens(asked) + _tokens(answer) + 8
            if room < 0:
                break
            turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}, *turns]
        return [first, *turns, last]

    def _task(self, prompt: Prompt) -> str:
        """Say what is to be done."""
        command, *others = [text.removeprefix("⟁") for kind, text in prompt if kind == "command"]
        ability, _, style = command.partition(":")
        said = [_TASKS[ability]]
        if style:
            language = self._languages.get(others[0], others[0]) if others else ""
            said.append(f"Language: {language.capitalize()}. Style: {style}. Answer with the text alone.")
        said.append(f"{_TREE if self.form == 'json_schema' else _LINE}{scene_as(self.form, _SHOWN)}")
        return " ".join(said)

    def _shown(self, data: Sequence[Segment]) -> str:
        return "\n".join(
            scene_as(self.form, text) if kind == "scene" else text for kind, text in data if kind != "command"
        )

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            _log.warning(
                "%s wrote what the grammar does not allow; such answers count as unread "
                "(scenograph carriers check %s)",
                self.name,
                self.client.address.url,
            )


def _tokens(text: str) -> int:
    """Return about how many tokens *text* has, rather too many: about three letters of English are one."""
    data = text.encode()
    return math.ceil(len(data) / (2.5 if len(data) == len(text) else 2)) + 1


def _logprobs(choice: Mapping[str, Any]) -> list[float]:
    """
    Return what the server says of each token; minus infinity if it says nothing.

    A reading without probabilities has no confidence of its own then: it counts as read only if its text is
    one of the exact wordings.
    """
    rows: Any = (choice.get("logprobs") or {}).get("content") or []
    try:
        found = [min(0.0, float(row["logprob"])) for row in rows]
    except (LookupError, TypeError, ValueError):
        found = []
    return found or [-math.inf]
