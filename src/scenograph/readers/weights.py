"""
Files of trained readers: the network in 8-bit numbers, the tokenizer, the labels, and how it was trained.

Each row of a weight matrix is stored as whole numbers from -127 to 127 with one scale, the rest as float16;
so are the networks that judge links. The file is an ordinary `.npz` archive with one JSON text in it.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

import numpy as np

from scenograph.errors import CarrierError
from scenograph.files import write_bytes
from scenograph.readers.cases import Government
from scenograph.readers.confidence import Judge
from scenograph.readers.encoder import EncoderNeed
from scenograph.readers.labels import Labels
from scenograph.readers.lemmas import Lemmas
from scenograph.readers.tokens import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMAT = 3
_WITHOUT_CONFIDENCE: Final = 2  # a format whose confidence this version does not know
_HEADER = "reader.json"
_SCALES = ".scales"


@final
class ReaderWeights(NamedTuple):
    """
    A trained reader.

    Attributes:
        arrays: weights of the network by name, float32
        labels: what its outputs mean
        tokenizer: how it cuts text into words
        lemmas: what it knows of lemmas for certain
        role_languages: languages whose treebanks have PropBank's roles; in others the tree alone is used
        paper: how it was made: data, licences, recipe, seed, scores
        confidence: language → what judges its links; empty if it was not measured yet
        encoder: the carrier that it was trained over; None: none
        government: which cases nouns have where; without it the network alone chooses cases
    """

    arrays: Mapping[str, NDArray[np.float32]]
    labels: Labels
    tokenizer: Tokenizer
    lemmas: Lemmas
    role_languages: tuple[str, ...]
    paper: Mapping[str, Any]
    confidence: Mapping[str, Judge] = MappingProxyType({})
    encoder: EncoderNeed | None = None
    government: Government = Government({})


def save(path: Path, weights: ReaderWeights) -> None:
    """Write *weights* to *path*. The same weights give the same bytes."""
    header = {
        "format": FORMAT,
        "labels": weights.labels.to_dict(),
        "inner": weights.tokenizer.inner,
        "lemmas": weights.lemmas.seen,
        "role_languages": weights.role_languages,
        "paper": weights.paper,
        "confidence": list(weights.confidence),
        "encoder": weights.encoder and weights.encoder._asdict(),
        "government": weights.government.gains,
    }
    stored: dict[str, NDArray[Any]] = {}
    for name, values in (*weights.arrays.items(), ("tokenizer", weights.tokenizer.weights)):
        if values.ndim < 2 and name != "tokenizer":
            stored[name] = values.astype(np.float16)
            continue
        scales = np.maximum(np.abs(values).max(axis=-1, keepdims=True), 1e-8) / 127
        stored[name] = np.rint(values / scales).astype(np.int8)
        stored[name + _SCALES] = scales.astype(np.float32)
    for language, judge in weights.confidence.items():
        for field, values in judge._asdict().items():
            stored[_judge_array(language, field)] = values.astype(np.float16)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, _HEADER, json.dumps(header, ensure_ascii=False).encode())
        for name in sorted(stored):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, stored[name], allow_pickle=False)
            _add(archive, f"{name}.npy", buffer.getvalue())
    write_bytes(path, out.getvalue())


def load(path: Path) -> ReaderWeights:
    """
    Return the reader that *path* holds.

    Raises:
        CarrierError: if the file is missing, damaged or of another format
    """
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read(_HEADER))
            stored = {
                name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(archive.read(name)))
                for name in archive.namelist()
                if name != _HEADER
            }
    except FileNotFoundError:
        raise CarrierError(f"no reader at {path}") from None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise CarrierError(f"{path} is no file of a reader, or is damaged: {error}") from error
    if header["format"] not in (FORMAT, _WITHOUT_CONFIDENCE):
        raise CarrierError(f"{path} has format {header['format']}; this version of Scenograph reads {FORMAT}")
    arrays = {
        name: values * stored[name + _SCALES] if name + _SCALES in stored else values.astype(np.float32)
        for name, values in stored.items()
        if not name.endswith(_SCALES)
    }
    judged = header["confidence"] if header["format"] == FORMAT else []
    confidence = {
        language: Judge(*(arrays.pop(_judge_array(language, field)) for field in Judge._fields))
        for language in judged
    }
    inner = {letters: tuple(places) for letters, places in header["inner"].items()}
    tokenizer = Tokenizer(arrays.pop("tokenizer"), inner)
    return ReaderWeights(
        arrays,
        Labels.from_dict(header["labels"]),
        tokenizer,
        Lemmas(header["lemmas"]),
        tuple(header["role_languages"]),
        header["paper"],
        confidence,
        EncoderNeed(**header["encoder"]) if header.get("encoder") else None,
        Government(header.get("government", {})),
    )


def _judge_array(language: str, field: str) -> str:
    """Return the name of an array of a `Judge`."""
    return f"confidence.{language}.{field}"


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file with a fixed date, so that the archive's bytes depend on its contents alone."""
    archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
