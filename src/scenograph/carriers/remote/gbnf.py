r"""
GBNF, the grammars of llama.cpp, from the Lark of `Constraint.lark`.

    >>> print(gbnf('start: "(" CONCEPT item* ")"\nitem: ":agent" CONCEPT\nCONCEPT: / [a-z]+/'))
    root ::= "(" t-concept item* ")"
    item ::= ":agent" t-concept
    t-concept ::= " " [a-z]+

Lark knows more. What GBNF cannot say is left out, so that it may allow more texts, never fewer: a terminal
that excludes another one (`A & ~B`) is `A`.
"""

from __future__ import annotations

import json
import re

_RULE = re.compile(r"^(\w+): (.*)$")
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|/(?:[^/\\]|\\.)+/|\w+|\s+|.', re.DOTALL)
_CLASS = re.compile(r"\[(?:[^\]\\]|\\.)+\]")
_EXCEPT = re.compile(r" & ~[A-Z_]+")
# The wider blanks stand as they are: llguidance's converter, which vLLM uses, misreads their escapes.
_BLANKS = r" \t\n\x0B\x0C\r" + "\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def gbnf(lark: str) -> str:
    """Return the grammar *lark*, whose first rule is `start`, as GBNF."""
    joined = re.sub(r"\n\s+\|", " |", lark.strip())
    rules = [match for line in joined.splitlines() if (match := _RULE.match(line.strip()))]
    return "\n".join(f"{_name(rule[1])} ::= {_body(rule[2])}" for rule in rules)


def _name(name: str) -> str:
    if name == "start":
        return "root"
    plain = name.lower().replace("_", "-")
    return f"t-{plain}" if name.isupper() else plain


def _body(text: str) -> str:
    return "".join(map(_part, _PART.findall(_EXCEPT.sub("", text)))).strip()


def _part(part: str) -> str:
    if part.startswith("/") and len(part) > 1:
        return _pattern(part[1:-1])
    return _name(part) if re.fullmatch(r"[A-Za-z_]\w*", part) else part


def _pattern(pattern: str) -> str:
    """Return a regular expression as GBNF; characters in a row become one string."""
    out: list[str] = []
    text = ""
    place = 0

    def flush() -> None:
        nonlocal text
        if text:
            out.append(json.dumps(text, ensure_ascii=False))
            text = ""

    while place < len(pattern):
        found = _CLASS.match(pattern, place)
        if found:
            flush()
            out.append(found[0].replace(r"\s", _BLANKS).replace(r"\/", "/"))
            place = found.end()
        elif pattern[place] in "()|?*+":
            sign = pattern[place]
            if sign in "?*+" and len(text) > 1:
                text, last = text[:-1], text[-1]
                flush()
                text = last
            flush()
            if sign in "?*+" and out:
                out[-1] += sign
            else:
                out.append(sign)
            place += 1
        else:
            place += pattern[place] == "\\"
            text += pattern[place]
            place += 1
    flush()
    return " ".join(out).replace("( ", "(").replace(" )", ")")
