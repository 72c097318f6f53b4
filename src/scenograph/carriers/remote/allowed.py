"""Whether a text is one that a grammar allows; a server that says so may still have ignored it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar

from scenograph.errors import CarrierError
from scenograph.optional import optional


class _Bytes:
    """A vocabulary in the form that llguidance takes: each byte is a token."""

    bos_token_id = None
    eos_token_id = 256
    special_token_ids: ClassVar[list[int]] = [256]
    tokens: ClassVar[list[bytes]] = [*(bytes([i]) for i in range(256)), b"<end>"]

    def __call__(self, text: str) -> Sequence[int]:
        return list(text.encode())


def allows(lark: str, text: str) -> bool:
    """
    Return whether *text* is a text of the grammar *lark*.

    Raises:
        CarrierError: if *lark* is no grammar
        MissingExtraError: if llguidance is not installed
    """
    matcher = _matcher(lark).deep_copy()
    ids = list(text.encode())
    return matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting()


@lru_cache(maxsize=32)
def _matcher(lark: str) -> Any:
    matcher = optional("llguidance", "remote").LLMatcher(_tokenizer(), lark, log_level=0)
    if matcher.is_error():
        raise CarrierError(f"a grammar cannot be compiled: {matcher.get_error()}")
    return matcher


@cache
def _tokenizer() -> Any:
    library = optional("llguidance", "remote")
    return library.LLTokenizer(library.TokenizerWrapper(_Bytes()), slices=[])
