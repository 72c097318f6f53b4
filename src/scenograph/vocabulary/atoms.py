"""
Atoms: the tokens that stand for structure, roles, lexemes and commands.

An atom is one token that no text can produce. A text that contains the characters of an atom
(`⟁say:poet`, `Δ41`) is spelt by the base tokenizer like any other text: it is data, never a command.

Every atom has a gloss, a few plain words. Where a carrier has no embedding row for the atom yet, the
row starts at the mean of the rows of its gloss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from scenograph.core import linearise

if TYPE_CHECKING:
    from scenograph.core import Scene
    from scenograph.domain import Domain

BOS, EOS, SEP, PAD, DO = "⟁bos", "⟁eos", "⟁sep", "⟁pad", "⟁do"
RECALL, FIELD = "⟁recall", "⟁field"

# What the linear form of a scene consists of, besides roles, symbols and numbers.
STRUCTURE = ("(", ")", '"', "'", "=", "~")

# Commands whose answer is a scene, and the beginnings of commands whose answer is a text in some style.
_TO_SCENES = ("⟁read", "⟁restore", RECALL, "⟁hold", "⟁expand", "⟁compress")
_TO_TEXTS = ("⟁say:", "⟁answer:")

HYPERLEXEMES = tuple(f"⟁{i}" for i in range(32))
ARCHETYPES = tuple(f"Δ{i}" for i in range(32))
CORE_GLYPH = "🜂"
HOLES = tuple(f":{i}" for i in range(1, 10))


class Atom(NamedTuple):
    """One token: its characters, and the plain words from which its embedding row starts."""

    text: str
    gloss: str


def _gloss(command: str) -> str:
    return " " + command.removeprefix("⟁").replace(":", " ")


def role_atom(role: str) -> Atom:
    """Return the atom of a role (`:agent`); its gloss is the role's name in words."""
    return Atom(role, " " + role.removeprefix(":").replace("-", " "))


def is_invocation(atom: str) -> bool:
    """Return whether an adapter acts from *atom* on."""
    return atom in _TO_SCENES or atom.startswith(_TO_TEXTS)


def style_atoms(styles: Iterable[str]) -> list[Atom]:
    """Return the commands to speak and to answer in *styles*."""
    names = list(styles)
    return [Atom(text, _gloss(text)) for to in _TO_TEXTS for text in (to + style for style in names)]


def thinking_atoms() -> list[Atom]:
    """Return the commands of a thinker that no other adapter has."""
    return [Atom(FIELD, _gloss(FIELD))]


def needed_atoms(domain: Domain) -> tuple[Atom, ...]:
    """
    Return the atoms without which a mind of *domain* cannot be asked: commands, structure, roles.

    Roles are needed where the domain is closed, since its grammar writes each role as one token.
    """
    roles = () if domain.concepts is None else domain.roles
    return (*_commands(domain), *map(role_atom, roles))


def standard_atoms(domain: Domain, roles: Iterable[str] = ()) -> tuple[Atom, ...]:
    """
    Return the atoms of a carrier that no mind has chosen atoms for, in their fixed order.

    Args:
        domain: its styles and languages have a command each, its roles an atom each and one for the inverse
        roles: more forward roles with their colon, as in a scene
    """
    forward = list(dict.fromkeys((*domain.roles, *roles, *HOLES)))
    backward = [f"{role}-of" for role in forward if role not in HOLES and f"{role}-of" not in forward]
    lexemes = [Atom(text, " lexeme") for text in (*HYPERLEXEMES, CORE_GLYPH, *ARCHETYPES)]
    return (*_commands(domain), *map(role_atom, [*forward, *backward]), *lexemes)


def lexeme_atoms(lexicon: Mapping[str, Scene]) -> tuple[Atom, ...]:
    """
    Return an atom for each lexeme of *lexicon* that a grammar knows; its gloss is the words of its pattern.

    So each row starts at a place of its own. Rows with one gloss would be equal, and no adapter could tell
    one lexeme from another.

    Example:
        >>> from scenograph.core import Scene
        >>> lexeme_atoms({"⟁1": Scene.parse("(b / build :object (r / bridge :mod ?1))")})
        (Atom(text='⟁1', gloss=' lexeme build object bridge mod'),)
    """
    known = {*HYPERLEXEMES, CORE_GLYPH, *ARCHETYPES}
    return tuple(Atom(name, _gloss_of(pattern)) for name, pattern in lexicon.items() if name in known)


def _commands(domain: Domain) -> list[Atom]:
    """Return the atoms for control, commands, languages and structure, in their fixed order."""
    control = [Atom(text, _gloss(text)) for text in (BOS, EOS, SEP, PAD, DO)]
    commands = [Atom(text, _gloss(text)) for text in _TO_SCENES]
    commands += style_atoms(domain.styles)
    languages = [Atom(f"⟁{code}", f" {name}") for code, name in domain.languages.items()]
    return [*control, *commands, *languages, *(Atom(text, text) for text in STRUCTURE)]


def _gloss_of(pattern: Scene) -> str:
    """Return the words of a lexeme's *pattern*, in the order of its linear form, without its holes."""
    words = re.findall(r"[^\W\d_]+", linearise(pattern))
    return " ".join(("", "lexeme", *words))
