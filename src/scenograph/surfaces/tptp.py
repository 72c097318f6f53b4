"""
TPTP: a scene as a formula that theorem provers read.

    fof(scene, axiom, ? [B1,P1] : (build(B1) & r_agent(B1, P1) & person(P1) & r_name(P1, "Oleg"))).
    fof(scene, question, ? [U_who] : (? [F1] : (found(F1) & r_agent(F1, U_who)))).

The formulas of `scenograph.surfaces.logic`, in ASCII, in the first-order form of the TPTP language
(Sutcliffe, "The TPTP Problem Library and Associated Infrastructure", 2017). A scene with unknowns is a
question: provers find values for its outermost variables. Provers require that each name has one kind and
arity. So roles begin with `r_` and symbols with `c_`; a concept that looks like one of those begins with
`p_`. Strings and numbers are "distinct objects", no two of them equal: `"Oleg"`, `"#1931"`. If a string
begins with `#`, this `#` is doubled. What is not ASCII is spelt `\\uXXXX`, and a backslash twice.

Law: `parse_tptp(format_tptp(scene)) == scene` for every scene; equal scenes have equal formulas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scenograph.core import Scene
from scenograph.core.links import is_literal, is_unknown, quote, unquote
from scenograph.errors import SurfaceError
from scenograph.surfaces._formulas import Dialect, read, write

_NAME = r"[a-z][A-Za-z0-9_]*"
_SINGLE = r"'(?:[ -&(-\[\]-~]|\\['\\])*'"
_DOUBLE = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_VARIABLE = r"[A-Z][0-9]+(?![A-Za-z0-9_])"
_UNKNOWN = r"U_[A-Za-z0-9_]*"
_HEAD = re.compile(
    rf"(?:\s|%[^\n]*\n)*fof\(\s*(?:{_NAME}|{_SINGLE}|[0-9]+)\s*,\s*[a-z_]+\s*,"
    rf"(?:\s*\?\s*\[\s*{_UNKNOWN}(?:\s*,\s*{_UNKNOWN})*\s*\]\s*:\s*(?P<paren>\())?"
)
_TAIL = re.compile(r"\)\s*\.\s*\Z")
_KINDS = re.compile(r"[rcp]_")


def format_tptp(scene: Scene, name: str = "scene") -> str:
    """
    Return *scene* as one annotated formula on one line; undone by `parse_tptp`.

    Args:
        name: the formula's name, a TPTP lower word

    Example:
        >>> format_tptp(Scene.parse('(n / not :op1 (s / sleep :agent "Oleg"))'))
        'fof(scene, axiom, ~ ? [S1] : (sleep(S1) & r_agent(S1, "Oleg"))).'
    """
    formula = write(scene, TPTP)
    if not scene.unknowns:
        return f"fof({name}, axiom, {formula})."
    unknowns = ",".join(sorted(_term(unknown) for unknown in scene.unknowns))
    return f"fof({name}, question, ? [{unknowns}] : ({formula}))."


def parse_tptp(text: str) -> Scene:
    """
    Return the scene that the annotated formula *text* says; undoes `format_tptp`.

    Raises:
        SurfaceError: if *text* is no formula of a scene, with the place and what was expected
    """
    head, tail = _HEAD.match(text), _TAIL.search(text)
    if head is None or tail is None:
        raise SurfaceError("tptp: expected one formula, as in fof(scene, axiom, ? [B1] : (build(B1))).")
    end = tail.start()
    if head["paren"]:
        end = text.rfind(")", 0, end)
    return read(text, TPTP, head.end(), max(end, head.end()))


def _variable(concept: str, number: int) -> str:
    letter = (concept[1] if concept[0] == '"' else concept[0]).upper()
    return f"{letter if re.fullmatch('[A-Z]', letter) else 'X'}{number}"


def _exists(variables: Sequence[str]) -> str:
    return f"? [{','.join(variables)}] : "


def _word(text: str) -> str:
    return text if re.fullmatch(_NAME, text) else "'" + _ascii(text, "'") + "'"


def _concept(literal: str) -> str:
    return _word(f"p_{literal}" if _KINDS.match(literal) else literal)


def _read_concept(token: str) -> str:
    concept = _read_word(token)
    return concept[2:] if _KINDS.match(concept) else concept


def _read_role(token: str) -> str:
    name = _read_word(token)
    if not name.startswith("r_"):
        raise ValueError("a predicate of two places, which begins with r_")
    return f":{name[2:]}"


def _term(literal: str) -> str:
    if is_unknown(literal):
        return "U_" + re.sub(r"[^A-Za-z0-9]", lambda match: f"_{ord(match[0]):x}_", literal[1:])
    if _NUMBER.fullmatch(literal):
        return f'"#{literal}"'
    text = unquote(literal)
    if literal[0] == '"' and literal == quote(text):
        return '"' + ("#" if text.startswith("#") else "") + _ascii(text, '"') + '"'
    return _word(f"c_{literal}")


def _read_term(token: str) -> str:
    if token[0] == '"':
        text = _plain(token)
        return text[1:] if text[0:1] == "#" and _NUMBER.fullmatch(text[1:]) else quote(text.removeprefix("#"))
    if token.startswith("U_"):
        return "?" + re.sub(r"_([0-9a-f]+)_", lambda match: chr(int(match[1], 16)), token[2:])
    name = _read_word(token)
    if not name.startswith("c_") or not is_literal(name[2:]):
        raise ValueError("a string, a variable or a symbol that begins with c_")
    return name[2:]


def _read_word(token: str) -> str:
    return _plain(token) if token[0] == "'" else token


def _ascii(text: str, mark: str) -> str:
    """Spell *text* in printable ASCII between two *mark*; undone by `_plain`."""

    def spell(match: re.Match[str]) -> str:
        code = ord(match[0])
        return "\\\\" if match[0] == "\\" else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    spelt = re.sub(r"[^ -\[\]-~]", spell, text)
    return re.sub(rf"[\\{mark}]", r"\\\g<0>", spelt)


def _plain(token: str) -> str:
    spelt = re.sub(r"\\(.)", r"\1", token[1:-1])

    def meant(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else "\\"

    return re.sub(r"\\(?:u([0-9a-f]{4})|U(00[01][0-9a-f]{5})|\\)", meant, spelt)


TPTP = Dialect(
    name="tptp",
    signs={"not": "~ ", "and": "&", "or": "|", "if": "=>"},
    variable=_variable,
    exists=_exists,
    concept=_concept,
    role=lambda role: _word(f"r_{role[1:]}"),
    term=_term,
    read_concept=_read_concept,
    read_role=_read_role,
    read_term=_read_term,
    tokens=re.compile(
        rf"(?P<exists>\?\s*\[\s*{_VARIABLE}(?:\s*,\s*{_VARIABLE})*\s*\]\s*:)|(?P<sign>=>|[~&|])"
        rf"|(?P<mark>[(),=])|(?P<variable>{_VARIABLE})|(?P<name>{_NAME}|{_UNKNOWN}|{_SINGLE}|{_DOUBLE})"
    ),
    variables=re.compile(_VARIABLE),
)
