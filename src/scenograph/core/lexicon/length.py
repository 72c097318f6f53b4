"""
Length: what a scene costs a reader, in tokens.

A carrier reads a scene in its linear form, where roles, brackets and lexemes are a token each and words are a
few. Lexicons are learned and crystals chosen by this length, so that they save room in context windows and
memories. A word counts as one token for four characters, the usual measure for English.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..scene import Scene
from .lexeme import is_lexeme_name

_CHARACTERS = 4  # of a token
_MENTION = 2  # tokens of a node that is mentioned again


def word_length(literal: str) -> int:
    """Return the tokens of a concept or constant."""
    return 1 if is_lexeme_name(literal) else -(-len(literal) // _CHARACTERS)


def length(scene: Scene) -> int:
    """Return the tokens of *scene* in its linear form, as far as they are known without a tokenizer."""
    return graph_length(scene.concepts, scene.links)


def graph_length(concepts: Iterable[str], links: Iterable[tuple[int, str, int | str]]) -> int:
    """Return the length of the scene with these *concepts* and *links*."""
    total = sum(map(word_length, concepts))
    sources: set[int] = set()
    reached = {0}
    for source, _, target in links:
        total += 1
        sources.add(source)
        if isinstance(target, str):
            total += word_length(target)
        elif target in reached:
            total += _MENTION
        else:
            reached.add(target)
    return total + 2 * len(sources)
