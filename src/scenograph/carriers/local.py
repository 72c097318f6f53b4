"""
A carrier in this process: a frozen model with its vocabulary.

The model's own weights never change. Atoms without a row in its embedding get rows after its own, in a table
that belongs to this carrier. Several carriers may share the weights of one model, each with its vocabulary
and adapters. `LocalCarrier.digest` covers the model's own rows alone, so it is the same for all of them, and
the same before and after training.
"""

from __future__ import annotations

import codecs
import copy
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from random import Random
from threading import RLock
from typing import TYPE_CHECKING, Any, final

import torch
from torch import Tensor
from torch.nn.functional import normalize

from scenograph.carriers.asker import present_asker
from scenograph.carriers.engine import Engine
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.generate import batches
from scenograph.carriers.options import LoadOptions
from scenograph.carriers.prefixes import Prefixes
from scenograph.carriers.protocol import Candidate, Job, TextStates, TokenMask, Written
from scenograph.carriers.row import Adapters, Row
from scenograph.carriers.stream import Leg, LegWritten, Stream
from scenograph.carriers.weights import extend, own_weights, twin, weights_digest
from scenograph.errors import CarrierError, VocabularyError
from scenograph.vocabulary import Prompt, Vocabulary, command_tokens, is_invocation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOGITS = 4_000_000  # numbers that may be held at once while scoring
_TOKENS = 16_384  # of one batch while scoring or looking at states


