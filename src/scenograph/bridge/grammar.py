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
from types import MappingProxyType
from typing import final

from scenograph.core.links import is_literal
from scenograph.domain import Domain, ValueKind
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

_CLOSED = {
    "node": ("OPEN CONCEPT item* CLOSE", "OPEN NAMED NAMING string item* CLOSE"),
    "item": ("ROLE target", "NAMING string", "COUNTING NUMBER", "MARKING APOSTROPHE CONSTANT"),
    "target": ("node", "CONCEPT", "UNKNOWN", "NUMBER", "string", "APOSTROPHE CONSTANT"),
}
"""The alternatives of each rule; those with a terminal that a domain lacks are left out."""

_NUMBER = r"NUMBER: / [+-]?[0-9]+(\.[0-9]+)?/"

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

_KINDS: Mapping[ValueKind, str] = {"name": "NAMING", "number": "COUNTING", "constant": "MARKING"}
"""Which atoms are the roles whose target is always such a value."""

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
        named: those of the concepts that are always nodes with a name
    """

    rules: str
    terminals: str
    atoms: tuple[tuple[str, tuple[str, ...]], ...]
    longest: int
    concepts: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that may be written; empty if any may."""
        if "OTHER_ROLE" in self.rules:
            return ()
        kinds = ("ROLE", *_KINDS.values())
        return tuple(sorted(role for name, roles in self.atoms if name in kinds for role in roles))

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """The symbols of a closed grammar, by what they follow: `(`, `'` or the colon of a role."""
        targets = (it for it in self.concepts if it not in self.named)
        return {
            "(": self.concepts,
            ":": (*targets, *(it for it in self.constants if it[0] != "'")),
            "'": tuple(it[1:] for it in self.constants if it[0] == "'"),
        }

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
    values: Mapping[str, ValueKind] = MappingProxyType({}),
    named: Iterable[str] = (),
) -> Grammar:
    """
    Return the grammar of the scenes that use no other *roles*, *concepts*, *unknowns* and bare *constants*.

    They have no labels, marks or lexemes. Any number is a constant of theirs. What *values* and *named* say
    spares a carrier choices: after ` entity` there may be only `:name` then, and after that only a quote.

    Args:
        values: roles whose target is always a value of one kind, and the kind
        named: concepts that are always nodes with a `:name`, which is their first link
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
    atoms = {name: [role for role in known if values.get(role) == kind] for kind, name in _KINDS.items()}
    atoms["ROLE"] = [role for role in known if not any(role in some for some in atoms.values())]
    begun = [name for name in names if name in named and ":name" in atoms["NAMING"]]
    symbols = {
        "CONCEPT": [name for name in names if name not in begun],
        "NAMED": begun,
        "UNKNOWN": asked,
        "CONSTANT": bare,
    }
    lacking = {name for name, found in {**symbols, **atoms}.items() if not found}
    rules = [
        f"{rule}: {' | '.join(it for it in ways if lacking.isdisjoint(it.split()))}"
        for rule, ways in _CLOSED.items()
    ]
    text = [f"{name}: {_one_of(_symbols(found))}" for name, found in symbols.items() if found]
    longest = max(len(f" {name}".encode()) for name in names + asked + bare)
    closed = _grammar("\n".join((*rules, _NUMBER, "")), "\n".join((*text, "")), marks, atoms, longest)
    others = (*asked, *(f"'{name}" for name in bare))
    return replace(closed, concepts=tuple(names), constants=others, named=tuple(begun))


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
        values=domain.values,
        named=domain.named,
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
