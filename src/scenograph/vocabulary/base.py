"""
Base tokenizers, which spell plain text.

There are two kinds: `SentencePieceBase`, trained by this package, and `HubBase`, the tokenizer that came with
a carrier. Both are exact: the bytes of the tokens join to the bytes of the text. `check_exact` refuses a
tokenizer that is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, final

from scenograph.errors import VocabularyError
from scenograph.files import digest
from scenograph.optional import optional

_SPACE = "▁"
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_CAPITALISED = re.compile(r"(?<![A-Za-zА-Яа-яЁё])[A-ZА-ЯЁ][A-Za-zА-Яа-яЁё]*|▁+")

GATE = (
    "Marta believed that Oleg built the old bridge in 1931.",
    "Марта верила, что Олег построил старый мост в 1931 году; ёж, объём.",
    "two  spaces, a\ttab,\na line break and a trailing space ",
    " leading space",
    "⟁say:poet ⟁7 Δ41 🜂 <s> </s> <|im_end|> <unk> [INST]",
    '( believe:agent( person:name"Оля \\"O\\" 7"):content _) ~2 =1 ?who',
    "🏗️👩‍👩‍👧 ∀x∃y ≠ ½ ﬁ Å Å ▁ \u00a0",
)
"""Texts that every base must return byte for byte before it is used."""


class Base(Protocol):
    """
    A base tokenizer.

    Attributes:
        kind: its name in a pack's manifest
        token_bytes: what each id stands for; empty for ids that text never produces
        specials: ids of the carrier's own `bos`, `eos` and `pad`, where it has them
    """

    @property
    def kind(self) -> str: ...
    @property
    def token_bytes(self) -> list[bytes]: ...
    @property
    def specials(self) -> Mapping[str, int]: ...
    def encode(self, text: str) -> list[int]:
        """Spell *text*; the bytes of the tokens join to its UTF-8 bytes."""
        ...

    def files(self) -> dict[str, bytes]:
        """The files of the base, by name."""
        ...


def check_exact(base: Base) -> None:
    """Raise `VocabularyError` unless *base* returns every text of `GATE` unchanged."""
    for text in GATE:
        back = b"".join(base.token_bytes[i] for i in base.encode(text))
        if back != text.encode():
            raise VocabularyError(
                f"the {base.kind} tokenizer changes text: {text!r} comes back as "
                f"{back.decode(errors='replace')!r}; "
                "use a carrier whose tokenizer is byte-level or has byte fallback"
            )


@final
class SentencePieceBase:
    """
    A SentencePiece model, with capitalised words that are no common words spelt letter by letter.

    So a name never seen before is copied letter by letter, from the text into the scene and back.

    Args:
        model: the serialised SentencePiece model
        words: lower-case words of the corpus; other words are spelt when they begin with a capital
    """

    kind = "sentencepiece"
    specials: Mapping[str, int] = {}

    def __init__(self, model: bytes, words: Iterable[str]) -> None:
        try:
            self._pieces: Any = optional("sentencepiece", "train").SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            raise VocabularyError("the SentencePiece model is damaged; train the vocabulary again") from error
        self._model = model
        self._words = frozenset(words)
        size = self._pieces.get_piece_size()
        names = [self._pieces.id_to_piece(i) for i in range(size)]
        self.token_bytes = [
            b"" if self._pieces.is_unknown(i) else self._bytes_of(name) for i, name in enumerate(names)
        ]
        self._byte_ids = {b[0]: i for i, b in enumerate(self.token_bytes) if self._pieces.is_byte(i)}
        self._letters = {
            name: i for i, name in enumerate(names) if len(name) == 1 and not self._pieces.is_unknown(i)
        }

    @staticmethod
    def _bytes_of(piece: str) -> bytes:
        byte = _BYTE.fullmatch(piece)
        return bytes([int(byte[1], 16)]) if byte else piece.replace(_SPACE, " ").encode()

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        start = 0
        for match in _CAPITALISED.finditer(text):
            word = match.group()
            if word.lower() in self._words:
                continue
            if match.start() > start:
                ids += self._pieces.encode(text[start : match.start()])
            ids += self._spell(word)
            start = match.end()
        if start < len(text):
            ids += self._pieces.encode(text[start:])
        return ids

    def _spell(self, word: str) -> list[int]:
        ids: list[int] = []
        for letter in word:
            piece = None if letter == _SPACE else self._letters.get(letter)
            ids += [piece] if piece is not None else [self._byte_ids[b] for b in letter.encode()]
        return ids

    def files(self) -> dict[str, bytes]:
        return {"base.model": self._model, "words.txt": "\n".join(sorted(self._words)).encode()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> SentencePieceBase:
        """Undo `files`."""
        return cls(files["base.model"], files["words.txt"].decode().split("\n"))


def _byte_level_alphabet() -> dict[str, int]:
    """Return the printable characters that stand for bytes in GPT-2's byte-level tokenizers."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in plain]
    return {chr(b): b for b in plain} | {chr(256 + i): b for i, b in enumerate(others)}


