"""
A carrier that llama.cpp runs: the original quantised file, with our adapters beside it.

It obeys the same constraints as a model in this process, to the token. llama.cpp writes a *draft*, under a
Lark grammar if there is one. The draft is checked against the exact mask, token by token. A token that the
mask allows is the likeliest allowed one, since it was the likeliest of more. At the first token that the mask
does not allow the draft is cut, one step is made under the mask itself, and a new draft goes on from there::

    draft   ( build:agent( person:name"Ole:agent …        an atom cannot stand in a name
    kept    ( build:agent( person:name"Ole
    step    ( build:agent( person:name"Oleg               the likeliest token that the mask allows

So the grammar only makes drafts better. What it cannot say, labels, budgets and names, holds all the same.

Law: for one and the same model, what is written is what `LocalCarrier` writes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.runtime import Runtime
from scenograph.carriers.protocol import Candidate, Job, TokenMask, Written
from scenograph.errors import CarrierError
from scenograph.vocabulary import Prompt, Vocabulary

Mask = NDArray[np.bool_]

_SLOTS: Final = 4  # jobs at the same time
_CONTEXT: Final = 2048  # tokens of a prompt and its answer; each slot has memory for as many
_SEEN: Final = 64  # tokens whose probabilities a draft shows
_MORE: Final = 1024  # tokens to look at where these are too few; all of them are the last resort
_SHORT: Final = 8  # tokens of the draft after a step; it doubles while drafts are kept whole
_SURE: Final = 1.05  # bounds of a probability that are nearer than this factor need no step of their own
_ROUNDED: Final = 1e-3  # sums of probabilities, which come as float32, are right to a thousandth of it
_BIAS: Final = 500.0  # makes a token certain: logits are some tens apart
_GREEDY: Final = {"samplers": ["temperature"], "temperature": 0.0}
_DRAWN: Final = {"samplers": ["temperature"], "temperature": 1.0}


@final
class GgufCarrier:
    """
    A GGUF file as a `Carrier`; close it when it is no longer needed. Threads may share it.

    Args:
        path: the file
        vocabulary: every atom of it borrows a token of the file's own
        adapters: the GGUF file of each adapter; ⟁do invokes it, or it acts always
        threads: of the processor
    Attributes:
        name: the path
        max_length: the longest prompt and answer together, in tokens
    Raises:
        CarrierError: if llama.cpp cannot load a file, or the vocabulary has rows that the file has not
        MissingExtraError: if xllamacpp is not installed
    """

    def __init__(
        self,
        path: Path,
        vocabulary: Vocabulary,
        adapters: Mapping[str, Path] | None = None,
        *,
        threads: int = 1,
    ) -> None:
        file = GgufFile.read(path)
        rows = len(file.metadata.get("tokenizer.ggml.tokens", ()))
        if vocabulary.size > rows:
            raise CarrierError(
                f"the vocabulary has {vocabulary.size} tokens and {path} has {rows}; llama.cpp takes no new "
                "rows: a mind has a vocabulary of borrowed tokens if it was trained with "
                'runtime = "llama.cpp" in mind.toml'
            )
        files = dict(adapters or {})
        self.name = str(path)
        self.vocabulary = vocabulary
        self.adapters = tuple(files)
        self.atoms = frozenset(atom.text for atom in vocabulary.atoms)
        self.max_length = min(int(file.setting("context_length", _CONTEXT)), _CONTEXT)
        self._pool = ThreadPoolExecutor(_SLOTS)  # for the jobs of all threads
        self._places: dict[str | None, int | None] = {None: None}
        self._places |= {name: place for place, name in enumerate(files)}
        self._runtime = Runtime(
            path, list(files.values()), context=self.max_length, slots=_SLOTS, threads=threads
        )

    def __repr__(self) -> str:
        return f"GgufCarrier({self.name!r}, {len(self.adapters)} adapters)"

    def close(self) -> None:
        """End llama.cpp."""
        self._pool.shutdown(cancel_futures=True)
        self._runtime.close()

    def length(self, prompt: Prompt) -> int:
        """Return the number of tokens of *prompt*."""
        return len(self.vocabulary.encode_prompt(prompt))

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """Do all *jobs*; those of one adapter together, since llama.cpp works on one adapter at a time."""
        order = sorted(range(len(jobs)), key=lambda i: jobs[i].adapter or "")
        found = dict(zip(order, self._pool.map(lambda i: self._write(jobs[i]), order), strict=True))
        return [found[i] for i in range(len(jobs))]

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Return the natural logarithm of the probability of each token of each answer, its end included."""
        order = sorted(range(len(candidates)), key=lambda i: candidates[i].adapter or "")
        scored = self._pool.map(lambda i: self._score(candidates[i]), order)
        found = dict(zip(order, scored, strict=True))
        return [found[i] for i in range(len(candidates))]

    # --- one job --------------------------------------------------------------------------------------------

    def _write(self, job: Job) -> Written:
        prompt, adapter = self._spelt(job.prompt, job.adapter)
        row = _Row(job.constraint.over(self.vocabulary), self.vocabulary.eos)
        lark = job.constraint.lark_over(self.vocabulary)
        budget = length = job.constraint.budget
        while not row.is_done and (left := budget - len(row.ids)):
            length = min(length, left)
            begun = prompt + row.ids
            # A grammar begins at the beginning.
            grammar = self._grammar(lark) if lark is not None and not row.ids else {}
            before = len(row.ids)
            how = {**grammar, **_DRAWN, "seed": job.draw} if job.draw else grammar
            self._follow(row, self._draft(begun, adapter, length, how), begun, adapter)
            if row.is_done or len(row.ids) - before == length:
                length *= 2
            else:
                row.take(*self._step(prompt + row.ids, adapter, row.allowed()))
                length = _SHORT
        ids = row.ids[:-1] if row.is_done else row.ids
        return Written(self.vocabulary.decode(ids), row.logprobs, row.mask.was_cut or not row.is_done)

    def _follow(self, row: _Row, draft: Sequence[Drafted], begun: list[int], adapter: int | None) -> None:
        """Take the tokens of *draft* into *row*, up to the first one that its mask does not allow."""
        first = len(row.ids)
        for it in draft:
            if row.is_done or not (allowed := row.allowed())[it.token]:
                return
            logprob = _within(it, allowed)
            if logprob is not None:
                row.take(it.token, logprob)
                continue
            row.take(*self._step(begun + row.ids[first:], adapter, allowed))
            if row.ids[-1] != it.token:  # two tokens are equally likely, but for rounding
                return

    def _draft(
        self, begun: list[int], adapter: int | None, length: int, how: Mapping[str, Any]
    ) -> list[Drafted]:
        """Let llama.cpp write *length* tokens or fewer."""
        return self._drafted(begun, adapter, n_predict=length, n_probs=_SEEN, **how)

    def _drafted(self, begun: list[int], adapter: int | None, **request: Any) -> list[Drafted]:
        """
        Return the tokens that llama.cpp writes, with the likeliest tokens at each place.

        It shows none where a character is not complete yet.
        """
        found = self._runtime.complete(begun, adapter, **{**_GREEDY, **request})
        shown: list[Any] = found.get("completion_probabilities", [])
        tokens: list[int] = found["tokens"]
        written, places = b"", list[int]()
        for place, token in enumerate(tokens):
            written += self.vocabulary.base.token_bytes[token]
            if not _is_cut(written):
                places.append(place)
        if [tokens[place] for place in places] != [it["id"] for it in shown]:
            places = []
        by_place = dict(zip(places, shown, strict=False))
        return [Drafted.of(token, by_place.get(place)) for place, token in enumerate(tokens)]

    def _look(self, begun: list[int], adapter: int | None, count: int) -> Mapping[int, float]:
        """Return the logarithms of the probabilities of the *count* likeliest tokens after *begun*."""
        # What is written does not matter, but must be whole characters.
        end = [[self.vocabulary.eos, _BIAS]]
        [only] = self._drafted(begun, adapter, n_predict=1, n_probs=count, logit_bias=end)
        return only.shown

    def _step(self, begun: list[int], adapter: int | None, allowed: Mask) -> tuple[int, float]:
        """Return the likeliest token that is *allowed*, and the logarithm of its probability among these."""
        if np.count_nonzero(allowed) == 1:
            return int(allowed.argmax()), 0.0
        for count in (_SEEN, _MORE, len(allowed)):
            shown = self._look(begun, adapter, count)
            seen = [token for token in shown if allowed[token]]
            if seen:
                best = max(seen, key=lambda token: shown[token])
                drafted = Drafted(best, shown[best], shown)
                logprob = _within(drafted, allowed, surely=count == len(allowed))
                if logprob is not None:
                    return best, logprob
        raise CarrierError(f"llama.cpp gives {self.name} no token that may come next")

    def _score(self, candidate: Candidate) -> list[float]:
        prompt, adapter = self._spelt(candidate.prompt, candidate.adapter)
        answer = self.vocabulary.encode_answer(candidate.answer)
        grammar = self._grammar("start: " + " ".join(f"<[{token}]>" for token in answer))
        scored = self._drafted(prompt, adapter, n_predict=len(answer), n_probs=1, **grammar)
        if [it.token for it in scored] != answer:
            raise CarrierError(f"llama.cpp does not keep to the answer that it was to score with {self.name}")
        return [
            it.logprob if it.shown else self._chance(prompt + answer[:place], adapter, it.token)
            for place, it in enumerate(scored)
        ]

    def _chance(self, begun: list[int], adapter: int | None, token: int) -> float:
        """Return the logarithm of the probability of *token* after *begun*."""
        for count in (_SEEN, _MORE):
            if token in (shown := self._look(begun, adapter, count)):
                return shown[token]
        return self._look(begun, adapter, self.vocabulary.size)[token]

    def _grammar(self, lark: str) -> dict[str, Any]:
        """
        Return what makes llama.cpp keep to *lark*.

        Where only one token may come next, llguidance looks ahead by characters. It fails then in a
        vocabulary in which two tokens have the same ones, as pieces and bytes of Llama 2 have. So ⟁pad may
        always stand where an atom may, and is made impossible.
        """
        pad = self.vocabulary.pad
        loose = re.sub(r"<\[([0-9,]+)\]>", rf"<[\1,{pad}]>", lark)
        return {"grammar": "%llguidance {}\n" + loose, "logit_bias": [[pad, False]]}

    def _spelt(self, prompt: Prompt, adapter: str | None) -> tuple[list[int], int | None]:
        """Return the tokens of *prompt*, and the place of the file of *adapter*."""
        if adapter not in self._places:
            raise CarrierError(f"{self.name} is served without the adapter {adapter!r}")
        return self.vocabulary.encode_prompt(prompt), self._places[adapter]


