"""
PENMAN files, the form of AMR banks: scenes, each under comment lines of metadata.

    # ::id lpp_1943.1 ::lang en
    # ::snt Chapter 7 .
    (c / chapter :mod 7)

Law: `list(parse_penman(format_penman(records))) == records`. Layout, names of variables and comments that are
no metadata are not stored.

A line may hold several fields: a value ends before the next word that begins with `::`. The values of `::snt`
and `::tok` are text and take the rest of their line: a sentence may say `::global`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scenograph.core import Scene, parse_many
from scenograph.core.entries import TEXT_KEYS
from scenograph.errors import SurfaceError

_KEY = re.compile(r"\S+")
_FIELD_BOUNDARY = re.compile(r"(?:^|\s)::\S")


class Record(NamedTuple):
    """
    One scene of a file, as a pair.

    Attributes:
        scene: the scene
        metadata: its `::key value` fields, in order; a key without a value has an empty one
    """

    scene: Scene
    metadata: Mapping[str, str]


def parse_penman(text: str) -> Iterator[Record]:
    """
    Yield the records of a PENMAN file's *text*; undoes `format_penman`.

    Raises:
        NotationError: at the first malformed scene, with its place in *text*
    """
    for scene, metadata, _ in parse_many(text):
        yield Record(scene, metadata)


def format_penman(records: Iterable[Record | Scene]) -> str:
    """
    Return the text of a PENMAN file that holds *records*; undoes `parse_penman`.

    Each field of metadata stands on a line of its own.

    Raises:
        SurfaceError: if a key or a value would not be read back as it is: a key with white space, a value
            with a line break or white space around it, one that is no text with a word that begins with `::`
    """
    return "\n".join(_format(record) for record in records)


def _format(record: Record | Scene) -> str:
    scene, metadata = (record, {}) if isinstance(record, Scene) else record
    lines = [_field(key, value) for key, value in metadata.items()]
    return "\n".join([*lines, str(scene), ""])


def _field(key: str, value: str) -> str:
    if not _KEY.fullmatch(key):
        raise SurfaceError(f"metadata key {key!r}: PENMAN keys are one word without white space")
    is_text = key in TEXT_KEYS
    if value != value.strip() or "\n" in value or (not is_text and _FIELD_BOUNDARY.search(value)):
        raise SurfaceError(
            f"metadata {key!r}: PENMAN cannot hold the value {value[:60]!r}; "
            "give one line without white space around it"
            + ("" if is_text else " or words that begin with '::'")
        )
    return f"# ::{key} {value}".rstrip()
