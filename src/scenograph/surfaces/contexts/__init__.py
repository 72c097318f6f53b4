"""
Contexts of JSON-LD: what `"@context": "https://schema.org"` stands for.

Nothing is fetched. Before a document is parsed, each address of a context is replaced by the context itself:
schema.org's ships with the package, others are files that the caller names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

from scenograph.errors import SurfaceError

_SCHEMA_ORG = ("schema.org", "schema.org/docs/jsonldcontext.jsonld", "schema.org/docs/jsonldcontext.json")
_DEEPEST = 10  # contexts that name contexts; more are a circle


def inline_contexts(text: str, base: str | None, contexts: Mapping[str, Path]) -> str:
    """
    Return the JSON-LD document *text* with each address of a context replaced by that context.

    Args:
        text: the document; one that is no JSON is returned as it is
        base: what relative addresses in it are relative to
        contexts: the file of each context by its address
    Raises:
        SurfaceError: if a context is unknown, unreadable, or names itself
    """
    try:
        document = json.loads(text)
    except ValueError:
        return text  # the RDF library says where it is malformed
    inlined = _inlined(document, base, contexts, 0)
    return text if inlined == document else json.dumps(inlined)


def _inlined(value: Any, base: str | None, contexts: Mapping[str, Path], depth: int) -> Any:
    if isinstance(value, list):
        return [_inlined(item, base, contexts, depth) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    if cast(dict[str, Any], value).get("@type") == "@json":
        return cast(Any, value)  # any JSON, in which "@context" means nothing
    result: dict[str, Any] = {}
    for key, item in cast(dict[str, Any], value).items():
        if key == "@context":
            result[key] = _context(item, base, contexts, depth)
        elif key == "@import" and isinstance(item, str):
            imported = _load(item, base, contexts, depth)
            if not isinstance(imported, dict):
                raise SurfaceError(f"jsonld: the context {item} that is imported must be one JSON object")
            result = {**imported, **result}
        else:
            result[key] = _inlined(item, base, contexts, depth)
    return result


def _context(value: Any, base: str | None, contexts: Mapping[str, Path], depth: int) -> Any:
    if isinstance(value, str):
        return _load(value, base, contexts, depth)
    if isinstance(value, list):
        parts: list[Any] = []
        for item in cast(list[Any], value):
            part = _context(item, base, contexts, depth)
            parts += cast(list[Any], part) if isinstance(part, list) else [part]
        return parts
    return _inlined(value, base, contexts, depth)


def _load(address: str, base: str | None, contexts: Mapping[str, Path], depth: int) -> Any:
    """The context at *address*, without its `@base`: that of a context elsewhere does not count."""
    url = urljoin(base or "", address)
    if depth == _DEEPEST:
        raise SurfaceError(f"jsonld: the context {url} names itself")
    known = {_key(name): path for name, path in contexts.items()}
    if (path := known.get(_key(url))) is not None:
        document = _read(url, path)
    elif _key(url) in _SCHEMA_ORG:
        document = _schema_org()
    else:
        raise SurfaceError(
            f"jsonld: the context {url} is not here, and nothing is fetched; "
            f"save it to a file and name it: --context {url}=FILE"
        )
    context = _context(document["@context"], url, contexts, depth + 1)
    for part in cast(list[Any], context) if isinstance(context, list) else [context]:
        if isinstance(part, dict):
            cast(dict[str, Any], part).pop("@base", None)
    return context


def _key(url: str) -> str:
    """What addresses of one context share: http or https, and a slash at the end or none."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


def _read(url: str, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SurfaceError(f"jsonld: the context {url} cannot be read from {path}: {error}") from error
    if not isinstance(document, dict) or "@context" not in document:
        raise SurfaceError(f'jsonld: {path} is no context: expected {{"@context": …}}')
    return cast(dict[str, Any], document)


@cache
def _schema_org() -> dict[str, Any]:
    return json.loads(
        (files("scenograph.surfaces.contexts") / "schema.org.jsonld").read_text(encoding="utf-8")
    )