class Drafted(NamedTuple):
    """
    One token of a draft.

    Attributes:
        token: its id
        logprob: the logarithm of its probability
        shown: those of the likeliest tokens at its place; empty if llama.cpp does not say
    """

    token: int
    logprob: float
    shown: Mapping[int, float]

    @classmethod
    def of(cls, token: int, shown: Any) -> Drafted:
        """Return *token* with what llama.cpp shows for it; None if it shows nothing."""
        if shown is None:
            return cls(token, -math.inf, {})
        return cls(token, shown["logprob"], {top["id"]: top["logprob"] for top in shown["top_logprobs"]})


def _is_cut(written: bytes) -> bool:
    """Whether the last character of *written* lacks bytes, as llama.cpp sees it."""
    ends = enumerate(reversed(written[-4:]), 1)
    return any(byte >= 0xC0 and count < 2 + (byte >= 0xE0) + (byte >= 0xF0) for count, byte in ends)


def mass_of(drafted: Drafted, allowed: Mask) -> tuple[float, float]:
    """
    Return between which bounds the probability of all *allowed* tokens together lies.

    A token that is not shown is at most as likely as the least likely one that is shown.
    """
    count = int(np.count_nonzero(allowed))
    if count == 1:
        return (share := math.exp(drafted.logprob)), share
    least = math.exp(min(drafted.shown.values()))
    known = {**drafted.shown, drafted.token: drafted.logprob}
    own = math.fsum(math.exp(logprob) for i, logprob in known.items() if allowed[i])
    others = math.fsum(math.exp(logprob) for i, logprob in known.items() if not allowed[i])
    own_known = sum(bool(allowed[i]) for i in known)
    rest = max(0.0, 1.0 - others - own)
    low, high = own, own + min(rest, (count - own_known) * least)
    if own > _ROUNDED:
        hidden = len(allowed) - count - (len(known) - own_known)
        low = max(own, 1.0 - others - min(rest, hidden * least))
    return low, max(low, high)


def _within(drafted: Drafted, allowed: Mask, *, surely: bool = False) -> float | None:
    """
    Return the logarithm of the probability of a token among the *allowed* ones.

    None if what is shown does not tell it well enough; with *surely*, the best guess then.
    """
    if not drafted.shown:
        return None
    low, high = mass_of(drafted, allowed)
    if high > low * _SURE and not surely:
        return None
    return min(0.0, drafted.logprob - math.log((low + high) / 2))


@final
class _Row:
    """One answer while it is written."""

    def __init__(self, mask: TokenMask, end: int) -> None:
        self.mask = mask
        self.ids: list[int] = []
        self.logprobs: list[float] = []
        self._end = end

    @property
    def is_done(self) -> bool:
        """Whether its end is written."""
        return bool(self.ids) and self.ids[-1] == self._end

    def allowed(self) -> Mask:
        """What may come next; nothing after the end."""
        return np.asarray(self.mask.mask())

    def take(self, token: int, logprob: float) -> None:
        """Add one token."""
        self.mask.advance(token)
        self.ids.append(token)
        self.logprobs.append(logprob)
