"""A prompt is a sequence of segments: data first, then commands. Each carrier spells it in its own way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

Segment: TypeAlias = tuple[Literal["text", "scene", "command"], str]
"""A part of a prompt: plain text, the linear form of a scene, or one command atom."""

Prompt: TypeAlias = tuple[Segment, ...]
"""Data segments, then commands. The adapter acts from the first command on."""


def commands_of(prompt: Prompt) -> int:
    """
    The number of commands that end *prompt*.

    Example:
        >>> commands_of((("text", "Oleg slept."), ("command", "⟁read")))
        1
    """
    return next((i for i, (kind, _) in enumerate(reversed(prompt)) if kind != "command"), len(prompt))


def command_tokens(prompt: Prompt, spell: Callable[[Prompt], Sequence[int]]) -> int:
    """
    The number of tokens that the commands at the end of *prompt* take.

    Args:
        spell: spells a whole prompt, beginning with one token
    """
    return len(spell(prompt[len(prompt) - commands_of(prompt) :])) - 1
