"""Small figures: ₁ for a label and for what refers to it, ² for the second of equal descriptions."""

from __future__ import annotations

LOW = "₀-₉"
HIGH = "⁰¹²³⁴-⁹"
SMALL = LOW + HIGH
"""Ranges of small figures, for the inside of a regular expression's brackets."""

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")


def format_label(number: int) -> str:
    """Return the small figures that refer to the label *number*; undone by `parse_label`."""
    return str(number).translate(_LOWERED)


def parse_label(figures: str) -> int:
    """Return the label that *figures* refer to."""
    return int(figures.translate(_PLAIN))


def format_suffix(suffix: str) -> str:
    """Return a node's suffix in small figures; undone by `parse_suffix`."""
    return suffix[1:].translate(_LOWERED if suffix.startswith("=") else _RAISED)


def parse_suffix(figures: str | None) -> str:
    """Return the suffix that *figures*, low or high ones, stand for."""
    if not figures:
        return ""
    plain = figures.translate(_PLAIN)
    return f"={plain}" if figures == plain.translate(_LOWERED) else f"~{plain}"
