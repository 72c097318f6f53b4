"""
The notation of scenes: PENMAN, as AMR banks write it.

    # ::snt Marta believed that Oleg built the old bridge.
    (b / believe
       :agent (p / person :name "Marta")
       :content (c / build
          :agent (o / person :name "Oleg")
          :object (d / bridge :mod (e / old))))

A node is ``(variable / concept ...)``; its links follow as ``:role target``, where a target is a node, a
variable (the node of that name, wherever in the scene it is described) or a constant. ``:role-of`` is a link
read backwards, ``~e.3`` aligns what stands before it to a token of the source, ``#`` begins a comment.

Reading is done twice over, for speed: :func:`_skim` takes well-formed scenes without alignments or comments
at one regular-expression match per link; whatever it does not understand goes to :func:`_study`, which knows
the whole notation and says what is wrong and where. Both are loops: depth costs no stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..errors import NotationError
from .layout import layout
from .links import ROLE, STRING, SYMBOL, Link, forward

ALIGNMENT = r"~(?:[a-z]\.?)?[0-9]+(?:,[0-9]+)*"

# What an alignment is attached to: ("concept", node), ("role", link) or ("target", link), by index.
Alignments = Mapping[tuple[str, int], str]


class Graph(NamedTuple):
    """A scene as read: concepts and forward links by node index, the root at 0, alignments aside."""

    concepts: tuple[str, ...]
    links: tuple[Link, ...]
    alignments: Alignments


_NO_ALIGNMENTS: Alignments = {}
_new = tuple.__new__


def read(text: str, start: int = 0) -> tuple[Graph, int]:
    """
    Read the one scene that begins at *start*.

    Returns:
        the scene, and the index in *text* behind its last parenthesis
    Raises:
        NotationError: if no well-formed scene stands there
    """
    return _study(text, start)


def read_all(text: str) -> Graph:
    """
    Read *text*, which holds one scene and nothing else but comments.

    Raises:
        NotationError: if it does not
    """
    graph = _skim(text)
    if graph is not None:
        return graph
    graph, end = _study(text, 0)
    rest = _BLANK.match(text, end)
    if rest is not None and rest.end() < len(text):
        found = repr(text[rest.end()])
        raise NotationError(f"expected nothing behind the scene, found {found}", text, rest.end())
    return graph


# --- the fast reader ---------------------------------------------------------------------------------------

# One match per link: role, then a node's variable and concept or a bare value, then closing parentheses.
# The last group takes any character that fits nothing, so that no text is passed over in silence.
_LINK = re.compile(
    rf"\s*({ROLE})\s*(?:\(\s*({SYMBOL})\s*/\s*({SYMBOL}|{STRING})|({SYMBOL}|{STRING}))(?=[\s():]|$)([\s)]*)|\s*(\S)"
)
_HEAD = re.compile(rf"\s*\(\s*({SYMBOL})\s*/\s*({SYMBOL}|{STRING})(?=[\s():]|$)([\s)]*)")


def _skim(text: str) -> Graph | None:
    """Read a plain well-formed scene fast; None if *text* is anything else."""
    head = _HEAD.match(text)
    if head is None:
        return None
    variable, concept, closing = head.groups()
    concepts = [concept]
    variables = {variable: 0}
    stack: list[int] = []
    here = 0
    depth_closed = closing.count(")")
    if depth_closed:
        return (
            Graph((concept,), (), _NO_ALIGNMENTS) if depth_closed == 1 and head.end() == len(text) else None
        )
    raw: list[tuple[int, str, int | str]] = []
    append, push, pop = raw.append, stack.append, stack.pop
    count = 1
    done = False
    for role, variable, concept, value, closing, junk in _LINK.findall(text, head.end()):
        if done or junk:
            return None
        if value:
            append((here, role, value))
        else:
            if variable in variables:
                return None
            variables[variable] = count
            concepts.append(concept)
            append((here, role, count))
            push(here)
            here = count
            count += 1
        if ")" in closing:
            closes = closing.count(")")
            if closes > len(stack):
                if closes != len(stack) + 1:
                    return None
                done = True
            elif closes == 1:
                here = pop()
            else:
                here = stack[-closes]
                del stack[-closes:]
    if not done:
        return None
    return Graph(tuple(concepts), _forward(raw, variables), _NO_ALIGNMENTS)


def _forward(raw: Sequence[tuple[int, str, int | str]], variables: Mapping[str, int]) -> tuple[Link, ...]:
    """Resolve variables and turn inverse links round."""
    links: list[Link] = []
    append = links.append
    find = variables.get
    for link in raw:
        source, role, target = link
        if target.__class__ is str:
            target = find(target, target)  # type: ignore[arg-type]
            if role[-3:] == "-of" and target.__class__ is int:
                role, turned = forward(role)
                if turned:
                    source, target = target, source
            append(_new(Link, (source, role, target)))
        elif role[-3:] == "-of":
            role, turned = forward(role)
            append(_new(Link, (target, role, source) if turned else (source, role, target)))
        else:
            append(_new(Link, link))
    return tuple(links)


# --- the complete reader -----------------------------------------------------------------------------------

_BLANK = re.compile(r"(?:\s+|#[^\n]*)*")
_TOKEN = re.compile(
    rf"(?P<string>{STRING})|(?P<role>{ROLE})|(?P<alignment>{ALIGNMENT})|(?P<symbol>{SYMBOL})|(?P<mark>[()/])"
)
_TARGET = ("symbol", "string")


class _Tokens:
    """The tokens of a text one after another; ``kind`` is a group of ``_TOKEN``, or "end"."""

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.end = offset
        self.kind: str
        self.value: str
        self.step()

    def step(self) -> None:
        """Go to the next token, past blanks and comments."""
        self.last = self.end
        blank = _BLANK.match(self.text, self.end)
        self.start = blank.end() if blank else self.end
        match = _TOKEN.match(self.text, self.start)
        if match is not None:
            self.kind, self.value, self.end = match.lastgroup or "", match[0], match.end()
        elif self.start == len(self.text):
            self.kind, self.value, self.end = "end", "", self.start
        else:
            self.kind, self.value, self.end = "junk", self.text[self.start], self.start + 1

    def take(self, mark: str) -> bool:
        """Step over *mark* if it is here."""
        if self.kind == "mark" and self.value == mark:
            self.step()
            return True
        return False

    def alignment(self) -> str | None:
        """Step over an alignment and return it, if one is here."""
        if self.kind != "alignment":
            return None
        value = self.value
        self.step()
        return value

    def error(self, expected: str) -> NotationError:
        """Say what was *expected* here and what was found."""
        if self.kind == "junk" and self.value == '"':
            return NotationError("this quoted string is not closed on its line", self.text, self.start)
        if self.kind == "junk" and self.value == ":":
            return NotationError("expected a role name directly after ':'", self.text, self.start)
        found = "the end of the text" if self.kind == "end" else repr(self.value[:40])
        return NotationError(f"expected {expected}, found {found}", self.text, self.start)


def _study(text: str, start: int) -> tuple[Graph, int]:
    """Read any well-formed scene at *start*, or say precisely why there is none."""
    tokens = _Tokens(text, start)
    concepts: list[str] = []
    raw: list[tuple[int, str, int | str]] = []
    variables: dict[str, int] = {}
    alignments: dict[tuple[str, int], str] = {}
    opened: list[tuple[int, int]] = []  # nodes not closed yet, with the offsets of their parentheses

    def open_node(offset: int) -> None:
        if tokens.kind != "symbol":
            raise tokens.error("a variable, as in (b / build ...)")
        if tokens.value in variables:
            message = f"variable {tokens.value} already names another node: give each node its own"
            raise NotationError(message, text, tokens.start)
        variables[tokens.value] = node = len(concepts)
        tokens.step()
        if not tokens.take("/"):
            raise tokens.error("'/' and a concept, as in (b / build ...)")
        if tokens.kind not in _TARGET:
            raise tokens.error("a concept after '/'")
        concepts.append(tokens.value)
        tokens.step()
        if alignment := tokens.alignment():
            alignments["concept", node] = alignment
        opened.append((node, offset))

    offset = tokens.start
    if not tokens.take("("):
        raise tokens.error("'(' to begin a scene")
    open_node(offset)
    while opened:
        here, offset = opened[-1]
        if tokens.kind == "role":
            role, link = tokens.value, len(raw)
            tokens.step()
            if alignment := tokens.alignment():
                alignments["role", link] = alignment
            offset = tokens.start
            if tokens.kind in _TARGET:
                raw.append((here, role, tokens.value))
                tokens.step()
                if alignment := tokens.alignment():
                    alignments["target", link] = alignment
            elif tokens.take("("):
                raw.append((here, role, len(concepts)))
                open_node(offset)
            else:
                raise tokens.error(f"a target after {role}: a node, a variable or a constant")
        elif tokens.kind == "mark" and tokens.value == ")":
            opened.pop()
            if opened:
                tokens.step()
        elif tokens.kind == "end":
            line, column = _position(text, offset)
            raise tokens.error(f"')': the node opened at line {line}, column {column} is not closed")
        else:
            raise tokens.error("a role such as :agent, or ')'")
    return Graph(tuple(concepts), _forward(raw, variables), alignments or _NO_ALIGNMENTS), tokens.end


def _position(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of *offset*."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


# --- writing -----------------------------------------------------------------------------------------------


def write(concepts: Sequence[str], links: Sequence[Link], *, indent: int | None = 3) -> str:
    """
    Write a scene; :func:`read_all` undoes it.

    Forward links come first: only nodes that none reaches from the root are written under an inverse role.

    Args:
        concepts: concept of each node, the root's first
        links: forward links
        indent: columns per level, or None for one line
    """
    children = layout(len(concepts), links)
    names = _variables(concepts, links)
    out: list[str] = [f"({names[0]} / {concepts[0]}"]
    described = {0}
    stack: list[Iterator[Link]] = [iter(children[0])]
    line = " " if indent is None else "\n"
    while stack:
        for _, role, target in stack[-1]:
            margin = line if indent is None else line + " " * (indent * len(stack))
            if isinstance(target, str):
                out.append(f"{margin}{role} {target}")
            elif target in described:
                out.append(f"{margin}{role} {names[target]}")
            else:
                described.add(target)
                out.append(f"{margin}{role} ({names[target]} / {concepts[target]}")
                stack.append(iter(children[target]))
                break
        else:
            stack.pop()
            out.append(")")
    return "".join(out)


def _variables(concepts: Sequence[str], links: Sequence[Link]) -> list[str]:
    """Name each node after its concept's first letter, clear of all constants: b, b2, b3."""
    taken = {link.target for link in links if isinstance(link.target, str)}
    used: dict[str, int] = {}
    names: list[str] = []
    for concept in concepts:
        letter = next((c for c in concept[:2] if c.isalpha()), "x").lower()
        if len(letter) > 1:  # a few letters have no single lower-case form
            letter = "x"
        number = used.get(letter, 0) + 1
        while (name := letter if number == 1 else f"{letter}{number}") in taken:
            number += 1
        used[letter] = number
        names.append(name)
    return names
