r"""
The linear form as a tree of JSON values, for a carrier that writes JSON and takes a schema.

    ( build:agent( person:name"Oleg"):object bridge:tense past)

    {"is": "build", "links": [
        {"role": ":agent", "to": {"is": "person", "links": [{"role": ":name", "to": "\"Oleg\""}]}},
        {"role": ":object", "to": "bridge"},
        {"role": ":tense", "to": "past"}]}

A node says what it `is`, with its label or mark (`"see=1"`, `"i~2"`). A target is a node, or the text that
stands there in the linear form, without the blank before it: a word, a number, a string with its quotes,
`'word` for any other constant, `=1` for the node with that label. A word that begins with `'` is written
with `\` before it, since it is no constant.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import NotationError
from .links import STRING

_SYMBOL = r"(?:[^\s\"()/:~=\\]|\\[=\\])++"
_ROLE = r":(?:[^\s\"()/:~'\\]|\\['\\])++"
_SUFFIX = r"(?:=[0-9]+|~[0-9]+)?"
_TARGET = rf"(?:=[0-9]+|{_SYMBOL}(?:~[0-9]+)?)"
_OPEN = re.compile(rf"\((?: ({_SYMBOL})|({STRING}))")
_ITEM = re.compile(rf"({_ROLE})(?:(?=\()|({STRING})|' ({_SYMBOL})| ({_TARGET}))")
_END = re.compile(rf"({_SUFFIX})\)")
_IS = re.compile(rf"({STRING}|{_SYMBOL})({_SUFFIX})")
_STRING_OR_ROLE = re.compile(rf"{STRING}|({_ROLE})")
_LEAF = re.compile(rf"{STRING}|'{_SYMBOL}|(?!'){_TARGET}|\\(?='){_TARGET}")


def to_tree(linear: str) -> dict[str, Any]:
    """
    Return the tree of a linear form.

    Law: `from_tree(to_tree(linear)) == linear`.

    Raises:
        NotationError: if *linear* is no linear form
    """
    root: dict[str, Any] = {}
    nodes: list[dict[str, Any]] = []
    place = 0
    while not root or nodes:
        opened = _OPEN.match(linear, place) if not nodes or linear.startswith("(", place) else None
        if opened:
            node: dict[str, Any] = {"is": opened[1] or opened[2], "links": []}
            if nodes:
                nodes[-1]["links"][-1]["to"] = node
            root = root or node
            nodes.append(node)
            place = opened.end()
        elif nodes and (item := _ITEM.match(linear, place)):
            role, string, constant, word = item.groups(default="")
            leaf = f"'{constant}" if constant else f"\\{word}" if word.startswith("'") else string + word
            nodes[-1]["links"].append({"role": role, "to": leaf})
            place = item.end()
        elif nodes and (end := _END.match(linear, place)):
            nodes.pop()["is"] += end[1]
            place = end.end()
        else:
            raise NotationError("this is no linear form", linear, place)
    if place < len(linear):
        raise NotationError("expected nothing after the scene", linear, place)
    return root


def from_tree(value: Any) -> str:
    """
    Return the linear form that the tree *value* is; undoes `to_tree`.

    Raises:
        NotationError: if *value* is no tree of a linear form
    """
    out: list[str] = []
    waiting: list[Any] = [(value,)]  # a target in a tuple, or text that comes after one
    while waiting:
        now = waiting.pop()
        if isinstance(now, str):
            out.append(now)
            continue
        (target,) = now
        match target:
            case {"is": str(concept), "links": [*links], **rest} if not rest:
                found = _whole(_IS, concept)
                out.append(f"({_symbol(found[1])}")
                waiting.append(f"{found[2]})")
                for link in reversed(links):
                    match link:
                        case {"role": str(role), "to": to, **more} if not more and re.fullmatch(_ROLE, role):
                            waiting += [(to,), role]
                        case _:
                            raise _wrong("a link has a role such as ':agent' and a target", link)
            case str(leaf) if out:
                out.append(_spelt(_whole(_LEAF, leaf)[0]))
            case _:
                raise _wrong("a node has 'is' and 'links', and nothing else", target)
    return "".join(out)


def roles_of(linear: str) -> set[str]:
    """
    Return the roles of a linear form.

    Example:
        >>> sorted(roles_of('( build:agent( person:name"a :b"):tense past)'))
        [':agent', ':name', ':tense']
    """
    return {found[1] for found in _STRING_OR_ROLE.finditer(linear) if found[1]}


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise _wrong("a word has no blanks, quotes or brackets, and a string its quotes", text)
    return found


def _spelt(leaf: str) -> str:
    """Return a target as it stands in the linear form."""
    return f"' {leaf[1:]}" if leaf.startswith("'") else _symbol(leaf[1:] if leaf.startswith("\\'") else leaf)


def _symbol(word: str) -> str:
    """Put the blank of the linear form before a word."""
    return word if word.startswith('"') else f" {word}"


def _wrong(expected: str, found: object) -> NotationError:
    shown = repr(found)
    return NotationError(f"{expected}; found {shown if len(shown) <= 80 else shown[:78] + ' …'}")
