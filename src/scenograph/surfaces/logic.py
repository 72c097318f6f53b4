"""
Logic: a scene as a formula of first-order logic.

    ∃b∃p∃b₂(build(b) ∧ agent(b, p) ∧ object(b, b₂) ∧ person(p) ∧ name(p, "Oleg") ∧ bridge(b₂))

The formula is neo-Davidsonian: what happens is a thing too; a concept is a predicate of one place, a role one
of two. To say that a thing exists is not to say that it is so: what Marta believes stands
beside her belief (Hobbs, "Ontological promiscuity", 1985). Where a scene as a whole denies,
offers or concludes, connectives are connectives (`scenograph.surfaces._scopes`)::

    (n / not :op1 (s / sleep))            ¬∃s(sleep(s))
    (i / if :condition (r / rain) ...)    (∃r(rain(r)) → ∃s(sleep(s)))
    (f / found :agent ?who)               λ?who. ∃f(found(f) ∧ agent(f, ?who))   an unknown is free
    (w / ?what)                           λ?what. ∃w(w = ?what)
    "Oleg", 1931, imperative              terms as they stand; other symbols between apostrophes: '+', 'x'

Laws: `parse_logic(format_logic(scene)) == scene` for every scene, and equal scenes have equal formulas.
Formulas are read whatever the names of variables and the order of facts; a formula of another shape is
refused, since it may say what no scene does. `scenograph.surfaces.tptp` spells the same formulas for
provers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scenograph.core import Scene
from scenograph.core.links import STRING
from scenograph.surfaces._figures import SMALL, format_label
from scenograph.surfaces._formulas import Dialect, read, write

_LETTER = rf"[^\W\d_{SMALL}]"
_WORD = rf"{_LETTER}(?:[^\W{SMALL}]|-)*"
_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_UNKNOWN = rf"\?[^\W{SMALL}]+"
_QUOTED = r"'(?:[^'\\]|\\['\\])*'"
_BOUND = rf"{_LETTER}[₀-₉]*"
_VARIABLE = rf"{_BOUND}(?![\w(-])"
_PLAIN_TERM = re.compile(rf"{STRING}|{_NUMBER}|{_UNKNOWN}|{_LETTER}(?:[^\W{SMALL}]|-)+")
_PLAIN_PREDICATE = re.compile(rf"{STRING}|{_WORD}")
_LAMBDA = re.compile(rf"\s*λ\s*(?:{_PLAIN_TERM.pattern}|{_QUOTED})\s*\.")


def format_logic(scene: Scene) -> str:
    """
    Return *scene* as a formula on one line; undone by `parse_logic`.

    Example:
        >>> format_logic(Scene.parse("(n / not :op1 (s / sleep :agent ?who))"))
        'λ?who. ¬∃s(sleep(s) ∧ agent(s, ?who))'
    """
    unknowns = "".join(f"λ{_term(unknown)}. " for unknown in sorted(scene.unknowns))
    return unknowns + write(scene, LOGIC)


def parse_logic(text: str) -> Scene:
    """
    Return the scene that the formula *text* says; undoes `format_logic`.

    The `λ` of unknowns may be missing.

    Raises:
        SurfaceError: if *text* is no formula of a scene, with the place and what was expected
    """
    start = 0
    while match := _LAMBDA.match(text, start):
        start = match.end()
    return read(text, LOGIC, start)


def _variable(concept: str, number: int) -> str:
    letter = concept[1] if concept[0] == '"' else concept[0]
    lowered = letter.lower()
    if not re.fullmatch(_LETTER, lowered) or lowered == "λ":
        lowered = "x"
    return lowered if number == 1 else lowered + format_label(number)


def _exists(variables: Sequence[str]) -> str:
    return "".join(f"∃{variable}" for variable in variables)


def _term(literal: str) -> str:
    return literal if _PLAIN_TERM.fullmatch(literal) else _quoted(literal)


def _predicate(literal: str) -> str:
    return literal if _PLAIN_PREDICATE.fullmatch(literal) else _quoted(literal)


def _quoted(text: str) -> str:
    return "'" + re.sub(r"['\\]", r"\\\g<0>", text) + "'"


def _read(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] == "'" else token


LOGIC = Dialect(
    name="logic",
    signs={"not": "¬", "and": "∧", "or": "∨", "if": "→"},
    variable=_variable,
    exists=_exists,
    concept=_predicate,
    role=lambda role: _predicate(role[1:]),
    term=_term,
    read_concept=_read,
    read_role=lambda token: ":" + _read(token),
    read_term=_read,
    tokens=re.compile(
        rf"(?P<exists>∃\s*{_BOUND})|(?P<sign>[¬∧∨→])|(?P<mark>[(),=])|(?P<variable>{_VARIABLE})"
        rf"|(?P<name>{STRING}|{_QUOTED}|{_NUMBER}|{_UNKNOWN}|{_WORD})"
    ),
    variables=re.compile(rf"∃\s*({_BOUND})"),
)
