"""
Emoji: a scene of the world in signs.

    💭 🙋👤[Marta] 💌(🏗️ 🙋👤[Oleg] ➡️(🌉 ✨🏺) 🕰️1931)

*Marta dreamed that Oleg built the old bridge in 1931.* A node is the sign of its concept (`emoji` in the
world's lexicon), then its links: a sign for the role, then the target. Parentheses hold a node together; the
outermost and those around a mere name are left out. Names stay letters, in brackets::

    👤[Oleg]      a node that begins with :name "Oleg"        1931, ?who    numbers and unknowns
    📛[Oleg]      any other constant in quotes                ⟨-⟩           any other constant
    🌉²           the second node of the same description     🌉₁ … ₁       one node, mentioned again

Law: `parse_emoji(format_emoji(scene)) == scene` for every scene over the world's concepts and roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from scenograph.core import Scene
from scenograph.core.linear import is_constant
from scenograph.core.links import STRING
from scenograph.errors import SurfaceError
from scenograph.surfaces import _figures as figures
from scenograph.surfaces._scanner import Scanner
from scenograph.surfaces._tree import LinkEnd, Node, draw, scene_of, tree_of
from scenograph.world.lexicon import load_lexicon

_SIGNED = """
    agent 🙋  object ➡️  recipient 📥  subject 🔖  content 💌  op1 🅰️  op2 🅱️  condition ⤴️
    consequence ⤵️  cause ⏮️  effect ⏭️  name 📛  value 💎  mod ✨  quant 🔢  poss 👐  with 🛠️
    place 🗺️  in 🔲  on 🔛  at 📍  by ↔️  time 🕰️  tense ⌛  definite 📌
