"""
The folder that a GGUF file becomes: `config.json`, safetensors and a tokenizer, as from the hub.

Weights are dequantised one tensor after another, a few thousand rows at a time, so that making the folder
needs a few hundred megabytes whatever the size of the model. It is kept in the user's cache by the digest of
the file, and the next load takes it from there.

    ~/.cache/scenograph/gguf/<digest>-float32/     with `made.json`: from what, by which versions, how large

The folder appears under its name when it is whole, and not before. One whose files have changed in size is
made again.
"""

from __future__ import annotations

import json
import shutil
from importlib.metadata import version
from math import prod
from pathlib import Path
from typing import IO, Any, Final

import torch

from scenograph.carriers.cache import cache_folder
from scenograph.carriers.digests import cached_digest
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.layout import Step, config_of, steps
from scenograph.carriers.gguf.spelling import check_spelling, tokenizer_of
from scenograph.errors import CarrierError
from scenograph.files import file_digest, locked, new_folder, write_json

_FORMAT: Final = 1  # of the folder: a change here makes every folder again
_MADE: Final = "made.json"
_ROWS: Final = 4096  # dequantised at once
_MAKERS: Final = ("gguf", "transformers", "tokenizers")
_NAMES: Final = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}


def converted(file: GgufFile, dtype: str = "float32") -> Path:
    """
    Return the folder that *file* becomes; made now, or taken from the cache.

    Args:
        file: its header
        dtype: of the weights: `float32`, `float16` or `bfloat16`
    Raises:
        CarrierError: if a tensor is missing or of an unknown kind, or its tokenizer does not spell texts as
            llama.cpp does
        OSError: if the cache cannot be written
    """
    digest = cached_digest([file.path], ["gguf"], lambda: file_digest(file.path))
    final = cache_folder("gguf", f"{digest}-{dtype}")
    made_by = [_FORMAT, *(f"{package} {version(package)}" for package in _MAKERS)]
    if _is_whole(final, made_by):
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    with locked(final.parent, None):
        if not _is_whole(final, made_by):  # another process may have made it meanwhile
            _make(file, dtype, final, made_by)
    return final


def _is_whole(folder: Path, made_by: list[Any]) -> bool:
    """Whether *folder* was made in this way, and its files have the sizes that they had then."""
    try:
        made = json.loads((folder / _MADE).read_text(encoding="utf-8"))
        sizes = {name: (folder / name).stat().st_size for name in made["sizes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return made.get("by") == made_by and sizes == made["sizes"]


def _make(file: GgufFile, dtype: str, final: Path, made_by: list[Any]) -> None:
    config = config_of(file)
    plan = list(steps(file))
    need = sum(prod(step.shape) for step in plan) * getattr(torch, dtype).itemsize
    free = shutil.disk_usage(final.parent).free
    if need > free:
        raise CarrierError(
            f"{file.path} becomes {need / 2**30:.1f} GiB in {dtype}, and {final.parent} has "
            f"{free / 2**30:.1f} GiB free; set XDG_CACHE_HOME to a larger disk"
        )
    tokenizer = tokenizer_of(file)
    check_spelling(file, tokenizer)
    with new_folder(final) as folder:
        write_json(folder / "config.json", {**config, "dtype": dtype})
        tokenizer.save_pretrained(folder)
        with (folder / "model.safetensors").open("wb") as out:
            _write_weights(file, plan, dtype, out)
        sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
        write_json(folder / _MADE, {"from": file.path.name, "by": made_by, "sizes": sizes})


def _write_weights(file: GgufFile, plan: list[Step], dtype: str, out: IO[bytes]) -> None:
    """Write the tensors of *plan* as one safetensors file: the length of a header, it, and the numbers."""
    kind: torch.dtype = getattr(torch, dtype)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for step in plan:
        begin, end = end, end + prod(step.shape) * kind.itemsize
        header[step.name] = {"dtype": _NAMES[dtype], "shape": step.shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    out.write(len(text).to_bytes(8, "little") + text)
    for step in plan:
        _write_tensor(file, step, kind, out)


def _write_tensor(file: GgufFile, step: Step, kind: torch.dtype, out: IO[bytes]) -> None:
    info = file.tensors[step.source]
    rows = file.rows(info)
    if step.order is not None and len(info.shape) == 1:  # a bias: each number is a row
        rows = rows.reshape(len(step.order), -1)
    count = len(rows) if step.order is None else len(step.order)
    for begin in range(0, count, _ROWS):
        chosen = slice(begin, begin + _ROWS) if step.order is None else step.order[begin : begin + _ROWS]
        numbers = file.numbers(step.source, rows[chosen])
        values = torch.from_numpy(numbers.copy())
        values = (values - step.less if step.less else values).to(kind).contiguous()
        out.write(values.view(torch.uint8).numpy().tobytes())
