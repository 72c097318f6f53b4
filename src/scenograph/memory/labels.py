"""
Labels: tags and metadata that whoever remembers something gives it.

A source has them, not a crystal: what is forgotten with a source takes its labels with it. They are written
as one line of JSON with sorted keys, so that equal labels are equal texts:

    >>> write_labels(["work", "home"], {"project": "x"})
    '{"metadata":{"project":"x"},"tags":["home","work"]}'
    >>> read_labels(None)
    ((), {})
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, cast, final

from scenograph.errors import RefusedError

Scalar: TypeAlias = str | int | float | bool | None
"""A value of metadata."""

LONGEST = 10_000
"""Characters that the labels of one source may have as JSON."""


def write_labels(tags: Collection[str], metadata: Mapping[str, Scalar]) -> str | None:
    """
    Return labels as text, None if there are none.

    Raises:
        RefusedError: if they are too long, or a value is none that JSON has
    """
    if not tags and not metadata:
        return None
    given = cast("Collection[object]", tags)
    if isinstance(given, str) or any(not isinstance(tag, str) or not tag for tag in given):
        raise RefusedError(f"tags are texts that are not empty, not {tags!r:.100}")
    for key, value in cast("Mapping[object, object]", metadata).items():
        if not isinstance(key, str) or not _is_scalar(value):
            raise RefusedError(f"metadata {key!r:.100} must be a text, a number, true, false or null")
    found: dict[str, object] = {}
    if metadata:
        found["metadata"] = dict(metadata)
    if tags:
        found["tags"] = sorted(set(tags))
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) > LONGEST:
        raise RefusedError(f"tags and metadata have {len(text)} characters; give at most {LONGEST}")
    return text


def _is_scalar(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return -(1 << 63) <= value < 1 << 63
    return value is None or isinstance(value, (str, bool))


def read_labels(text: str | None) -> tuple[tuple[str, ...], dict[str, Scalar]]:
    """Undo `write_labels`; raises `ValueError` if *text* is no labels."""
    if text is None:
        return (), {}
    found = json.loads(text)
    tags, metadata = tuple(found.get("tags", ())), dict(found.get("metadata", {}))
    try:
        if write_labels(tags, metadata) != text:
            raise ValueError("not as labels are written")
    except RefusedError as error:
        raise ValueError(str(error)) from error
    return tags, metadata


@final
@dataclass(frozen=True, slots=True)
class Labels:
    """
    What whoever remembers something says of it beside where it comes from.

    Attributes:
        tags, metadata, expires: as in `scenograph.memory.Note`
    """

    tags: Collection[str] = ()
    metadata: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    expires: datetime | None = None
