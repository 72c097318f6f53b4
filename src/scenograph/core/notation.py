"""
The notation of scenes: PENMAN, as AMR banks write it.

    # ::snt Marta believed that Oleg built the old bridge.
    (b / believe
       :agent (p / person :name "Marta")
       :content (c / build
          :agent (o / person :name "Oleg")
          :object (d / bridge :mod (e / old))))

A node is `(variable / concept ...)`; its links follow as `:role target`, where a target is a node, a
variable (the node of that name, wherever in the scene it is described) or a constant. `:role-of` is a link
read backwards, `~e.3` aligns what stands before it to a token of the source, `#` begins a comment.

Reading is done twice over, for speed: `_skim` takes well-formed scenes without alignments or comments
at one regular-expression match per link; whatever it does not understand goes to `study`, which knows
the whole notation and says what is wrong and where. Both are loops: depth costs no stack. The other direction
is `scenograph.core.writing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..errors import NotationError
from .links import ROLE, STRING, SYMBOL, forward

ALIGNMENT = r"~(?:[a-z]\.?)?[0-9]+(?:,[0-9]+)*"

# What an alignment is attached to: ("concept", node), ("role", link) or ("target", link), by index.
Alignments = Mapping[tuple[str, int], str]


# A scene as read: concepts, the parts of forward links, alignments; the root is node 0.
# A plain tuple, because a named one takes as long to make as two links to read.
Graph = tuple[tuple[str, ...], tuple[tuple[int, str, int | str], ...], Alignments]

_NO_ALIGNMENTS: Alignments = {}


def skim(text: str, start: int) -> tuple[Graph, int] | None:
    """
    Read the scene at *start* fast, if it is plain and set off from what follows.

    Returns:
        the scene and an index in *text* after it; None if :`study` must read it
    """
    end = chunk_end(text, start)
    graph = _skim(text[start:end])
    return None if graph is None else (graph, end)


def chunk_end(text: str, start: int) -> int:
    """Return where the scene at *start* ends if it is set off by a blank line, a comment or another scene."""
    end = _CHUNK_END.search(text, start)
    return len(text) if end is None else end.start()


def read_all(text: str) -> Graph:
    """
    Read *text*, which holds one scene and nothing else but comments.

    Raises:
        NotationError: if it does not
    """
    graph = _skim(text)
    if graph is not None:
        return graph
    graph, end = study(text, 0)
    rest = _BLANK.match(text, end)
    if rest is not None and rest.end() < len(text):
        found = repr(text[rest.end()])
        raise NotationError(f"expected nothing after the scene, found {found}", text, rest.end())
    return graph


# --- the fast reader ---------------------------------------------------------------------------------------

_CHUNK_END = re.compile(r"\n(?=[\n\r#(])")
_BLANK = re.compile(r"(?:\s+|#[^\n]*)*+")

# One match per link: its role, the variable if a node follows, the node's concept or a bare value, closing
# parentheses. Any character that fits nothing gives a match of empty groups, so that no text is passed over
# in silence.
_CLOSING = r"\s*+(\)*+(?:\s++\)++)*+)\s*+"
_HEAD = re.compile(rf"{_BLANK.pattern}\(\s*+({SYMBOL})\s*+/\s*+({SYMBOL}|{STRING}){_CLOSING}")
_LINK = re.compile(rf"({ROLE})\s*+(?:\(\s*+({SYMBOL})\s*+/\s*+)?+({SYMBOL}|{STRING}){_CLOSING}|\S")


def _skim(text: str) -> Graph | None:
    """Read a plain well-formed scene fast; None if *text* is anything else."""
    head = _HEAD.match(text)
    if head is None:
        return None
    variable, concept, closing = head.groups()
    items = _LINK.findall(text, head.end())
    if closing:
        return ((concept,), (), _NO_ALIGNMENTS) if closing == ")" and not items else None
    concepts = [concept]
    variables = {variable: 0}
    links: list[tuple[int, str, int | str]] = []
    constants: list[str] = []
    path = [0] * (len(items) + 1)  # the open nodes, root first
    node = here = depth = 0
    find, append = variables.get, links.append
    for role, variable, value, closing in items:
        if variable:
            node += 1
            variables[variable] = node
            concepts.append(value)
            if role[-1] == "f" and role[-3:] == "-of":
                role, turned = forward(role)
                append((node, role, here) if turned else (here, role, node))
            else:
                append((here, role, node))
            if closing == ")":  # a leaf, the most frequent of nodes, changes nothing about where we are
                continue
            depth += 1
            path[depth] = here = node
        else:
            target = find(value)
            if target is None:
                append((here, role, value))
                constants.append(value)
            elif role[-3:] == "-of":
                role, turned = forward(role)
                append((target, role, here) if turned else (here, role, target))
            else:
                append((here, role, target))
        if closing:
            depth -= closing.count(")")
            if depth < 0:
                break
            here = path[depth]
    if depth != -1 or len(links) != len(items) or len(variables) != len(concepts) or "" in constants:
        return None
    if variables.keys().isdisjoint(constants):
        return tuple(concepts), tuple(links), _NO_ALIGNMENTS
    return tuple(concepts), _forward(links, variables), _NO_ALIGNMENTS


def _forward(
    raw: Sequence[tuple[int, str, int | str]], variables: Mapping[str, int]
) -> tuple[tuple[int, str, int | str], ...]:
    """Resolve variables and turn inverse links round."""
    links: list[tuple[int, str, int | str]] = []
    for source, role, target in raw:
        end = variables.get(target, target) if isinstance(target, str) else target
        if isinstance(end, int):
            role, turned = forward(role)
            links.append((end, role, source) if turned else (source, role, end))
        else:
            links.append((source, role, end))
    return tuple(links)


# --- the complete reader -----------------------------------------------------------------------------------

_TOKEN = re.compile(
    rf"(?P<string>{STRING})|(?P<role>{ROLE})|(?P<alignment>{ALIGNMENT})|(?P<symbol>{SYMBOL})|(?P<mark>[()/])"
)


class _Tokens:
    """The tokens of a text one after another; `kind` is a group of `_TOKEN`, or "end"."""

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

    def at_literal(self) -> bool:
        """True if a symbol or a string is here."""
        return self.kind in ("symbol", "string")

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


def study(text: str, start: int) -> tuple[Graph, int]:
    """
    Read the scene at *start*, whatever of the notation it uses.

    Returns:
        the scene, and the index in *text* after its last parenthesis
    Raises:
        NotationError: if no well-formed scene stands there; it says precisely why
    """
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
        if not tokens.at_literal():
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
            if tokens.at_literal():
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
    return (tuple(concepts), _forward(raw, variables), alignments or _NO_ALIGNMENTS), tokens.end


def _position(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of *offset*."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
