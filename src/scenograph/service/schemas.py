"""
Models of results for OpenAPI, made from the results' own dataclasses.

The fields, their order and their descriptions (from the `Attributes:` of the docstring) are taken over, so
what HTTP answers is what `scenograph.results.record` writes, and a new field appears in both at once.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, create_model

from scenograph.core import Proof, Scene

Notation = Annotated[
    str, Field(description="a scene in notation", examples=["(s / sleep :agent (o / Oleg))"])
]


class ProofStepModel(BaseModel):
    """One step of a proof."""

    claim: Notation
    how: str = Field(description="`stated`, `derived`, `absent` or `computed`")
    scenes: list[int] = Field(description="the numbers of the scenes that state the claim")
    rule: str = Field(description="the rule that derived it; empty unless derived")
    premises: list[int] = Field(description="the numbers of the steps that it was derived from")


class ProofModel(BaseModel):
    """Why a claim is so: the claim first, then all that it rests on."""

    steps: list[ProofStepModel]


@cache
def model(result: type) -> type[BaseModel]:
    """Return the model of *result*, a dataclass or a named tuple."""
    hints = get_type_hints(result)
    described = _described(result.__doc__ or "")
    content: Any = {
        name: (json_type(hints[name]), Field(description=described.get(name))) for name in field_names(result)
    }
    summary = cleandoc(result.__doc__ or "").partition("\n")[0]
    return create_model(result.__name__, __doc__=summary, **content)


def field_names(result: type) -> list[str]:
    """The names of the fields of *result*, a dataclass or a named tuple."""
    return [it.name for it in fields(result)] if is_dataclass(result) else list(result._fields)


_Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
_PLAIN: dict[Any, Any] = {Scene: Notation, Proof: ProofModel, bytes: str, datetime: _Time}


def json_type(hint: Any) -> Any:
    """Return the type, for OpenAPI, that a value of type *hint* has in JSON."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint) or hasattr(hint, "_fields"):
        return model(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal or origin is None:
        return hint
    if origin in (Union, types.UnionType):
        return Union[*(json_type(it) for it in arguments)]
    if issubclass(origin, Mapping):
        return dict[str, json_type(arguments[1])]
    assert issubclass(origin, Sequence), hint
    return list[json_type(arguments[0])]


def _described(docstring: str) -> dict[str, str]:
    """Return what the `Attributes:` section says of each name."""
    section = re.search(r"^Attributes:\n((?:[ ]{4}.*\n?)+)", cleandoc(docstring), re.MULTILINE)
    found: dict[str, str] = {}
    for entry in re.split(r"^ {4}(?=\S)", section[1], flags=re.MULTILINE) if section else ():
        names, _, text = entry.partition(": ")
        found.update(dict.fromkeys(names.split(", "), " ".join(text.split())))
    return found
