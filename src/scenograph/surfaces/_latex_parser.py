r"""
The parser of LaTeX: operands and signs from left to right, settled by how strongly the signs bind.

What stands in brackets, or is an argument in braces, is a frame of its own. Frames are on a stack, so that
depth costs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, final

from scenograph.errors import SurfaceError
from scenograph.surfaces._operations import BY_SIGN, GREEK, NEGATIVE, NOT, Infix, operation
from scenograph.surfaces._tree import LinkEnd, Node

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>\\(?:mathit|mathrm|text)\{(?:[^{}\\]|\\_)+\})|(?P<letter>[A-Za-z])"
    r"|(?P<left>\\left\s*)?(?P<open>[(\[])|(?P<right>\\right\s*)?(?P<close>[)\]])|(?P<brace>[{}])"
    r"|(?P<command>\\[A-Za-z]+)|(?P<sign>[-+*/=<>^])"
)
_BLANK = re.compile(r"(?:\s|\\[ ,;:!]|\\q?quad(?![A-Za-z])|~)*")
_INDEX = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]))")
_FIGURE = re.compile(r"\s*[_^]\s*\{([0-9]{1,6})\}")
_NEGATION = Infix("not", r"\lnot", NOT)
_MINUS = Infix("negative", "-", NEGATIVE)
_PLUS = Infix("", "+", NEGATIVE)
_FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac")
_CLOSING = {"(": ")", "[": "]"}


@final
@dataclass(slots=True)
class _Value:
    """Something read, the operation whose chain it may go on with, and whether it is a number as written."""

    target: LinkEnd
    chain: str = ""
    is_plain_number: bool = False


@final
@dataclass(slots=True)
class _Frame:
    """Something between brackets, as far as it was read, and what to do with it when they close."""

    closing: str
    finish: Callable[[LinkEnd], None]
    values: list[_Value] = field(default_factory=list[_Value])
    signs: list[Infix] = field(default_factory=list[Infix])
    needs_operand: bool = True


@final
class LatexParser:
    """Reads from left to right; what is begun stands on a stack of its own, so depth costs none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.frames: list[_Frame] = []

    def read(self) -> LinkEnd:
        """Read the whole text."""
        found: list[LinkEnd] = []
        self.open("", found.append)
        while self.frames:
            self.skip()
            frame = self.frames[-1]
            token = _TOKEN.match(self.text, self.at)
            if token is None:
                if self.at < len(self.text) or frame.closing:
                    self.fail(
                        f"'{frame.closing}'"
                        if frame.closing and not frame.needs_operand
                        else "a number, a symbol or a sign"
                    )
                self.close("")
            else:
                self.take(token)
        return found[0]

    def take(self, token: re.Match[str]) -> None:
        """Read what begins with *token*."""
        start, self.at = self.at, token.end()
        frame = self.frames[-1]
        if token["close"] or token["brace"] == "}":
            self.close(token["close"] or "}", start)
        elif token["sign"] == "^":
            self.power(start)
        elif (sign := BY_SIGN.get(token[0])) is not None and not frame.needs_operand:
            self.sign(sign, start)
        elif token[0] in ("-", "+", r"\lnot", r"\neg"):
            if not frame.needs_operand:
                self.fail("a sign between two operands", start)
            frame.signs.append({"-": _MINUS, "+": _PLUS}.get(token[0], _NEGATION))
        else:
            if not frame.needs_operand:  # 2x, and the like
                if token["number"]:
                    self.fail("a sign between two operands", start)
                self.sign(BY_SIGN[r"\cdot"], start)
            self.operand(token, start)

    def operand(self, token: re.Match[str], start: int) -> None:
        """Read a number, a symbol, or what begins in brackets or with a command."""
        if token["number"]:
            self.push(_Value(token[0], is_plain_number=True))
        elif token["letter"]:
            index = _INDEX.match(self.text, self.at)
            self.at = index.end() if index else self.at
            self.push(_Value(f"?{token[0]}_{index[1] or index[2]}" if index else f"?{token[0]}"))
        elif token["word"]:
            self.push(_Value("?" + token[0].partition("{")[2][:-1].replace(r"\_", "_")))
        elif token["open"]:
            self.open(_CLOSING[token["open"]], lambda target: self.push(_Value(target)))
        elif token["brace"]:
            self.open("}", lambda target: self.push(_Value(target)))
        else:
            self.command(token[0], start)

    def command(self, name: str, start: int) -> None:
        """Read what the command *name* begins."""
        if name in _FRACTIONS:
            self.argument(lambda above: self.argument(lambda below: self.give("divide", above, below)))
        elif name == r"\sqrt" and self.passes("["):
            self.open("]", lambda degree: self.argument(lambda radicand: self.give("root", radicand, degree)))
        elif name == r"\sqrt":
            self.argument(lambda radicand: self.give("root", radicand))
        elif name in (r"\underbrace", r"\overbrace"):
            self.argument(lambda target: self.mark(target, "=" if name == r"\underbrace" else "~"))
        elif name == r"\boxed":
            figures = re.compile(r"\{([0-9]{1,6})\}").match(self.text, self.at)
            if figures is None:
                self.fail("the number of a brace, as in \\boxed{1}")
            self.at = figures.end()
            self.push(_Value(int(figures[1])))
        elif name[1:] in GREEK:
            self.push(_Value(f"?{name[1:]}"))
        else:
            self.fail("a number, a symbol or a sign", start)

    def mark(self, target: LinkEnd, kind: str) -> None:
        """Read the figure at a brace over or under *target*."""
        figure = _FIGURE.match(self.text, self.at)
        if figure is None or not isinstance(target, Node) or target.suffix:
            self.fail("a brace around an operation, with a number, as in \\underbrace{x + 1}_{1}")
        self.at = figure.end()
        target.suffix = kind + figure[1]
        self.push(_Value(target))

    def power(self, start: int) -> None:
        """Read an exponent."""
        frame = self.frames[-1]
        if frame.needs_operand:
            self.fail("a base before '^'", start)
        base = frame.values.pop().target
        frame.needs_operand = True
        self.skip()
        if self.passes("{"):
            self.open("}", lambda exponent: self.give("power", base, exponent))
            return
        token = re.compile("[0-9A-Za-z]").match(self.text, self.at)
        if token is None:
            self.fail("an exponent in braces")
        self.at = token.end()
        self.give("power", base, token[0] if token[0].isdigit() else f"?{token[0]}")

    # --- values and signs -----------------------------------------------------------------------------------

    def open(self, closing: str, finish: Callable[[LinkEnd], None]) -> None:
        """Begin something that *closing* ends."""
        self.frames.append(_Frame(closing, finish))

    def argument(self, finish: Callable[[LinkEnd], None]) -> None:
        """Begin an argument in braces."""
        self.skip()
        if not self.passes("{"):
            self.fail("'{'")
        self.open("}", finish)

    def close(self, mark: str, start: int | None = None) -> None:
        """End what was begun last."""
        frame = self.frames[-1]
        if frame.needs_operand:
            self.fail("a number, a symbol or a sign", start)
        if mark != frame.closing:
            self.fail(f"'{frame.closing}'" if frame.closing else "nothing behind the formula", start)
        while frame.signs:
            self.settle(frame)
        self.frames.pop()
        frame.finish(frame.values[0].target)

    def give(self, concept: str, *targets: LinkEnd) -> None:
        """Push the operation of *concept*."""
        self.push(_Value(operation(concept, *targets)))

    def push(self, value: _Value) -> None:
        """Put *value* where an operand is needed."""
        frame = self.frames[-1]
        frame.values.append(value)
        frame.needs_operand = False

    def sign(self, sign: Infix, start: int) -> None:
        """Note a sign between operands, after settling those that bind at least as strongly."""
        frame = self.frames[-1]
        while frame.signs and frame.signs[-1].binding >= sign.binding:
            if frame.signs[-1].binding == sign.binding in (1, 5):
                self.fail(f"parentheses, to say what {frame.signs[-1].sign} and {sign.sign} join", start)
            self.settle(frame)
        frame.signs.append(sign)
        frame.needs_operand = True

    def settle(self, frame: _Frame) -> None:
        """Join the last values by the last sign."""
        sign = frame.signs.pop()
        last = frame.values.pop()
        if sign in (_MINUS, _PLUS) and last.is_plain_number:
            frame.values.append(_Value(f"{sign.sign}{last.target}"))
        elif sign is _PLUS:
            frame.values.append(_Value(last.target))
        elif sign in (_MINUS, _NEGATION):
            frame.values.append(_Value(operation(sign.concept, last.target)))
        else:
            first = frame.values.pop()
            if sign.is_chain and first.chain == sign.concept and isinstance(first.target, Node):
                first.target.items.append((f":op{len(first.target.items) + 1}", last.target))
                frame.values.append(first)
            else:
                frame.values.append(
                    _Value(operation(sign.concept, first.target, last.target), chain=sign.concept)
                )

    def passes(self, mark: str) -> bool:
        """Step over *mark*, if it is here."""
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def skip(self) -> None:
        """Step over blanks."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def fail(self, expected: str, start: int | None = None) -> NoReturn:
        """Say what was expected, and where."""
        at = self.at if start is None else start
        found = repr(self.text[at : at + 10]) if at < len(self.text) else "the end"
        raise SurfaceError(f"latex, character {at + 1}: expected {expected}, found {found}")
