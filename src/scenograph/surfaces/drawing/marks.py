"""What is shown for the literals of a scene, and what kind of thing each is."""

from __future__ import annotations

import re
from typing import Literal

from scenograph.core import unquote
from scenograph.core.lexicon.lexeme import is_lexeme_name
from scenograph.core.links import is_unknown

Kind = Literal["plain", "unknown", "lexeme", "string"]

# What XML 1.0 cannot hold, and line ends and the like, which would tear a line of text.
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def shown(literal: str) -> str:
    """
    Return the text that is drawn for a concept, a constant or a role; what cannot be drawn is spelt out.

    Example:
        >>> shown('"Marta"'), shown("bridge"), shown(r'"a\\tb"')
        ('“Marta”', 'bridge', '“a\\\\u0009b”')
    """
    text = f"“{unquote(literal)}”" if literal.startswith('"') else literal
    return _UNSHOWABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def kind(literal: str) -> Kind:
    """Return what kind of thing *literal* is, for the ink to mark it."""
    if literal.startswith('"'):
        return "string"
    if is_unknown(literal):
        return "unknown"
    return "lexeme" if is_lexeme_name(literal) else "plain"
