"""
Train the base tokenizer: SentencePiece over a corpus with words cut into stem and ending.

Its settings lose nothing: no normalisation, no added or removed spaces, bytes for unknown characters, a token
for every digit. The cuts of `scenograph.morphology` become pretokenization delimiters, so no piece crosses
one. Capitalised words that are never in lower case in the corpus are names. They are left out, and the
encoder spells them letter by letter.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from scenograph.errors import VocabularyError
from scenograph.morphology.cuts import cut
from scenograph.optional import optional
from scenograph.vocabulary._protobuf import without_text
from scenograph.vocabulary.base import SentencePieceBase

DELIMITER = "\u241f"
"""Stands in prepared lines where no piece may cross."""

_WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_UNIT = re.compile(r"▁?[A-Za-zА-Яа-яЁё]+|▁?[^\s▁A-Za-zА-Яа-яЁё\d]+")
_LONGEST = 16
_LEAST = 500  # the alphabets and the 256 bytes come first
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    "0123456789.,;:!?-–—()[]{}\"'«»“”’/\\_=+*%&#@<>|~^$"
)


def train_base(texts: Iterable[str], *, size: int = 3000) -> SentencePieceBase:
    """
    Train a SentencePiece base on *texts* (texts and, to share their pieces, the symbols of scenes).

    Args:
        texts: the corpus; line breaks separate sentences
        size: most pieces to learn, at least 500; a small corpus gives fewer
    Returns:
        The base; the same corpus gives the same one.
    Raises:
        VocabularyError: if the corpus is empty
    """
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    if not lines:
        raise VocabularyError("the corpus for the vocabulary is empty; add texts to it first")
    size = max(size, _LEAST)
    words = Counter(word for line in lines for word in _WORD.findall(line))
    common = {word for word in words if word.islower()}

    @cache
    def prepare(word: str) -> str:
        if word[0].isupper() and word.lower() not in common:
            return DELIMITER
        return DELIMITER.join(cut(word))

    prepared = [_WORD.sub(lambda m: prepare(m.group()), line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        candidates = Path(folder) / "seeds.tsv"
        candidates.write_text(seeds(prepared), encoding="utf-8")
        return SentencePieceBase(train_pieces(prepared, size, candidates=candidates), common)


def seeds(prepared: list[str]) -> str:
    """
    Return candidate pieces with their counts, one a line.

    SentencePiece's own candidates are strings that two different words share, so the stem of a word with only
    one form would never become a piece. Here every part of a stem or an ending is a candidate.
    """
    units = Counter(
        unit
        for line in prepared
        for part in line.replace(" ", f"{DELIMITER}▁").split(DELIMITER)
        for unit in _UNIT.findall(part)
    )
    parts: Counter[str] = Counter()
    for unit, count in units.items():
        for start in range(len(unit)):
            for end in range(start + 1, min(len(unit), start + _LONGEST) + 1):
                parts[unit[start:end]] += count
    ranked = sorted(parts.items(), key=lambda item: (-item[1] * len(item[0]), item[0]))
    return "".join(f"{part}\t{count * len(part)}\n" for part, count in ranked)


def train_pieces(
    prepared: Iterable[str],
    size: int,
    *,
    kind: Literal["unigram", "bpe"] = "unigram",
    candidates: Path | None = None,
) -> bytes:
    """
    Return a serialised SentencePiece model that loses nothing.

    Args:
        prepared: lines, with `DELIMITER` where no piece may cross
        size: most pieces to learn
        kind: how pieces are learned
        candidates: a file that `seeds` wrote; None: SentencePiece's own
    """
    model = io.BytesIO()
    optional("sentencepiece", "train").SentencePieceTrainer.train(
        sentence_iterator=iter(prepared),
        model_writer=model,
        model_type=kind,
        vocab_size=size,
        hard_vocab_limit=False,
        **({} if candidates is None else {"seed_sentencepieces_file": str(candidates)}),
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        remove_extra_whitespaces=False,
        byte_fallback=True,
        split_digits=True,
        character_coverage=1.0,
        required_chars=_ALPHABETS,
        pretokenization_delimiter=DELIMITER,
        unk_id=0,
        bos_id=-1,
        eos_id=-1,
        pad_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    # The model stores its settings. The name of the temporary file would change it each time.
    return without_text(model.getvalue(), str(candidates))
