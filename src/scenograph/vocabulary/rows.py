"""
Learned rows of a pack's atoms, for the tables of one carrier.

A pack without them is spelling alone: every new atom starts at the mean of the rows of its gloss. A pack with
them has a row for each of its first atoms, in the order of their ids::

    rows.safetensors
      input    float32, shape (n, d)
      output   the same, where the output matrix is not the embedding
      metadata: the digest of the carrier's weights, the id of the first row
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast, final

import numpy as np
from numpy.typing import NDArray

from scenograph.errors import VocabularyError
from scenograph.files import digest as digest_of_bytes
from scenograph.files import value_digest
from scenograph.optional import optional

FILE = "rows.safetensors"
_ABOUT = "scenograph"


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """
    Rows that were learned over one carrier.

    Attributes:
        carrier: digest of its weights
        start: the id of the first row, the number of the carrier's own rows
        given: rows of the input embedding, float32, shape (n, d)
        written: rows of the output matrix, the same shape; None: they are those of the embedding
    """

    carrier: str
    start: int
    given: NDArray[np.float32]
    written: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        tables = [self.given] if self.written is None else [self.given, self.written]
        if any(t.ndim != 2 or t.dtype != np.float32 or t.shape != self.given.shape for t in tables):
            raise VocabularyError(
                "rows of atoms must be two tables of float32 of one shape; learn them again"
            )
        if not all(np.isfinite(table).all() for table in tables):
            raise VocabularyError("a learned row has numbers that are not finite; learn the rows again")

    def __len__(self) -> int:
        return len(self.given)

    def digest(self, count: int | None = None) -> str:
        """Return 32 hex digits over the first *count* rows, or over all."""
        tables = [table[:count].tobytes() for table in (self.given, self.written) if table is not None]
        return value_digest([self.carrier, self.start, *map(digest_of_bytes, tables)])

    def to_bytes(self) -> bytes:
        """Return the content of the file; it depends on the rows alone."""
        tables = {"input": self.given} | ({} if self.written is None else {"output": self.written})
        about = json.dumps({"carrier": self.carrier, "start": self.start}, sort_keys=True)
        return optional("safetensors.numpy", "train").save(tables, {_ABOUT: about})

    @classmethod
    def from_bytes(cls, data: bytes) -> Rows:
        """
        Undo `to_bytes`.

        Raises:
            VocabularyError: if the file is damaged
        """
        try:
            tables: dict[str, Any] = optional("safetensors.numpy", "train").load(data)
            length = int.from_bytes(data[:8], "little")
            header = cast(dict[str, Any], json.loads(data[8 : 8 + length]))
            about = json.loads(header["__metadata__"][_ABOUT])
            return cls(about["carrier"], about["start"], tables["input"], tables.get("output"))
        except VocabularyError:
            raise
        except Exception as error:  # safetensors raises its own type, which need not be installed
            raise VocabularyError(f"{FILE} is damaged ({error}); copy the pack again") from error
