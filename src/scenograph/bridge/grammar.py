"""
The grammar of the linear form.

A carrier under this grammar writes the linear form of a scene (`scenograph.core.linear`), spelt as
`Vocabulary.encode_scene` spells it: structure, roles and lexemes as atoms, which no text can produce;
symbols, numbers and the inside of strings as text. The grammar is written in Lark, for llguidance.
`Grammar.over` gives the atoms of a vocabulary by their ids; `Grammar.text` spells them out, for a server.

An *open* grammar takes every symbol and every role, as an atom or spelt. A *closed* one takes the roles and
concepts of one domain. Strings and numbers are free, so that names never seen before can be read. That every
label is defined once cannot be said in a grammar; `.constraint` checks it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

from scenograph.core.links import is_literal
from scenograph.domain import Domain
from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.atoms import ARCHETYPES, CORE_GLYPH, HOLES, HYPERLEXEMES

_SLACK = 16

_RULES = """
start: node
string: QUOTE TEXT? QUOTE
"""
_COMMON = r"""
TEXT: /([^"\\\n\r]|\\[^\n\r])+/
"""

_CLOSED = r"""
node: OPEN CONCEPT item* CLOSE
item: ROLE target
target: node | CONCEPT | UNKNOWN | NUMBER | string | APOSTROPHE CONSTANT
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
        rules: Lark, with a name in capitals for each kind of atom
        terminals: Lark, for text
        atoms: the atoms that each name stands for
        longest: bytes of the longest symbol, which must be finished once begun; 1 in an open grammar
        concepts: those that may be written; empty in an open grammar, where any may
        constants: what else may stand as a target besides names and numbers, as `core.linear_tree` writes it
    """

    rules: str
    terminals: str
    atoms: tuple[tuple[str, tuple[str, ...]], ...]
    longest: int
    concepts: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that may be written; empty if any may."""
        return () if "OTHER_ROLE" in self.rules else dict(self.atoms)["ROLE"]

    @property
    def slack(self) -> int:
        """Tokens that finish what was begun: a target, a label, a letter spelt in bytes, an escape."""
        return _SLACK + self.longest

    @property
    def least_budget(self) -> int:
        """The fewest tokens that a scene may be given."""
        return 2 * self.slack

    def over(self, vocabulary: Vocabulary, names: Iterable[str] = ()) -> str:
        """
        Return the grammar over the ids of *vocabulary*.

        Args:
            names: what may stand in quotes; anything, if there are none
        Raises:
            BridgeError: if the vocabulary lacks an atom
        """
        missing = [atom for _, atoms in self.atoms for atom in atoms if atom not in vocabulary]
        if missing:
            raise BridgeError(
                f"this vocabulary has no atom {', '.join(missing)}; make the mind's vocabulary again, "
                "or read with the open grammar"
            )
        lark = self._spelt(lambda atoms: f"<[{','.join(str(vocabulary.id(atom)) for atom in atoms)}]>")
        return _with_names(lark, names)

    def text(self, names: Iterable[str] = ()) -> str:
        """
        Return the grammar over characters.

        Args:
            names: what may stand in quotes; anything, if there are none
        """
        lark = self._spelt(lambda atoms: f"({' | '.join(map(_quoted, atoms))})")
        return _with_names(lark, names)

    def _spelt(self, spell: Callable[[Sequence[str]], str]) -> str:
        """The grammar with *spell* applied to the atoms of each name."""
        known = dict(self.atoms)
        rules = re.sub(
            r"\b[A-Z_]+\b", lambda name: spell(known[name[0]]) if name[0] in known else name[0], self.rules
        )
        return rules + self.terminals


def open_grammar(atoms: Iterable[str] = (), *, lexemes: bool = False, other_roles: bool = True) -> Grammar:
    """
    Return the grammar of every scene, but for roles with an apostrophe, a backslash or an equals sign.

    Args:
        atoms: those that the carrier has; roles among them are one token, all others are spelt
        lexemes: whether symbols may be lexemes, or begin with a glyph of one; scenes read from texts have
            none
        other_roles: whether roles that are no atoms may be written, too
    """
    known = frozenset(atoms)
    roles = sorted(atom for atom in known if atom.startswith(":"))
    glyphs = [atom for atom in (*HYPERLEXEMES, *ARCHETYPES, CORE_GLYPH) if atom in known]
    rules, text = _OPEN, "".join(f"{name}: {pattern}\n" for name, pattern in _TEXT.items())
    if not (lexemes and glyphs):
        rules = re.sub(r"\| lexeme( mark\?)? |lexeme: .*\n", "", rules)
    if not lexemes:
        text = text.replace(_FIRST, _FIRST.replace("#?", f"#?{_GLYPHS}"))
    if not roles:
        rules = rules.replace("ROLE | OTHER_ROLE", "OTHER_ROLE")
    elif not other_roles:
        rules = rules.replace("ROLE | OTHER_ROLE", "ROLE")
    return _grammar(rules, text, _MARKS, {"ROLE": roles, "LEXEME": glyphs}, longest=1)


def closed_grammar(
    *,
    roles: Iterable[str],
    concepts: Iterable[str],
    unknowns: Iterable[str] = (),
    constants: Iterable[str] = (),
) -> Grammar:
    """
    Return the grammar of the scenes that use no other *roles*, *concepts*, *unknowns* and bare *constants*.

    They have no labels, marks or lexemes. Any number is a constant of theirs.

    Raises:
        BridgeError: if a concept cannot be a plain symbol of the linear form, or there are none
    """
    names, asked, known, bare = (sorted(set(given)) for given in (concepts, unknowns, roles, constants))
    bad = [name for name in names + asked + bare if not is_literal(name) or _SPECIAL.search(name)]
    if bad or not (names and known):
        raise BridgeError(
            f"cannot close the grammar over {', '.join(bad) or 'nothing'}: concepts must be plain symbols; "
            "read with the open grammar instead"
        )
    marks = {name: _MARKS[name] for name in ("OPEN", "CLOSE", "QUOTE", *(["APOSTROPHE"] if bare else []))}
    rules = _CLOSED if asked else _CLOSED.replace("| UNKNOWN ", "")
    rules = rules if bare else rules.replace(" | APOSTROPHE CONSTANT", "")
    text = f"CONCEPT: {_one_of(_symbols(names))}\n"
    if asked:
        text += f"UNKNOWN: {_one_of(_symbols(asked))}\n"
    if bare:
        text += f"CONSTANT: {_one_of(_symbols(bare))}\n"
    longest = max(len(f" {name}".encode()) for name in names + asked + bare)
    closed = _grammar(rules, text, marks, {"ROLE": known}, longest)
    return replace(closed, concepts=tuple(names), constants=(*asked, *(f"'{name}" for name in bare)))


def domain_grammar(domain: Domain) -> Grammar:
    """
    Return the closed grammar of *domain*, its questions and answers.

    Raises:
        BridgeError: if the domain is open
    """
    if domain.concepts is None:
        raise BridgeError(f"the domain {domain.name!r} lists no concepts; read it with the open grammar")
    return closed_grammar(
        roles=domain.roles,
        concepts=domain.concepts,
        unknowns=domain.unknowns,
        constants=domain.constants,
    )


def closes_over(atoms: Iterable[str], domain: Domain) -> bool:
    """Return whether *domain* is closed and *atoms* have only its roles, their inverses and holes."""
    known = {role + turned for role in domain.roles for turned in ("", "-of")}.union(HOLES)
    return domain.concepts is not None and all(atom in known for atom in atoms if atom.startswith(":"))


def _grammar(
    rules: str, text: str, marks: Mapping[str, str], atoms: Mapping[str, Sequence[str]], longest: int
) -> Grammar:
    named = {name: (mark,) for name, mark in marks.items()} | {k: tuple(v) for k, v in atoms.items() if v}
    return Grammar(_RULES + rules, _COMMON + text, tuple(sorted(named.items())), longest)


def _with_names(lark: str, names: Iterable[str]) -> str:
    """Return *lark* with nothing but *names* in quotes; as it is, if there are none."""
    return re.sub("^TEXT: .*$", lambda _: f"TEXT: {_one_of(names)}", lark, flags=re.M) if names else lark


def _symbols(names: Iterable[str]) -> list[str]:
    """Symbols as the linear form has them, after a blank."""
    return [f" {name}" for name in names]


def _one_of(texts: Iterable[str]) -> str:
    return " | ".join(map(_quoted, sorted(texts)))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