@final
class HubBase:
    """
    The fast tokenizer of a carrier from the hub or a folder, made exact.

    A leading space that SentencePiece-type tokenizers add to every text is switched off, and the
    carrier's special tokens are spelt out when they occur in text.

    Args:
        tokenizer: the serialised `tokenizers.Tokenizer` (`tokenizer.json`)
        rows: rows of the carrier's embedding; ids from there on are free
        specials: ids of the carrier's own `bos`, `eos` and `pad`
    """

    kind = "hub"

    def __init__(self, tokenizer: str, rows: int, specials: Mapping[str, int]) -> None:
        description = _without_leading_space(json.loads(tokenizer))
        self._json = json.dumps(description, ensure_ascii=False, sort_keys=True)
        try:
            self._tokenizer: Any = optional("tokenizers", "train").Tokenizer.from_str(self._json)
        except Exception as error:  # the Rust library raises bare exceptions
            raise VocabularyError(f"the carrier's tokenizer cannot be loaded: {error}") from error
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.specials = dict(specials)
        self._rows = max(rows, self._tokenizer.get_vocab_size(with_added_tokens=True))
        self.token_bytes = self._all_bytes(description)
        # SentencePiece-type tokenizers write a space as ▁, so that a literal ▁ has to be spelt in bytes.
        bytes_of_it = [self._tokenizer.token_to_id(f"<0x{byte:02X}>") for byte in _SPACE.encode()]
        self._literal_space: list[int] = [] if None in bytes_of_it else bytes_of_it

    def _all_bytes(self, description: dict[str, Any]) -> list[bytes]:
        byte_level = "ByteLevel" in json.dumps([description.get("pre_tokenizer"), description.get("decoder")])
        alphabet = _byte_level_alphabet()
        table = [b""] * self._rows
        for name, i in self._tokenizer.get_vocab(with_added_tokens=False).items():
            byte = _BYTE.fullmatch(name)
            if byte_level:
                known = all(c in alphabet for c in name)
                table[i] = bytes(alphabet[c] for c in name) if known else name.encode()
            else:
                table[i] = bytes([int(byte[1], 16)]) if byte else name.replace(_SPACE, " ").encode()
        for added in description.get("added_tokens", ()):
            table[added["id"]] = b"" if added["special"] else added["content"].encode()
        return table

    def encode(self, text: str) -> list[int]:
        if not self._literal_space or _SPACE not in text:
            return self._ids_of(text)
        ids: list[int] = []
        for part in re.split(f"({_SPACE})", text):
            ids += self._literal_space if part == _SPACE else self._ids_of(part)
        return ids

    def _ids_of(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def files(self) -> dict[str, bytes]:
        extra = {"rows": self._rows, "specials": self.specials}
        return {"tokenizer.json": self._json.encode(), "base.json": json.dumps(extra).encode()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> HubBase:
        """Undo `files`."""
        extra = json.loads(files["base.json"])
        return cls(files["tokenizer.json"].decode(), extra["rows"], extra["specials"])


def _without_leading_space(description: dict[str, Any]) -> dict[str, Any]:
    """Return the tokenizer's *description* without the space that it puts before every text."""
    normaliser = description.get("normalizer")
    if normaliser and normaliser.get("type") == "Prepend":
        description["normalizer"] = None
    elif normaliser and normaliser.get("type") == "Sequence":
        kept = [step for step in normaliser["normalizers"] if step["type"] != "Prepend"]
        description["normalizer"] = {"type": "Sequence", "normalizers": kept}
    pre = description.get("pre_tokenizer")
    for step in [pre, *(pre.get("pretokenizers", ()) if pre else ())]:
        if step and step["type"] == "Metaspace":
            step["prepend_scheme"] = "never"
        if step and step["type"] == "ByteLevel":
            step["add_prefix_space"] = False
    return description


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of a set of files: 32 hex digits, whatever their order."""
    sums = {name: digest(data) for name, data in sorted(files.items())}
    return digest(json.dumps(sums).encode())


def read_files(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Read the named files of *folder*; a missing one is a `VocabularyError`."""
    try:
        return {name: (folder / name).read_bytes() for name in names}
    except OSError as error:
        raise VocabularyError(
            f"{folder}: {error.strerror}: {error.filename}; copy the pack again or train it again"
        ) from error
