"""
JSONL: one example a line.

    {"scene": "(b / build :agent (p / person :name \\"Oleg\\"))", "text": "Oleg built.", "language": "en"}

`scene` (PENMAN notation) and `text` or `texts` (a list) may each be missing or null, but not both.
Without `language` the script of the text decides; `style` is `plain` if not given; other keys are left
alone. Corpora inside a mind are kept in the same form, with `source`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from scenograph.core import Scene
from scenograph.corpus.example import Example, language_of
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError, NotationError, SceneError


def load(path: Path, source: str) -> Iterator[Example]:
    """
    Yield the examples of the JSONL file *path*; blank lines are passed over.

    Args:
        path: a UTF-8 file
        source: how the examples name the file; the line's number is appended
    Raises:
        CorpusError: at the first line that is no example, with its number
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield parse_line(line, where=f"{path}, line {number}", source=f"{source}:{number}")


def parse_line(line: str, *, where: str, source: str) -> Example:
    """
    Return the example that the JSON object *line* describes; undoes `format_line`.

    Args:
        line: one JSON object
        where: what an error says about the place
        source: the example's source, unless the object names one
    Raises:
        CorpusError: if the line is no JSON object, a value has the wrong type, or the scene is malformed
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{where}: this is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise CorpusError(f"{where}: expected a JSON object, found {type(record).__name__}")
    fields = cast(dict[str, Any], record)
    scene = _scene(_string(fields, "scene", where), where)
    texts = _texts(fields, where)
    if scene is None and not texts:
        raise CorpusError(f'{where}: there is neither "scene" nor "text"')
    return Example(
        scene=scene,
        texts=texts,
        language=_string(fields, "language", where) or language_of(" ".join(texts)),
        source=_string(fields, "source", where) or source,
        style=_string(fields, "style", where) or "plain",
    )


def format_line(example: Example) -> str:
    """Return *example* as one line of JSON, without the line break; undoes `parse_line`."""
    record = {
        "scene": None if example.scene is None else example.scene.format(indent=None),
        "texts": example.texts,
        "language": example.language,
        "style": example.style,
        "source": example.source,
    }
    return json.dumps(record, ensure_ascii=False)


def _string(fields: dict[str, Any], key: str, where: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    return _checked(value, key, where)


def _texts(fields: dict[str, Any], where: str) -> tuple[str, ...]:
    if "text" in fields and "texts" in fields:
        raise CorpusError(f'{where}: give either "text" or "texts", not both')
    listed = fields.get("texts")
    if listed is None:
        text = _string(fields, "text", where)
        return (text,) if text else ()
    if not isinstance(listed, list):
        raise CorpusError(f'{where}: "texts" must be a list of strings, found {type(listed).__name__}')
    return tuple(_checked(text, "texts", where) for text in cast(list[Any], listed))


def _checked(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str):
        raise CorpusError(f'{where}: "{key}" must be a string, found {type(value).__name__}')
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise CorpusError(
            f'{where}: "{key}" holds half of a surrogate pair, which is no character'
        ) from error
    return value


def _scene(notation: str | None, where: str) -> Scene | None:
    if notation is None:
        return None
    try:
        return Scene.parse(notation)
    except NotationError as error:
        at = f'{where}: "scene", column {error.offset + 1}'
        raise CorpusError(f"{at}: {error.message}") from error
    except SceneError as error:
        raise CorpusError(f'{where}: "scene": {error}') from error
