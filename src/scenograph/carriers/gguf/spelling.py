"""
The tokenizer of a GGUF file, and whether it spells texts as llama.cpp does.

A file has the vocabulary, the merges, and one word for how text is split before it is merged
(`tokenizer.ggml.pre`). transformers knows 23 such words. It gives every other one GPT-2's splitting, in
silence: a model that reads text split in another way than in its training reads worse, and nobody sees why.
So a word must be one of those:

- known to transformers,
- one for which GPT-2's splitting is right,
- one for which GPT-2's splitting after a split into single digits is right: this is set here.

Any other file is accepted only if llama.cpp itself is there (`runtime.py`) and spells every text of `TEXTS`
in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.runtime import Runtime, has_runtime
from scenograph.errors import CarrierError
from scenograph.vocabulary import HubBase

_LIKE_GPT2: Final = frozenset(
    [
        "gpt-2",
        "phi-2",
        "gigachat",
        "a.x-4.0",
        "mellum",
        "modern-bert",
        "mpt",
        "olmo",
        "jais",
        "trillion",
        "granite-docling",
        "exaone4",
    ]
)
_DIGITS_THEN_GPT2: Final = frozenset(
    ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2"]
)
_WHOLE_WORDS: Final = frozenset(
    [
        "llama3",
        "llama-v3",
        "llama-bpe",
        "falcon3",
        "falcon-h1",
        "pixtral",
        "midm-2.0",
        "lfm2",
        "jina-v5-nano",
        "tekken",
    ]
)
"""A word that is in the vocabulary is one token there, even where the merges would not build it."""

TEXTS: Final = (
    "Marta believed that Oleg built the old bridge in 1931.",
    "Марта верила, что Олег построил старый мост в 1931 году; ёж, объём, «кавычки» — тире…",
    "It's 12345 and 1,234,567.89; they'll say don't, I've, WE'RE, o'clock, 007 0 00 000 2026-11-28",
    "two  spaces, three   spaces, a\ttab,\na line,\n\ntwo lines,\r\nreturn and a trailing space ",
    " leading space",
    "  two leading spaces",
    "   ",
    "\n\n\n",
    "x=1;y=22;z=333;w=4444;if(x<y){return x+++--y;} // done? #!/bin/sh $HOME ${a[0]} a_b-c.d/e\\f",
    "HelloWorld camelCase XMLHttpRequest iPhone McDonald eBay USA's U.S.A. e.g. i.e.",
    "МГУ им. М. В. Ломоносова, СССР, ГОСТ 12.1.003-83, №5, т.е., кое-что, 5-й, 3½, 10км",
    "⟁say:poet ⟁7 Δ41 🜂 x⟁y ж🜂ж ⟁⟁ 🜂🜂 ΔΔ",
    '( believe:agent( person:name"Оля \\"O\\" 7"):content _) ~2 =1 ?who',
    "🏗️👩‍👩‍👧 👍🏽 ∀x∃y ≠ ½ ﬁ Å \u00a0 \u2009 \u200b end",
    "日本語 中文字符 한국어 العربية עברית हिन्दी ไทย",
    "naïve café Zürich Łódź İstanbul straße ǅ",
    "<html><b>bold</b></html> &amp; https://example.org/a?b=c&d=%20 user@example.org",
    "1 2 3 4 5 6 7 8 9 10 11 12 100 1000 10000 ² ³ Ⅻ ٣ ४",
    "...!!! ??? --- ___ *** ''' \"\"\" ``` ((( ))) [[[ ]]] {{{ }}}",
    "а б в\tг\n д  е   ж",
)
"""
What two tokenizers must spell in one way: digits, contractions, white space, both scripts, glyphs.