"""
ROLE_SIGNS: Mapping[str, str] = MappingProxyType(
    {f":{role}": sign for role, sign in re.findall(r"(\w+) (\S+)", _SIGNED)}
)
"""The sign of each role of the world, and of the mark of articles, which open scenes may have."""

MASK = "_"

# Fonts and keyboards add and drop the variation selector freely, so it does not count.
_SELECTOR = "\ufe0f"
_UNKNOWN = re.compile(rf"\?[^\W{figures.SMALL}]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_INNER = r"[^]\[\\\"\n\r]*"  # what may stand between brackets
_BRACKETED = re.compile(f'"{_INNER}"')
_SUFFIX = re.compile(
    rf"{_SELECTOR}*(?P<figures>[{figures.LOW}]+|[{figures.HIGH}]+)?(?:\[(?P<name>{_INNER})\])?"
)
_CONSTANT = re.compile(
    rf"(?P<number>{_NUMBER.pattern})|(?P<unknown>{_UNKNOWN.pattern})|\[(?P<text>{_INNER})\]"
    rf"|(?P<string>{STRING})|⟨(?P<other>[^⟨⟩]+)⟩|(?P<label>[{figures.LOW}]+)"
)
_BLANK = re.compile(rf"[\s{_SELECTOR}]*")


def format_emoji(scene: Scene) -> str:
    """
    Return *scene* in signs; undone by `parse_emoji`.

    Raises:
        SurfaceError: if a concept or role is not the world's
    """
    return draw(tree_of(scene), _pieces)


def parse_emoji(text: str) -> Scene:
    """
    Return the scene that the signs of *text* say; undoes `format_emoji`.

    Raises:
        SurfaceError: if *text* does not follow the form, with the place
    """
    scanner = Scanner(text, "emoji", _BLANK)
    opened = [_begin(scanner)]
    while not scanner.ends():
        if len(opened) > 1 and scanner.passes(")"):
            opened.pop()
            continue
        sign = scanner.take(_role_pattern()) or scanner.fail("the sign of a role, or the end")
        items = opened[-1].items
        if scanner.passes("("):
            opened.append(_begin(scanner))
            target: LinkEnd = opened[-1]
        else:
            constant = scanner.take(_CONSTANT)
            target = _constant(constant) if constant else _begin(scanner)
        items.append((_roles()[_bare(sign[0])], target))
    if len(opened) > 1:
        raise SurfaceError(f"emoji: {len(opened) - 1} parentheses are not closed at the end")
    return scene_of(opened[0])


def _pieces(node: Node) -> list[str | Node]:
    """Return what *node* is written as, without parentheses around it."""
    pieces: list[str | Node] = [_sign(node.concept) + figures.format_suffix(node.suffix)]
    for position, (role, target) in enumerate(node.items):
        if position == 0 and role == ":name" and isinstance(target, str) and _BRACKETED.fullmatch(target):
            pieces.append(_written(target))
            continue
        if role not in ROLE_SIGNS:
            raise SurfaceError(f"the emoji surface has no sign for {role}; it covers the world's roles")
        pieces.append(f" {ROLE_SIGNS[role]}")
        if isinstance(target, Node):
            pieces.extend([target] if _stands_bare(target) else ["(", target, ")"])
        else:
            pieces.append(_written(target))
    return pieces


def _stands_bare(node: Node) -> bool:
    """True if *node* needs no parentheses: there is nothing but its sign and a name."""
    if is_constant(node.concept):
        return False
    match node.items:
        case []:
            return True
        case [(":name", str(name))]:
            return _BRACKETED.fullmatch(name) is not None
        case _:
            return False


def _sign(concept: str) -> str:
    if concept == MASK or _UNKNOWN.fullmatch(concept):
        return concept
    sign = _signs().get(concept)
    if sign is None:
        raise SurfaceError(f"the emoji surface has no sign for {concept!r}; it covers the world's concepts")
    return sign


def _written(target: str | int) -> str:
    if isinstance(target, int):
        return figures.format_label(target)
    if target.startswith('"'):
        return f"[{target[1:-1]}]" if _BRACKETED.fullmatch(target) else target
    if _NUMBER.fullmatch(target) or _UNKNOWN.fullmatch(target):
        return target
    if "⟨" in target or "⟩" in target:
        raise SurfaceError(f"the emoji surface cannot hold the constant {target!r}, with its angle brackets")
    return f"⟨{target}⟩"


def _begin(scanner: Scanner) -> Node:
    """Read a concept's sign, its suffix and the name after it."""
    sign = scanner.take(_concept_pattern()) or scanner.fail("the sign of a concept")
    rest = _SUFFIX.match(scanner.text, scanner.at)
    assert rest is not None, "every part of a suffix is optional"
    scanner.at = rest.end()
    concept = _bare(sign[0])
    node = Node(_concepts().get(concept, concept), suffix=figures.parse_suffix(rest["figures"]))
    if rest["name"] is not None:
        node.items.append((":name", f'"{rest["name"]}"'))
    return node


def _constant(match: re.Match[str]) -> LinkEnd:
    if match["label"]:
        return figures.parse_label(match["label"])
    if match["text"] is not None:
        return f'"{match["text"]}"'
    return match[0] if match["other"] is None else match["other"]


def _bare(sign: str) -> str:
    return sign.replace(_SELECTOR, "")


@cache
def _signs() -> dict[str, str]:
    return {name: concept.emoji for name, concept in load_lexicon().by_name.items() if concept.emoji}


@cache
def _concepts() -> dict[str, str]:
    return {_bare(sign): concept for concept, sign in _signs().items()}


@cache
def _roles() -> dict[str, str]:
    return {_bare(sign): role for role, sign in ROLE_SIGNS.items()}


@cache
def _concept_pattern() -> re.Pattern[str]:
    return re.compile(f"{_any_of(_signs().values())}|{_UNKNOWN.pattern}|{MASK}")


@cache
def _role_pattern() -> re.Pattern[str]:
    return re.compile(_any_of(ROLE_SIGNS.values()))


def _any_of(signs: Iterable[str]) -> str:
    """A pattern for any of *signs*, the longest first, with or without selectors."""
    longest_first = sorted(signs, key=len, reverse=True)
    return "|".join(re.escape(sign).replace(_SELECTOR, f"{_SELECTOR}?") for sign in longest_first)
