"""
What a GGUF file says of itself, without reading its weights.

A file is a header, key-value metadata (sizes, the whole tokenizer), a table of tensors, and the tensors'
bytes. Everything but the bytes is read at once, and the table is compared with the length of the file. One
that was cut short, or is no GGUF file at all, is refused here, in a moment.

The `gguf` package has a reader too. It makes a numpy view of every string, and a vocabulary has hundreds of
thousands: half a minute for a small model on a busy machine, where this takes a quarter of a second.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from scenograph.errors import CarrierError
from scenograph.optional import optional

MAGIC: Final = b"GGUF"
_VERSIONS: Final = (2, 3)
_NUMBERS: Final = {0: "<u1", 1: "<i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "<?",
                   10: "<u8", 11: "<i8", 12: "<f8"}  # fmt: skip
_STRING, _ARRAY = 8, 9
_OTHERS: Final = {
    b"PK\x03\x04": "a zip archive or a PyTorch checkpoint",
    b"version https://git-lfs": "a Git LFS pointer; run: git lfs pull",
    b"<": "a web page",
    b"\x80": "a pickle",
    b"\x1f\x8b": "a gzip archive",
}
"""How files that are often taken for a model begin."""


class TensorInfo(NamedTuple):
    """One tensor of a file."""

    shape: tuple[int, ...]  # as torch has it: rows first
    kind: int  # the number of its type in GGML: 0 float32, 1 float16, 2 Q4_0 ...
    start: int  # of its bytes, from the beginning of the file
    size: int  # in bytes


@final
@dataclass(frozen=True, slots=True)
class GgufFile:
    """
    The header of a GGUF file.

    Attributes:
        path: where it is
        metadata: its key-value pairs; arrays are lists
        tensors: its tensors by their names in GGUF
    """

    path: Path
    metadata: Mapping[str, Any]
    tensors: Mapping[str, TensorInfo]

    @classmethod
    def read(cls, path: str | Path) -> GgufFile:
        """
        Read the header of *path*.

        Raises:
            CarrierError: if it is no GGUF file, cut short, damaged, or one part of several
            MissingExtraError: if the package `gguf` is not installed
            OSError: if it cannot be read
        """
        path = Path(path)
        if path.stat().st_size < len(MAGIC):
            raise CarrierError(f"{path} is no GGUF file: it has {path.stat().st_size} bytes")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _check_kind(path, data[:64])
            try:
                metadata, tensors = _parse(_Cursor(data), path)
            except (EOFError, struct.error) as error:
                raise CarrierError(
                    f"{path} is cut short: its header does not end within its {len(data):,} bytes; "
                    "fetch it again"
                ) from error
            except (KeyError, ValueError, OverflowError, MemoryError, RecursionError) as error:
                raise CarrierError(f"{path} is damaged: its header makes no sense; fetch it again") from error
            end = max((info.start + info.size for info in tensors.values()), default=0)
            if end > len(data):
                raise CarrierError(
                    f"{path} is cut short: it has {len(data):,} bytes of {end:,}; fetch it again"
                )
        if metadata.get("split.count", 1) > 1:
            raise CarrierError(
                f"{path} is one of {metadata['split.count']} parts; join them with: llama-gguf-split --merge"
            )
        if not isinstance(metadata.get("general.architecture"), str):
            raise CarrierError(f"{path} is no model: it names no architecture (general.architecture)")
        return cls(path, metadata, tensors)

    @property
    def architecture(self) -> str:
        """Its architecture, as llama.cpp names it."""
        return self.metadata["general.architecture"]

    @property
    def parameters(self) -> int:
        """How many numbers its tensors hold."""
        return sum(prod(info.shape) for info in self.tensors.values())

    def setting(self, key: str, default: Any = None) -> Any:
        """Return the value of *key* under the architecture's name: `embedding_length`, `rope.freq_base` …"""
        return self.metadata.get(f"{self.architecture}.{key}", default)

    def rows(self, info: TensorInfo) -> NDArray[np.uint8]:
        """Return the bytes of a tensor, one line for each row of it: uint8, shape (rows, bytes of a row)."""
        count = prod(info.shape[:-1])
        raw = np.memmap(self.path, np.uint8, mode="r", offset=info.start, shape=(info.size,))
        return raw.reshape(count, info.size // count)

    def numbers(self, name: str, rows: NDArray[np.uint8]) -> NDArray[np.float32]:
        """
        Return what *rows* of tensor *name* hold: float32, shape (rows, numbers of a row).

        Raises:
            CarrierError: if the `gguf` package cannot read this kind of tensor
        """
        gguf = optional("gguf", "gguf")
        try:
            return gguf.dequantize(rows, gguf.GGMLQuantizationType(self.tensors[name].kind))
        except (RuntimeError, ValueError) as error:  # RuntimeError: it has no formula for this kind
            raise CarrierError(f"{self.path}: tensor {name} cannot be dequantised: {error}") from error


def is_gguf(path: Path) -> bool:
    """Whether *path* is a file that begins as GGUF files do, or is named as one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC or path.suffix == ".gguf"


class _Cursor:
    """Reads one thing after another."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        """Return the next *count* bytes."""
        if count < 0 or self.at + count > len(self.data):
            raise EOFError
        found = self.data[self.at : self.at + count]
        self.at += count
        return found

    def number(self, kind: str) -> Any:
        """Return the next number, of the numpy type *kind*."""
        return np.frombuffer(self.take(np.dtype(kind).itemsize), kind)[0].item()

    def string(self) -> str:
        """Return the next string."""
        (length,) = struct.unpack("<Q", self.take(8))
        return self.take(length).decode(errors="replace")

    def value(self, kind: int) -> Any:
        """Return the next value of metadata."""
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            return self.number(_NUMBERS[kind])
        item, count = struct.unpack("<IQ", self.take(12))
        if item in _NUMBERS:
            dtype = np.dtype(_NUMBERS[item])
            return np.frombuffer(self.take(count * dtype.itemsize), dtype).tolist()
        return [self.value(item) for _ in range(count)]


def _check_kind(path: Path, start: bytes) -> None:
    """Refuse a file that is no GGUF file, and say what it seems to be."""
    if start[: len(MAGIC)] != MAGIC:
        others = (what for begin, what in _OTHERS.items() if start.startswith(begin))
        if (what := next(others, None)) is None and start[8:9] == b"{":
            what = "a safetensors file; give the folder that it is in"
        seems = f"; it seems to be {what}" if what else ""
        raise CarrierError(f"{path} is no GGUF file, whatever its name{seems}")
    if len(start) < 8:
        raise CarrierError(f"{path} is cut short: it has {len(start)} bytes; fetch it again")
    (version,) = struct.unpack("<I", start[4:8])
    if version not in _VERSIONS:
        raise CarrierError(f"{path} is of GGUF version {version}; versions 2 and 3 are known")


def _parse(cursor: _Cursor, path: Path) -> tuple[dict[str, Any], dict[str, TensorInfo]]:
    sizes: Mapping[int, tuple[int, int]] = optional("gguf", "gguf").GGML_QUANT_SIZES
    cursor.take(8)  # magic and version
    tensor_count, pair_count = struct.unpack("<QQ", cursor.take(16))
    metadata: dict[str, Any] = {}
    for _ in range(pair_count):
        key = cursor.string()
        metadata[key] = cursor.value(cursor.number("<u4"))
    table: dict[str, tuple[tuple[int, ...], int, int]] = {}
    for _ in range(tensor_count):
        name = cursor.string()
        (dimensions,) = struct.unpack("<I", cursor.take(4))
        shape = struct.unpack(f"<{dimensions}Q", cursor.take(8 * dimensions))[::-1]
        kind, offset = struct.unpack("<IQ", cursor.take(12))
        if kind not in sizes:
            raise CarrierError(f"{path}: tensor {name} is of type {kind}, unknown to gguf; update gguf")
        table[name] = (shape, kind, offset)
    alignment = metadata.get("general.alignment", 32)
    begin = -(-cursor.at // alignment) * alignment
    tensors: dict[str, TensorInfo] = {}
    for name, (shape, kind, offset) in table.items():
        in_block, block_bytes = sizes[kind]
        tensors[name] = TensorInfo(shape, kind, begin + offset, prod(shape) // in_block * block_bytes)
    return metadata, tensors
