"""
Links and the literals they join.

A link runs from a node along a role to another node or to a constant. Roles have a direction: `:agent-of`
says the same as `:agent` read backwards, so a scene keeps only the forward form::

    (oleg :agent-of (build))        Link(build, ":agent", oleg)

Concepts and constants are kept literally as the notation writes them: a bare symbol (`bridge`, `1931`,
`-`, `?who`) or a quoted string (`"Oleg"`). `quote` and `unquote` convert text to and from
the quoted form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

Target = int | str
"""The far end of a link: a node (int) or a constant's literal (str)."""


class Link(NamedTuple):
    """
    One link of a scene.

    Attributes:
        source: index of the node it leaves
        role: its forward role with the colon, `:agent`
        target: index of the node it reaches (int) or a constant's literal (str)
    """

    source: int
    role: str
    target: int | str


# What a symbol, a quoted string and a role may hold, as in PENMAN; each takes all it can (possessive).
# Blanks are those of \s, listed because that is matched faster.
_BLANKS = r" \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SYMBOL = rf"[^{_BLANKS}\"()/:~#][^{_BLANKS}\"()/:~]*+"
STRING = r"\"[^\"\\\n\r]*+(?:\\[^\n\r][^\"\\\n\r]*+)*+\""
ROLE = rf":[^{_BLANKS}\"()/:~]++"

_LITERAL = re.compile(f"{SYMBOL}|{STRING}")
_ROLE = re.compile(ROLE)

# AMR roles that end in -of without being inverse (the AMR specification, "Inverse relations").
FORWARD_OF = frozenset({":consist-of", ":prep-on-behalf-of", ":prep-out-of"})


def is_literal(text: str) -> bool:
    """True if *text* can stand as a concept or a constant: a bare symbol or a quoted string."""
    return _LITERAL.fullmatch(text) is not None


def is_role(text: str) -> bool:
    """True if *text* can stand as a role: a colon and at least one role character."""
    return _ROLE.fullmatch(text) is not None


def is_unknown(literal: str) -> bool:
    """True for an unknown: `?` and a name, as in `?who`."""
    return len(literal) > 1 and literal[0] == "?"


@lru_cache(maxsize=4096)
def forward(role: str) -> tuple[str, bool]:
    """
    Return the forward form of *role* and whether it was turned round.

    Example:
        >>> forward(":agent-of"), forward(":consist-of"), forward(":consist-of-of")
        ((':agent', True), (':consist-of', False), (':consist-of', True))
    """
    turned = False
    while role.endswith("-of") and role not in FORWARD_OF and role != ":-of":
        role, turned = role[:-3], not turned
    return role, turned


def inverse(role: str) -> str:
    """Return the role that says *role*, a forward role, backwards: `:agent` → `:agent-of`."""
    return role + "-of"


_ESCAPES = {
    **{"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"},
    **{c: f"\\u{ord(c):04x}" for c in "\0\v\f\x1c\x1d\x1e\x85\u2028\u2029"},
}
_TO_ESCAPE = re.compile("[" + re.escape("".join(_ESCAPES)) + "]")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_MEANINGS = {"n": "\n", "r": "\r", "t": "\t"}


def quote(text: str) -> str:
    r"""
    Return *text* as a quoted literal on one line; `unquote` undoes it.

    Example:
        >>> print(quote('say "hi"'))
        "say \"hi\""
    """
    return '"' + _TO_ESCAPE.sub(lambda m: _ESCAPES[m[0]], text) + '"'


def unquote(literal: str) -> str:
    """Return the text that *literal* stands for; a bare symbol stands for itself."""
    if not literal.startswith('"'):
        return literal
    if "\\" not in literal:
        return literal[1:-1]
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _MEANINGS.get(m[2], m[2]), literal[1:-1])
