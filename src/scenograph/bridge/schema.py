"""
The JSON schema of a scene, for a server that takes a schema and no grammar.

The schema says what `core.linear_tree` reads. It is written for the strictest servers: every field is
required, no other is allowed, and the root is an object. It cannot say everything that the grammar says, such
as what a symbol is made of, so what was written is checked against the grammar afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scenograph.core.links import quote

if TYPE_CHECKING:
    from scenograph.bridge.grammar import Grammar

_NUMBER = {"type": "string", "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$"}
_ANY = {"type": "string"}


def scene_schema(grammar: Grammar, names: Iterable[str] = ()) -> dict[str, Any]:
    """
    Return the schema of the scenes of *grammar* as trees.

    Args:
        grammar: open or closed
        names: what may stand in quotes; anything, if there are none
    """
    concept = _one_of(grammar.concepts) if grammar.concepts else _ANY
    leaf = _ANY
    if known := sorted(map(quote, names)) if grammar.concepts else []:
        leaf = {"anyOf": [_one_of((*grammar.concepts, *grammar.constants, *known)), _NUMBER]}
    node = _object(
        {"is": {"$ref": "#/$defs/is"}, "links": {"type": "array", "items": {"$ref": "#/$defs/link"}}}
    )
    link = _object(
        {
            "role": _one_of(grammar.roles) if grammar.roles else _ANY,
            "to": {"anyOf": [{"$ref": "#/$defs/node"}, {"$ref": "#/$defs/leaf"}]},
        }
    )
    return {**node, "$defs": {"is": concept, "leaf": leaf, "link": link, "node": node}}


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": [*fields], "additionalProperties": False}


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}
