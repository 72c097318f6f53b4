"""How text is spelt without the tokens that atoms have borrowed."""

from __future__ import annotations

from collections.abc import Sequence

from scenograph.errors import VocabularyError


def respelling(token_bytes: Sequence[bytes], borrowed: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """
    Return, for each borrowed token that text may hold, the tokens that spell the same bytes.

    The longest token that fits comes first. None of them is borrowed.

    Args:
        token_bytes: what each id stands for; empty for ids that text never produces
        borrowed: ids that text may no longer use
    Raises:
        VocabularyError: if an id is borrowed twice, is none, or its bytes cannot be spelt without it

    Example:
        >>> respelling([b"a", b"b", b"ab", b"aab", b""], [3, 4])
        {3: (0, 2)}
    """
    taken = frozenset(borrowed)
    if not taken:
        return {}
    if len(taken) < len(borrowed) or not all(0 <= i < len(token_bytes) for i in taken):
        raise VocabularyError(
            "a token is borrowed twice, or does not exist; make the mind's vocabulary again"
        )
    left = {piece: i for i, piece in enumerate(token_bytes) if piece and i not in taken}
    found: dict[int, tuple[int, ...]] = {}
    for i in borrowed:
        spelt: list[int] = []
        rest = token_bytes[i]
        while rest:
            end = next((end for end in range(len(rest), 0, -1) if rest[:end] in left), 0)
            if not end:
                raise VocabularyError(f"text cannot be spelt without the token {token_bytes[i]!r}")
            spelt.append(left[rest[:end]])
            rest = rest[end:]
        if spelt:
            found[i] = tuple(spelt)
    return found