@final
class LocalCarrier:
    """
    A frozen model that reads and writes through one vocabulary; made by `load_carrier`. Threads may share it.

    Args:
        name: what it was loaded as
        module: a causal model, as transformers makes them; it is frozen, and gets rows for new atoms
        vocabulary: how its prompts are spelt
        own_rows: the number of rows of the embedding that are the model's own; None: all
        digest: computes the digest of its weights when that is first needed; None hashes them
        loading: how it was loaded, if `load_carrier` did
    Attributes:
        family: its architecture, a key of `FAMILIES`
        max_length: the longest sequence it takes, in tokens
        atoms: the texts that are one token to it
    Raises:
        CarrierError: if the architecture is none of `FAMILIES`
        VocabularyError: if the vocabulary leaves no room for the embedding's own rows
    """

    def __init__(
        self,
        name: str,
        module: Any,
        vocabulary: Vocabulary,
        *,
        own_rows: int | None = None,
        digest: Callable[[LocalCarrier], str] | None = None,
        loading: LoadOptions | None = None,
    ) -> None:
        self.family: str = module.config.model_type
        if self.family not in FAMILIES:
            raise CarrierError(
                f"{name} is a {self.family} model; carriers can be {', '.join(sorted(FAMILIES))}"
            )
        self.name, self.module, self.vocabulary = name, module, vocabulary
        self.max_length: int = module.config.max_position_embeddings
        self.own_rows = own_rows or module.get_input_embeddings().weight.shape[0]
        if vocabulary.base_size > self.own_rows:
            raise VocabularyError(
                f"the vocabulary's base has {vocabulary.base_size} tokens, {name} embeds {self.own_rows}; "
                "use the vocabulary made for this carrier"
            )
        self.atoms = frozenset(atom.text for atom in vocabulary.atoms)
        self._digest = digest
        self.loading = loading
        self._adapters: Adapters | None = None
        self._prefixes = Prefixes()
        self._turn = RLock()  # adapters are switched, and layers watched, by hooks of the module
        module.requires_grad_(False)
        module.eval()
        extend(module, vocabulary, self.own_rows)

    def __repr__(self) -> str:
        return f"LocalCarrier({self.name!r}, {self.family}, {self.vocabulary.size} tokens)"

    # --- parts ----------------------------------------------------------------------------------------------

    @property
    def adapters(self) -> tuple[str, ...]:
        """The adapters that it can use."""
        return () if self._adapters is None else self._adapters.names

    @property
    def invocations(self) -> tuple[int, ...]:
        """The ids of the invocation tokens, from which on adapters act."""
        atoms = (atom.text for atom in self.vocabulary.atoms)
        return tuple(self.vocabulary.id(atom) for atom in atoms if is_invocation(atom))

    @property
    def parameters(self) -> int:
        """The number of the model's own parameters (packed 4-bit weights count once for each byte)."""
        return sum(tensor.numel() for _, tensor in own_weights(self.module, self.own_rows))

    @property
    def digest(self) -> str:
        """The digest of the model's own weights, 32 hex digits; it may come from the cache of digests."""
        return self._known_digest

    @cached_property
    def _known_digest(self) -> str:
        return self._digest(self) if self._digest is not None else self.digest_now()

    def digest_now(self) -> str:
        """Hash the model's own weights as they are now: 32 hex digits; training leaves them equal (law 6)."""
        return weights_digest(self.module, self.own_rows)

    def check_vocabulary(self, vocabulary: Vocabulary) -> None:
        """
        Check that *vocabulary* can be that of this carrier.

        Raises:
            VocabularyError: if it has another base, gives an atom of the carrier another id, or has rows that
                were learned over another carrier
        """
        if vocabulary.manifest["base_digest"] != self.vocabulary.manifest["base_digest"]:
            raise VocabularyError(
                f"this vocabulary was made for another carrier than {self.name}; make the mind's again"
            )
        own = self.vocabulary.atoms[: max(0, self.own_rows - self.vocabulary.base_size)]
        if vocabulary.atoms[: len(own)] != own:
            raise VocabularyError(
                f"this vocabulary moves atoms that {self.name} has learnt; make the mind's again"
            )
        rows = vocabulary.rows
        if rows is not None and (rows.carrier, rows.start) != (self.digest, self.own_rows):
            raise VocabularyError(
                f"the rows of this vocabulary were learned over another carrier than {self.name}, or over it "
                "in another precision; make the mind's vocabulary again"
            )

    def with_vocabulary(self, vocabulary: Vocabulary) -> LocalCarrier:
        """
        Return a carrier with another vocabulary over the same weights. This one stays as it is.

        Raises:
            VocabularyError: as `check_vocabulary`
        """
        self.check_vocabulary(vocabulary)
        # Both have one digest. The new carrier must not hold this one, whose tables may be gigabytes.
        known = self.__dict__.get("_known_digest")
        digest = self._digest if known is None else lambda _: known
        return LocalCarrier(
            self.name,
            twin(self.module),
            vocabulary,
            own_rows=self.own_rows,
            digest=digest,
            loading=self.loading,
        )

    def with_adapters(self, adapters: Adapters) -> LocalCarrier:
        """Return this carrier with *adapters*, which were made for it. The module is the same one."""
        carrier = copy.copy(self)
        carrier.__dict__.pop("engine", None)
        carrier._adapters = adapters
        return carrier

    # --- writing and scoring --------------------------------------------------------------------------------

    def length(self, prompt: Prompt) -> int:
        """Return the number of tokens of *prompt*."""
        return len(self.vocabulary.encode_prompt(prompt))

    @cached_property
    def engine(self) -> Engine:
        """What writes for all threads that share this carrier."""
        return Engine(
            self.module,
            pad=self.vocabulary.pad,
            stop=self.vocabulary.eos,
            turn=self._turn,
            adapters=self._adapters,
            score=self._score,
            prefixes=self._prefixes,
        )

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """
        Do all *jobs*, beside those of other threads.

        Tokens that are forced at the beginning are added to the prompt and cost nothing.
        """
        rows: list[Row] = []
        masks: list[TokenMask] = []
        begun: list[list[int]] = []
        for job in jobs:
            self._check(job.adapter)
            mask = job.constraint.over(self.vocabulary)
            first = _forced(mask)
            ids, start = self._spell(job.prompt)
            most = job.constraint.budget - len(first)
            heard = self._listener(job.adapter)
            guess = self.vocabulary.encode_answer(job.guess)[:-1] if job.guess is not None else []
            guess = guess[len(first) :] if guess[: len(first)] == first else []
            # One and the same draft for one number and prompt, whatever is beside it.
            dice = Random(repr((job.draw, ids))) if job.draw else None
            row = Row(
                ids + first,
                most,
                mask=mask,
                adapter=job.adapter,
                start=start,
                heard=heard,
                dice=dice,
                guess=guess[:most],
            )
            rows.append(row)
            masks.append(mask)
            begun.append(first)
        self.engine.write(rows)
        return [
            Written(
                self.vocabulary.decode(first + (row.made[:-1] if row.is_finished else row.made)),
                [0.0] * len(first) + row.logprobs,
                mask.was_cut or not row.is_finished,
            )
            for mask, first, row in zip(masks, begun, rows, strict=True)
        ]

    def stream(self, prompt: Prompt, adapter: str) -> Stream:
        """Return a sequence that begins with *prompt*, and in which *adapter* writes (`carriers.stream`)."""
        self._check(adapter)
        return Stream(self.vocabulary, prompt, adapter)

    def go_on(self, legs: Sequence[Leg]) -> list[LegWritten]:
        """
        Write all *legs*, beside what other threads write; their streams have grown by it.

        What is forced at the beginning of a leg goes through the model together with what is before it.
        """
        rows: list[Row] = []
        forced: list[list[int]] = []
        for leg in legs:
            stream = leg.stream
            self._check(stream.adapter)
            first = _forced(leg.mask, {*leg.ends, self.vocabulary.eos})
            heard = self._listener(stream.adapter)
            if heard is not None:
                for token in first:
                    heard(token)
            stream.ids += first
            stream.written += len(first)
            row = Row(
                stream.visible,
                leg.budget - len(first),
                mask=leg.mask,
                adapter=stream.adapter,
                start=stream.start,
                heard=heard,
                ends=leg.ends,
                seen=stream.seen,
                keeps=True,
            )
            rows.append(row)
            forced.append(first)
        ends = [leg.ends | {self.vocabulary.eos} for leg in legs]
        self.engine.write(
            [
                row
                for row, first, end in zip(rows, forced, ends, strict=True)
                if not (first and first[-1] in end)
            ]
        )
        found: list[LegWritten] = []
        for leg, row, first, end in zip(legs, rows, forced, ends, strict=True):
            ids = (*first, *row.made)
            if row.passes:
                leg.stream.take(row)
            found.append(LegWritten(ids, [0.0] * len(first) + row.logprobs, bool(ids) and ids[-1] in end))
        return found

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Return the natural logarithm of the probability of each token of each answer, its end included."""
        for candidate in candidates:
            self._check(candidate.adapter)
        return self.engine.score(candidates)

    @torch.inference_mode()
    def _score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        answers = [self.vocabulary.encode_answer(candidate.answer) for candidate in candidates]
        spelt = [self._spell(candidate.prompt) for candidate in candidates]
        rows = [ids + answer for (ids, _), answer in zip(spelt, answers, strict=True)]
        head = self.module.get_output_embeddings()
        step = max(1, _LOGITS // self.vocabulary.size)
        scores: list[list[float]] = [[] for _ in candidates]
        for chosen in batches(rows, 0, _TOKENS, len(rows)):
            names, starts = [candidates[i].adapter for i in chosen], [spelt[i][1] for i in chosen]
            with self._turn, self._switched(names, starts):
                hidden = self._hidden([rows[i] for i in chosen])
            ends = [len(rows[i]) - 1 for i in chosen]  # the last token predicts nothing
            parts = zip(hidden, ends, chosen, strict=True)
            before = torch.cat([row[end - len(answers[i]) : end] for row, end, i in parts])
            wanted = torch.tensor([token for i in chosen for token in answers[i]], device=hidden.device)
            found: list[float] = []
            for states, tokens in zip(before.split(step), wanted.split(step), strict=True):
                logits = head(states).float()
                found += (logits.gather(1, tokens[:, None])[:, 0] - logits.logsumexp(1)).tolist()
            for i in chosen:
                scores[i], found = found[: len(answers[i])], found[len(answers[i]) :]
        return scores

    def _spell(self, prompt: Prompt) -> tuple[list[int], int]:
        """Return the ids of *prompt* and the index of its first command, the invocation token."""
        ids = self.vocabulary.encode_prompt(prompt)
        return ids, len(ids) - command_tokens(prompt, self.vocabulary.encode_prompt)

    def _check(self, adapter: str | None) -> None:
        if adapter is not None and adapter not in self.adapters:
            known = ", ".join(self.adapters) or "none"
            raise CarrierError(f"{self.name} has no adapter {adapter!r}; it has {known}")

    def _listener(self, adapter: str | None) -> Callable[[int], None] | None:
        """Return what tells the one who asks each token that is written."""
        if (heard := present_asker().heard) is None:
            return None
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        pieces, end = self.vocabulary.token_bytes, self.vocabulary.eos

        def listen(token: int) -> None:
            if piece := decoder.decode(b"" if token == end else pieces[token]):
                heard(adapter or "", piece)

        return listen

    def _switched(self, names: Sequence[str | None], starts: Sequence[int]) -> AbstractContextManager[Any]:
        return nullcontext() if self._adapters is None else self._adapters.active(self.module, names, starts)

    def _hidden(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Return the states of *rows* after the last layer, padded on the right."""
        width, pad = max(map(len, rows)), self.vocabulary.pad
        ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows], device=self.module.device)
        # Padding is on the right, where causal attention does not see it.
        return self.module.base_model(input_ids=ids, use_cache=False).last_hidden_state

    def _hidden_after(self, rows: Sequence[Sequence[int]], layer: int) -> Tensor:
        """Return the states of *rows* after *layer*, as `states` counts; later layers do not run."""
        if layer == -1:
            return self._hidden(rows)
        model = self.module.base_model

        def stop(_module: Any, _given: Any, out: Any) -> None:
            raise _ReachedError(out if isinstance(out, Tensor) else out[0])

        hook = (model.layers[layer - 1] if layer else model.get_input_embeddings()).register_forward_hook(
            stop
        )
        try:
            self._hidden(rows)
        except _ReachedError as reached:
            return reached.states
        finally:
            hook.remove()
        raise AssertionError(f"layer {layer} did not run")

    # --- vectors --------------------------------------------------------------------------------------------

    @torch.inference_mode()
    def embed(self, names: Sequence[str]) -> NDArray[np.float32]:
        """
        Return vectors of *names*: float32, shape (n, d), rows of unit length.

        A name's vector is the mean of its tokens' input embeddings, less the mean of all tokens.
        """
        rows: Tensor = self.module.get_input_embeddings().weight
        means = [rows[self.vocabulary.encode_text(name)].mean(0) for name in names]
        if not means:
            return rows.new_empty((0, rows.shape[1])).float().cpu().numpy()
        return normalize(torch.stack(means) - rows.mean(0), dim=1).float().cpu().numpy()

    @torch.inference_mode()
    def states(self, texts: Sequence[str], layer: int = -1) -> list[TextStates]:
        """Return the hidden states of *texts* after *layer*; see `HasStates`."""
        spelt = [self.vocabulary.encode_text(text) for text in texts]
        rows = [[self.vocabulary.bos, *ids] for ids in spelt]
        found: list[TextStates | None] = [None] * len(texts)
        for chosen in batches(rows, 0, _TOKENS, len(rows)):
            with self._turn:
                hidden = self._hidden_after([rows[i] for i in chosen], layer).float().cpu()
            for row, i in enumerate(chosen):
                sizes = torch.tensor([len(self.vocabulary.token_bytes[token]) for token in spelt[i]])
                states = hidden[row, 1 : len(rows[i])].clone()
                found[i] = TextStates(sizes.long().cumsum(0).numpy(), states.numpy())
        return [states for states in found if states is not None]


class _ReachedError(Exception):
    """A layer has given its *states*; the later ones need not run."""

    def __init__(self, states: Tensor) -> None:
        super().__init__()
        self.states = states


def _forced(mask: TokenMask, ends: Collection[int] = ()) -> list[int]:
    """Return the tokens that the constraint forces at the beginning, and advance it past them."""
    begun: list[int] = []
    while not (begun and begun[-1] in ends) and (token := mask.forced()) is not None:
        mask.advance(token)
        begun.append(token)
    return begun
