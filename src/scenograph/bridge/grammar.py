"""
The grammar of the linear form, over the ids of a vocabulary.

What a carrier writes under this grammar is the linear form of a scene (`scenograph.core.linear`),
spelt as `Vocabulary.encode_scene` spells it: structure, roles and lexemes as atoms, which no text can
produce, and symbols, numbers and the inside of strings as text. It is Lark text as llguidance compiles it,
with atoms named by their ids and regular expressions for text.

An *open* grammar takes every symbol, and every role, as an atom or spelt. A *closed* one takes the roles and
concepts of one world; strings and numbers stay free, so that names never seen before can be read. One rule of
the linear form is not context-free, that every label be defined once; `.constraint` sees to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

from scenograph.core.links import is_literal
from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.atoms import ARCHETYPES, CORE_GLYPH, HOLES, HYPERLEXEMES
from scenograph.world import World

_COMMON = r"""
start: node
string: QUOTE TEXT? QUOTE
TEXT: /([^"\\\n\r]|\\[^\n\r])+/
"""

_CLOSED = r"""
node: OPEN CONCEPT item* CLOSE
item: ROLE target
target: node | CONCEPT | UNKNOWN | NUMBER | string
NUMBER: / [+-]?[0-9]+(\.[0-9]+)?/
"""

# A symbol is text, with an atom wherever it has an apostrophe (as in " o'clock") or, escaped, an equals sign.
# What is a constant where a target stands (a number, a sign, an unknown) takes no mark.
_OPEN = r"""
node: OPEN concept item* (label | mark)? CLOSE
concept: symbol | unknown | NUMBER | lexeme | string
item: role target
role: ROLE | OTHER_ROLE
target: node | symbol mark? | lexeme mark? | unknown | NUMBER | string | SPACE label
      | APOSTROPHE (symbol | lexeme | unknown | NUMBER)
symbol: SYMBOL | (BEGIN | SPACE) APOSTROPHE rest | BEGIN_ESCAPED EQUALS rest
unknown: UNKNOWN | UNKNOWN APOSTROPHE rest | UNKNOWN_ESCAPED EQUALS rest
rest: WORD? | WORD? APOSTROPHE rest | WORD_ESCAPED EQUALS rest
lexeme: SPACE LEXEME
label: EQUALS DIGITS
mark: TILDE DIGITS
SPACE: " "
DIGITS: /[0-9]+/
NUMBER: / ([+-]?[0-9]+(\.[0-9]+)?|[+-])/
"""

_BLANK = r"\s\x1c-\x1f"  # what Python takes for white space
_CHARACTER = rf"([^{_BLANK}\"()\/:~'=\\]|\\\\)"
_FIRST = rf"([^{_BLANK}\"()\/:~'=\\#?]|\\\\)"
_GLYPHS = "⟁Δ🜂"  # what a lexeme begins with
_TEXT = {
    "BEGIN": f"/ {_FIRST}{_CHARACTER}*/",
    "SYMBOL": f"/ {_FIRST}{_CHARACTER}*/ & ~NUMBER",
    "BEGIN_ESCAPED": rf"/ ({_FIRST}{_CHARACTER}*)?\\/",
    "UNKNOWN": rf"/ \?{_CHARACTER}*/",
    "UNKNOWN_ESCAPED": rf"/ \?{_CHARACTER}*\\/",
    "WORD": f"/{_CHARACTER}+/",
    "WORD_ESCAPED": rf"/{_CHARACTER}*\\/",
    "OTHER_ROLE": rf"/:([^{_BLANK}\"()\/:~'=\\]|\\\\)+/",
}

_SPECIAL = re.compile(rf"[\"'=\\{_GLYPHS}]")  # what a plain symbol has not
_MARKS = {"OPEN": "(", "CLOSE": ")", "QUOTE": '"', "APOSTROPHE": "'", "EQUALS": "=", "TILDE": "~"}


@final
@dataclass(frozen=True, slots=True)
class Grammar:
    """
    What may be written.

    Attributes:
        lark: the grammar, as llguidance reads it
        longest: bytes that the longest symbol has to be written out to, once begun; 1 in an open grammar
    """

    lark: str
    longest: int


def open_grammar(vocabulary: Vocabulary, *, lexemes: bool = False) -> Grammar:
    """
    The grammar of every scene, but for roles with an apostrophe, a backslash or an equals sign.

    Args:
        vocabulary: whose ids it is about
        lexemes: whether symbols may be lexemes, or begin with a glyph of one. A text that holds such glyphs
            is data, so scenes that are read from texts have none
    """
    roles = [atom.text for atom in vocabulary.atoms if atom.text.startswith(":")]
    known = [atom for atom in (*HYPERLEXEMES, *ARCHETYPES, CORE_GLYPH) if atom in vocabulary]
    atoms = {name: [mark] for name, mark in _MARKS.items()} | {"ROLE": roles, "LEXEME": known}
    rules, text = _OPEN, "".join(f"{name}: {pattern}\n" for name, pattern in _TEXT.items())
    if not lexemes:
        rules = re.sub(r"\| lexeme( mark\?)? |lexeme: .*\n", "", rules)
        text = text.replace(_FIRST, _FIRST.replace("#?", f"#?{_GLYPHS}"))
    return Grammar(_with_ids(_COMMON + rules, atoms, vocabulary) + text, longest=1)


def closed_grammar(
    vocabulary: Vocabulary, *, roles: Iterable[str], concepts: Iterable[str], unknowns: Iterable[str] = ()
) -> Grammar:
    """
    The grammar of the scenes that use no other *roles*, *concepts* and *unknowns*.

    Such scenes have no labels, marks or lexemes, and no bare constants but numbers and unknowns.

    Raises:
        BridgeError: if a role has no atom, or a concept cannot be a plain symbol of the linear form
    """
    names, asked, known = (sorted(set(given)) for given in (concepts, unknowns, roles))
    bad = [name for name in names + asked if not is_literal(name) or _SPECIAL.search(name)]
    bad += [role for role in known if role not in vocabulary]
    if bad or not (names and known):
        raise BridgeError(
            f"cannot close the grammar over {', '.join(bad) or 'nothing'}: concepts must be plain symbols "
            "and roles atoms of the vocabulary; read with the open grammar instead"
        )
    atoms = {name: [_MARKS[name]] for name in ("OPEN", "CLOSE", "QUOTE")} | {"ROLE": known}
    rules = _COMMON + (_CLOSED if asked else _CLOSED.replace("| UNKNOWN ", ""))
    text = f"CONCEPT: {_one_of(names)}\n" + (f"UNKNOWN: {_one_of(asked)}\n" if asked else "")
    longest = max(len(f" {name}".encode()) for name in names + asked)
    return Grammar(_with_ids(rules, atoms, vocabulary) + text, longest)


def world_grammar(vocabulary: Vocabulary) -> Grammar:
    """The closed grammar of the bundled world, its questions and answers."""
    world = World()
    unknowns = ("?who", "?what", "?where", "?when")
    return closed_grammar(vocabulary, roles=world.roles, concepts=world.concepts, unknowns=unknowns)


def closes_over_world(vocabulary: Vocabulary) -> bool:
    """True if *vocabulary* has no roles but those of the bundled world and their inverses, and holes."""
    known = {role + turned for role in World().roles for turned in ("", "-of")}.union(HOLES)
    return all(atom.text in known for atom in vocabulary.atoms if atom.text.startswith(":"))


def _one_of(symbols: Sequence[str]) -> str:
    return " | ".join(json.dumps(f" {symbol}", ensure_ascii=False) for symbol in symbols)


def _with_ids(lark: str, atoms: dict[str, list[str]], vocabulary: Vocabulary) -> str:
    """Put ids, as llguidance writes them, in the place of the names of atoms."""

    def ids(name: re.Match[str]) -> str:
        named = atoms.get(name[0])
        return name[0] if named is None else f"<[{','.join(str(vocabulary.id(atom)) for atom in named)}]>"

    return re.sub(r"\b[A-Z_]+\b", ids, lark)
