"""
A carrier: a frozen base model with its vocabulary.

The carrier's own weights never change. Atoms that its own embedding has no rows for get rows in memory,
behind the carrier's own; `Carrier.digest` is over the own rows alone, so it is the same before and
after, and the same for every mind that uses the carrier.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, final

import torch
from torch import Tensor, nn

from scenograph.carriers.families import FAMILIES
from scenograph.errors import CarrierError, VocabularyError
from scenograph.vocabulary import INVOCATIONS, Vocabulary


@final
class Carrier:
    """
    A frozen model that reads and writes through one vocabulary; made by `load_carrier`.

    Args:
        name: what it was loaded as
        model: a causal model of transformers; it is frozen, and gets rows for new atoms
        vocabulary: how its prompts are spelt
        own_rows: rows of the embedding that are the carrier's own; all rows if None
        digest: the digest of its weights, where it is already known
    Attributes:
        family: its architecture, a key of `FAMILIES`
        max_length: the longest sequence it takes, in tokens
    Raises:
        CarrierError: if the architecture is none of `FAMILIES`
        VocabularyError: if the vocabulary leaves no room for the embedding's own rows
    """

    def __init__(
        self,
        name: str,
        model: Any,
        vocabulary: Vocabulary,
        *,
        own_rows: int | None = None,
        digest: str | None = None,
    ) -> None:
        self.family: str = model.config.model_type
        if self.family not in FAMILIES:
            raise CarrierError(
                f"{name} is a {self.family} model; carriers can be {', '.join(sorted(FAMILIES))}"
            )
        self.name, self.model, self.vocabulary = name, model, vocabulary
        self.max_length: int = model.config.max_position_embeddings
        self.own_rows = own_rows or model.get_input_embeddings().weight.shape[0]
        model.requires_grad_(False)
        model.eval()
        self._add_rows()
        self.digest = digest or self.digest_now()

    def __repr__(self) -> str:
        return f"Carrier({self.name!r}, {self.family}, {self.vocabulary.size} tokens, {self.digest[:8]})"

    @property
    def invocations(self) -> tuple[int, ...]:
        """The ids of the invocation tokens, from which on adapters act."""
        return tuple(self.vocabulary.id(atom) for atom in INVOCATIONS if atom in self.vocabulary)

    @property
    def parameters(self) -> int:
        """The number of the carrier's own parameters (packed 4-bit weights count once for each byte)."""
        return sum(tensor.numel() for _, tensor in self._own_weights())

    def with_vocabulary(self, vocabulary: Vocabulary) -> Carrier:
        """
        Return this carrier with another vocabulary over the same base; the model itself is shared.

        Raises:
            VocabularyError: if *vocabulary* has another base, or gives an atom of the carrier another id
        """
        own = self.vocabulary.atoms[: max(0, self.own_rows - self.vocabulary.base_size)]
        if vocabulary.manifest["base_digest"] != self.vocabulary.manifest["base_digest"]:
            raise VocabularyError(
                f"this vocabulary was made for another carrier than {self.name}; make the mind's again"
            )
        if vocabulary.atoms[: len(own)] != own:
            raise VocabularyError(
                f"this vocabulary moves atoms that {self.name} has learnt; make the mind's again"
            )
        return Carrier(self.name, self.model, vocabulary, own_rows=self.own_rows, digest=self.digest)

    def digest_now(self) -> str:
        """
        Compute the digest of the carrier's own weights as they are now: 32 hex digits.

        Law 6: equal to `digest`, whatever was trained meanwhile.
        """
        total = blake2b(digest_size=16)
        for name, tensor in self._own_weights():
            total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
            data = tensor.detach().contiguous().cpu().reshape(-1).view(torch.uint8)
            total.update(memoryview(data.numpy()))  # pyright: ignore[reportArgumentType]
        return total.hexdigest()

    def _own_weights(self) -> Iterator[tuple[str, Tensor]]:
        """Every weight by name, embeddings cut to the carrier's own rows."""
        tables = {id(module.weight) for module in self._tables()}
        for name, tensor in sorted(self.model.named_parameters(), key=lambda pair: pair[0]):
            yield name, tensor[: self.own_rows] if id(tensor) in tables else tensor

    def _tables(self) -> list[Any]:
        """The input embedding, and the output matrix where it is not the same."""
        found: list[nn.Module] = [self.model.get_input_embeddings()]
        head = self.model.get_output_embeddings()
        if head is not None and head.weight is not found[0].weight:
            found.append(head)
        return found

    @torch.no_grad()
    def _add_rows(self) -> None:
        """Give every atom behind the carrier's own rows a row: the mean of the rows of its gloss."""
        vocabulary, own = self.vocabulary, self.own_rows
        if vocabulary.base_size > own:
            raise VocabularyError(
                f"the vocabulary's base has {vocabulary.base_size} tokens, {self.name} embeds {own}; "
                "use the vocabulary made for this carrier"
            )
        if vocabulary.size <= own:
            return
        tied = len(self._tables()) == 1
        for module in self._tables():
            old: Tensor = module.weight
            rows = old.new_empty((vocabulary.size, old.shape[1]))
            rows[:own] = old[:own]
            first = own - vocabulary.base_size
            for atom in vocabulary.atoms[first:]:
                rows[vocabulary.id(atom.text)] = (
                    old[vocabulary.gloss(atom.text)].float().mean(0).to(old.dtype)
                )
            module.weight = nn.Parameter(rows, requires_grad=False)
            if isinstance(module, nn.Embedding):
                module.num_embeddings = vocabulary.size
            else:
                module.out_features = vocabulary.size
        if tied and (head := self.model.get_output_embeddings()) is not None:
            head.weight = self.model.get_input_embeddings().weight
            head.out_features = vocabulary.size
        self.model.config.vocab_size = vocabulary.size
