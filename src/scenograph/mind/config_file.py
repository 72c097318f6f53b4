"""A `mind.toml` on the disk: read with all its mistakes named, and written with its comments."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import MindError
from scenograph.mind.config import FORMAT, MindConfig
from scenograph.mind.sections import FurtherCarrier, Section

FILE = "mind.toml"


def load_config(folder: Path) -> MindConfig:
    """
    Return what `mind.toml` in *folder* says.

    Raises:
        MindError: if the file is missing, unreadable, of another version, or wrong; all mistakes are named
    """
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MindError(f"{folder} is not a mind: it has no {FILE}; run: scenograph init {folder}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MindError(f"{path} cannot be read: {error}") from error
    version = data.get("version")
    if version != FORMAT:
        made = "names no version" if version is None else f"is a mind of version {version!r}"
        raise MindError(
            f"{path} {made}; this Scenograph reads version {FORMAT}: "
            "use the Scenograph that made it, or make a new mind with `scenograph init`"
        )
    domain = _domain_of(data)
    if domain is not None and isinstance(data.get("corpus", {}), dict):
        every = {"languages": tuple(domain.languages), "styles": domain.styles}
        data["corpus"] = every | data.get("corpus", {})
    try:
        return MindConfig.model_validate(data, context=domain)
    except ValidationError as error:
        problems = [_in_words(problem) for problem in error.errors()]
        count = f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}"
        raise MindError(f"{path} has {count}: {'; '.join(problems)}") from None


def _domain_of(data: dict[str, Any]) -> Domain | None:
    """Return the domain that *data* names; None if there is none of that name, which validation reports."""
    try:
        return load_domain(data.get("domain", "world"))
    except (MindError, TypeError):
        return None


def _in_words(problem: ErrorDetails) -> str:
    where = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


def render_config(config: MindConfig) -> str:
    """Return a commented `mind.toml` that says what *config* says."""
    about = (
        "# A mind. `scenograph train` builds what this file describes: only what changed since the last time."
    )
    further = [line for name, carrier in config.carriers.items() for line in _table(name, carrier)]
    return "\n".join([about, *_lines(config), *further]) + "\n"


def render_carrier(name: str, carrier: FurtherCarrier) -> str:
    """Return the tables of the further carrier *name*, to be put at the end of a `mind.toml`."""
    return "\n".join(_table(name, carrier)) + "\n"


def _table(name: str, carrier: FurtherCarrier) -> Iterator[str]:
    """Yield the tables of a further carrier: what is not as usual."""
    is_bare = re.fullmatch("[A-Za-z0-9_-]+", name)
    where = f"carriers.{name if is_bare else json.dumps(name, ensure_ascii=False)}"
    given = {"base": carrier.base} | carrier.model_dump(exclude_defaults=True)
    yield f"\n[{where}]"
    for key in given:
        value = getattr(carrier, key)
        if not isinstance(value, Section):
            yield f"{key} = {_value(value)}"
    for key in given:
        value = getattr(carrier, key)
        if isinstance(value, Section):
            yield f"\n[{where}.{key}]"
            yield from _lines(value)


def _lines(section: Section) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            yield f"\n[{name}]"
            yield from _lines(value)
        elif value is not None and name != "carriers":
            comment = f"  # {field.description}" if field.description else ""
            yield f"{name} = {_value(value)}{comment}"


def _value(value: Any) -> str:
    """Return *value* as TOML on one line."""
    if isinstance(value, Section):
        value = value.model_dump()
    if isinstance(value, (list, tuple)):
        several: Sequence[Any] = value
        return f"[{', '.join(map(_value, several))}]"
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    pairs: dict[str, Any] = value
    inside = ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_value(own)}" for key, own in pairs.items())
    return f"{{ {inside} }}" if inside else "{}"
