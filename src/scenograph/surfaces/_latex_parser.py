"""The parser of LaTeX: it climbs by how strongly the signs bind (`scenograph.surfaces._operations`)."""

from __future__ import annotations

import re
from typing import final

from scenograph.surfaces._operations import BY_SIGN, GREEK, NEGATIVE, NOT, Infix, operation
from scenograph.surfaces._scanner import Parse, Scanner
from scenograph.surfaces._tree import LinkEnd, Node

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>\\(?:mathit|mathrm|text)\{(?:[^{}\\]|\\_)+\})|(?P<letter>[A-Za-z])"
    r"|(?P<left>\\left\s*)?(?P<open>[(\[])|(?P<right>\\right\s*)?(?P<close>[)\]])|(?P<brace>[{}])"
    r"|(?P<command>\\[A-Za-z]+)|(?P<sign>[-+*/=<>^])"
)
_BLANK = re.compile(r"(?:\s|\\[ ,;:!]|\\q?quad(?![A-Za-z])|~)*")
_INDEX = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]))")
_FIGURE = re.compile(r"\s*[_^]\s*\{([0-9]{1,6})\}")
_BOXED = re.compile(r"\{([0-9]{1,6})\}")
_EXPONENT = re.compile("[0-9A-Za-z]")
_FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_PREFIXES = {"-": NEGATIVE, "+": NEGATIVE, r"\lnot": NOT, r"\neg": NOT}
_OPERAND = "a number, a symbol or a sign"


@final
class LatexParser(Scanner):
    def __init__(self, text: str) -> None:
        super().__init__(text, "latex", _BLANK)

    def whole(self) -> Parse[LinkEnd]:
        target = yield self._expression(0)
        if not self.ends():
            self.fail("nothing after the formula" if self._token() else _OPERAND)
        return target

    def _token(self) -> re.Match[str] | None:
        return _TOKEN.match(self.text, self.skip())

    def _expression(self, least: int) -> Parse[LinkEnd]:
        """Read operands and the signs between them that bind as strongly as *least*."""
        left = yield self._operand()
        before: Infix | None = None
        while (sign := self._infix()) is not None and sign.binding >= least:
            if before is not None and before.binding == sign.binding in (1, 5):
                self.fail(f"parentheses, to say what {before.sign} and {sign.sign} join")
            if (token := self._token()) and token[0] in BY_SIGN:  # else 2x, and the like
                self.at = token.end()
            right = yield self._expression(sign.binding + 1)
            if sign.is_chain and before is sign and isinstance(left, Node):
                left.items.append((f":op{len(left.items) + 1}", right))
            else:
                left = operation(sign.concept, left, right)
            before = sign
        return left

    def _infix(self) -> Infix | None:
        """The sign that follows an operand; none where the expression ends."""
        token = self._token()
        if token is None or token["close"] or token["brace"] == "}":
            return None
        if token["number"] or token[0] in (r"\lnot", r"\neg"):
            self.fail("a sign between two operands")
        return BY_SIGN.get(token[0], BY_SIGN[r"\cdot"])

    def _operand(self) -> Parse[LinkEnd]:
        token = self._token()
        if token is None or token["close"] or token["brace"] == "}":
            self.fail(_OPERAND)
        if (binding := _PREFIXES.get(token[0])) is not None:
            self.at = token.end()
            return (yield self._prefixed(token[0], binding))
        if token["sign"] == "^":
            self.fail("a base before '^'")
        target = yield self._primary(token)
        while self.passes("^"):
            if self.passes("{"):
                exponent = yield self._until("}")
            else:
                letter = self.take(_EXPONENT) or self.fail("an exponent in braces")
                exponent = letter[0] if letter[0].isdigit() else f"?{letter[0]}"
            target = operation("power", target, exponent)
        return target

    def _prefixed(self, sign: str, binding: int) -> Parse[LinkEnd]:
        """Read what a sign stands before. A sign and a number are one number: -5."""
        token = self._token()
        target = yield self._expression(binding + 1)
        if binding == NOT:
            return operation("not", target)
        if isinstance(target, str) and token is not None and token["number"]:
            return sign + target
        return target if sign == "+" else operation("negative", target)

    def _primary(self, token: re.Match[str]) -> Parse[LinkEnd]:
        """Read a number, a symbol, or what begins in brackets or with a command."""
        start, self.at = self.at, token.end()
        if token["number"]:
            return token[0]
        if token["letter"]:
            index = _INDEX.match(self.text, self.at)
            self.at = index.end() if index else self.at
            return f"?{token[0]}_{index[1] or index[2]}" if index else f"?{token[0]}"
        if token["word"]:
            return "?" + token[0].partition("{")[2][:-1].replace(r"\_", "_")
        if token["open"] or token["brace"]:
            return (yield self._until(_CLOSING[token["open"] or "{"]))
        name = token["command"] or ""
        if name in _FRACTIONS:
            return operation("divide", (yield self._argument()), (yield self._argument()))
        if name == r"\sqrt" and self.passes("["):
            degree = yield self._until("]")
            return operation("root", (yield self._argument()), degree)
        if name == r"\sqrt":
            return operation("root", (yield self._argument()))
        if name in (r"\underbrace", r"\overbrace"):
            return self._marked((yield self._argument()), "=" if name == r"\underbrace" else "~")
        if name == r"\boxed":
            number = self.take(_BOXED) or self.fail("the number of a brace, as in \\boxed{1}")
            return int(number[1])
        return f"?{name[1:]}" if name[1:] in GREEK else self.fail(_OPERAND, start)

    def _marked(self, target: LinkEnd, kind: str) -> Node:
        """Read the figure at a brace over or under *target*."""
        figure = _FIGURE.match(self.text, self.at)
        if figure is None or not isinstance(target, Node) or target.suffix:
            self.fail("a brace around an operation, with a number, as in \\underbrace{x + 1}_{1}")
        self.at = figure.end()
        target.suffix = kind + figure[1]
        return target

    def _argument(self) -> Parse[LinkEnd]:
        self.expect("{")
        return (yield self._until("}"))

    def _until(self, closing: str) -> Parse[LinkEnd]:
        """Read an expression and the bracket after it."""
        target = yield self._expression(0)
        token = self._token()
        if token is None or closing not in (token["close"], token["brace"]):
            self.fail(f"'{closing}'")
        self.at = token.end()
        return target
