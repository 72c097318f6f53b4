"""What a gate found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["passed", "failed", "not checked"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one gate found."""

    gate: str
    state: State
    found: str
