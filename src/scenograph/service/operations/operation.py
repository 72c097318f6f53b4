"""
What a service can be asked to do: one table for every door.

An operation is a function from a mind and a request to a result. HTTP, the batch, MCP and the chat all call
the same one, so each takes the same request and gives the same result, that of `--json` on the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import Annotated, Any, Literal, final, get_type_hints

from pydantic import BaseModel, ConfigDict, Field

from scenograph.mind import Mind

Scope = Literal["read", "write", "admin"]
"""What a key may do: look, change the memory, and look after the service."""

SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


class Form(BaseModel):
    """What a client sends. A key that it does not have is an error."""

    model_config = ConfigDict(extra="forbid")


NamespaceText = Annotated[
    str,
    Field(
        max_length=600,
        description="Whose memory is meant: `user`, `user/agent` or `user/agent/session`; "
        "if not given, that of the key, else the mind's own.",
        examples=["anna/helper"],
    ),
]


class Message(Form):
    """A request."""

    namespace: NamespaceText | None = None


@final
@dataclass(frozen=True, slots=True)
class Operation:
    """
    Something that a mind can be asked to do.

    Attributes:
        name: what it is called; its path in HTTP, its tool in MCP
        about: what it does
        scope: what a key needs for it
        request: the form of a request
        result: the type of the result
        run: does it
        is_about_all: it is done to the mind, with the namespace that its request names; others are done to
            the mind within that namespace
    """

    name: str
    about: str
    scope: Scope
    request: type[Message]
    result: Any
    run: Callable[[Mind, Any], Any]
    is_about_all: bool = False


def operation(
    scope: Scope, *, is_about_all: bool = False
) -> Callable[[Callable[[Mind, Any], Any]], Operation]:
    """Make an `Operation` of a function; its annotations give the forms of request and result."""

    def made(function: Callable[[Mind, Any], Any]) -> Operation:
        hints = get_type_hints(function, include_extras=True)
        about = cleandoc(function.__doc__ or "")
        name, request, result = function.__name__, hints["request"], hints["return"]
        return Operation(name, about, scope, request, result, function, is_about_all)

    return made