`▁` is not among them. A SentencePiece tokenizer takes it for a space, so `HubBase` spells it in bytes.
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What is known of a tokenizer.

    Attributes:
        is_right: whether it may be used
        how: how that is known
    """

    is_right: bool
    how: str


def tokenizer_of(file: GgufFile) -> Any:
    """
    Return the fast tokenizer of *file*, as transformers makes it, with the splitting that its word asks for.

    Raises:
        CarrierError: if it is of an unknown kind
    """
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast
    from transformers.integrations.gguf.gguf_tokenizer_mapping import (
        GGUF_TOKENIZER_MAPPING,
        convert_gguf_tokenizer,
    )

    known = GGUF_TOKENIZER_MAPPING["tokenizer"]
    parts = {
        ours: file.metadata[f"tokenizer.{theirs}"]
        for theirs, ours in known.items()
        if f"tokenizer.{theirs}" in file.metadata
    }
    if not parts.get("tokens"):
        raise CarrierError(f"{file.path} has no tokenizer: it is a model without its vocabulary")
    if parts.get("tokenizer_type") not in ("gpt2", "llama"):
        raise CarrierError(
            f"{file.path} has a tokenizer of kind {parts.get('tokenizer_type')!r}; "
            "a carrier's is 'gpt2' (byte-level) or 'llama' (SentencePiece)"
        )
    try:
        backend, _ = convert_gguf_tokenizer(file.architecture, parts)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise CarrierError(f"the tokenizer in {file.path} is damaged: {error}; fetch it again") from error
    backend = Tokenizer.from_str(json.dumps(_corrected(json.loads(backend.to_str()), _word(file))))
    tokens: Sequence[str] = parts["tokens"]
    specials = {
        f"{kind}_token": tokens[number]
        for kind, name in (("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding"))
        if (number := file.metadata.get(f"tokenizer.ggml.{name}_token_id")) is not None
        and number < len(tokens)
    }
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, **specials)
    tokenizer.chat_template = file.metadata.get("tokenizer.chat_template")
    return tokenizer


def compared(file: GgufFile, tokenizer: Any, *, always: bool = False) -> Compared:
    """
    Say whether *tokenizer* spells texts as llama.cpp does.

    Args:
        file: where it comes from
        tokenizer: what `tokenizer_of` returned
        always: ask llama.cpp, if it is there, even where the splitting is known to be right
    """
    word = _word(file)
    named = f"the splitting {word!r}" if word else "a splitting that it does not name"
    is_known = file.metadata.get("tokenizer.ggml.model") == "llama" or word in _known_words()
    if has_runtime() and (always or not is_known):
        try:
            with Runtime(file.path) as runtime:
                theirs = runtime.spell(TEXTS)
        except CarrierError as error:
            if is_known:
                raise
            return Compared(False, f"its tokenizer uses {named}, which is not known here, and {error}")
        exact = HubBase(tokenizer.backend_tokenizer.to_str(), 0, {})  # what a carrier is used with
        before = " " if _adds_space(file) else ""
        wrong = [text for text, ids in zip(TEXTS, theirs, strict=True) if exact.encode(before + text) != ids]
        if wrong:
            return Compared(
                False,
                f"its tokenizer spells {len(wrong)} of {len(TEXTS)} texts otherwise than llama.cpp does, "
                f"{wrong[0][:40]!r} for one: {named} is not rendered rightly here",
            )
        return Compared(True, f"spells {len(TEXTS)} of {len(TEXTS)} texts as llama.cpp does")
    if is_known:
        kind = named if word and file.metadata.get("tokenizer.ggml.model") != "llama" else "SentencePiece"
        asked = "" if has_runtime() else "; not compared with llama.cpp (pip install 'scenograph[gguf]')"
        return Compared(True, f"{kind} is known{asked}")
    return Compared(
        False,
        f"its tokenizer uses {named}, which is not known here; "
        "pip install xllamacpp, and it is compared with llama.cpp",
    )


def check_spelling(file: GgufFile, tokenizer: Any) -> None:
    """Raise `CarrierError` unless *tokenizer* is known to spell texts as llama.cpp does."""
    found = compared(file, tokenizer)
    if not found.is_right:
        raise CarrierError(f"{file.path}: {found.how}")


def _adds_space(file: GgufFile) -> bool:
    """Whether llama.cpp puts a space before every text; `HubBase` never does."""
    is_sentencepiece = file.metadata.get("tokenizer.ggml.model") == "llama"
    return bool(file.metadata.get("tokenizer.ggml.add_space_prefix", is_sentencepiece))


def _word(file: GgufFile) -> str | None:
    return file.metadata.get("tokenizer.ggml.pre")


@cache
def _known_words() -> frozenset[str]:
    from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

    return frozenset(GGUF_PRE_TOKENIZER_SPLITS) | _LIKE_GPT2 | _DIGITS_THEN_GPT2


def _corrected(description: dict[str, Any], word: str | None) -> dict[str, Any]:
    """Return a tokenizer's *description* with what transformers does not set for *word*."""
    if word in _DIGITS_THEN_GPT2:
        splitting = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        digits = {"type": "Digits", "individual_digits": True}
        description["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [digits, splitting]}
    if word in _WHOLE_WORDS and description["model"]["type"] == "BPE":
        description["model"]["ignore_merges"] = True
    return description
