"""
The mind as an MCP server, so that any agent can use its memory.

It speaks the protocol of 2026-07-28, which has neither handshake nor sessions, and those before it, over
stdio and over HTTP at `/mcp`. A tool takes what the operation of its name takes over HTTP, and gives the same
result as structured content; its text is for a model to read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, final

import anyio
from pydantic import TypeAdapter

from scenograph import __version__
from scenograph.errors import MissingExtraError, ScenographError

try:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel.server import Server
    from mcp.server.stdio import stdio_server
    from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
    from mcp.shared.exceptions import MCPError
except ImportError as error:
    raise MissingExtraError("mcp", "serve", error) from error

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scenograph.carriers.asker import Asker
from scenograph.mind.namespace import OWN, Namespace
from scenograph.service.gate import Identity
from scenograph.service.operations import OPERATIONS
from scenograph.service.queue import unless_gone
from scenograph.service.routes.operations import message_of
from scenograph.service.schemas import json_type
from scenograph.service.service import Service

TOOLS = (
    "read",
    "speak",
    "remember",
    "recall",
    "recall_many",
    "list_crystals",
    "ask",
    "correct",
    "forget",
    "forget_all",
    "namespaces",
)

_ABOUT = (
    "A memory that holds what texts say as scenes (graphs of meaning). remember stores texts; ask answers "
    "from them and names the crystals that an answer rests on; recall finds them by a text or a part of a "
    "scene; correct replaces what is wrong; forget removes it for good. Scenes are in PENMAN notation."
)

DOUBTFUL = 0.8
"""An agent hears of a retention under it: the crystal may be wrong."""

_ANYBODY = Identity()


def server_of(service: Service, local: Identity = _ANYBODY) -> Server[Any]:
    """Return the MCP server of *service*; over stdio *local* calls."""
    tools = [_tool(name) for name in TOOLS]

    async def list_tools(
        _: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in TOOLS:
            raise MCPError(
                types.INVALID_PARAMS, f"there is no tool {params.name!r}; there are {', '.join(TOOLS)}"
            )
        asked = OPERATIONS[params.name]
        try:
            message = message_of(asked, params.arguments or {})
            with _asker(context).asking():
                result = await service.carry_out(asked, message, _identity(context, local))
        except ScenographError as error:
            return _said(f"{type(error).__name__}: {error}", is_error=True)
        structured = result if isinstance(result, dict) else {"result": result}
        return _said(_WORDS[params.name](result), structured)

    return Server(
        "scenograph",
        title=f"Scenograph: {service.name}",
        version=__version__,
        instructions=_ABOUT,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


@final
class Door:
    """MCP over HTTP, as an ASGI application. An agent that leaves is worked for no more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = [await request.body()]

        async def again() -> Message:
            if not body:  # `unless_gone` hears of the end
                await anyio.sleep_forever()
            return {"type": "http.request", "body": body.pop(), "more_body": False}

        await unless_gone(request, lambda: self._app(scope, again, send))


def http_app(service: Service) -> tuple[Door, StreamableHTTPSessionManager]:
    """Return MCP over HTTP, and what must run while it is served. The gate has checked host and origin."""
    manager = StreamableHTTPSessionManager(
        server_of(service), stateless=True, max_request_body_size=service.settings.longest_body
    )
    return Door(StreamableHTTPASGIApp(manager)), manager


async def serve_stdio(service: Service, namespace: Namespace = OWN) -> None:
    """Serve MCP on stdin and stdout, until stdin ends; the caller may use *namespace* and what lies in it."""
    server = server_of(service, Identity(limit=namespace, namespace=namespace))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _identity(context: ServerRequestContext[Any], local: Identity) -> Identity:
    """Return who calls: over stdio the person at this machine."""
    if context.request is None:
        return local
    identity = context.request.state.identity
    assert isinstance(identity, Identity)
    return identity


def _asker(context: ServerRequestContext[Any]) -> Asker:
    """Return who waits for the answer of a call."""
    return Asker() if context.request is None else context.request.state.asker


@cache
def _tool(name: str) -> types.Tool:
    it = OPERATIONS[name]
    result = TypeAdapter(json_type(it.result)).json_schema(mode="serialization")
    if result.get("type") != "object":
        defined = {"$defs": result.pop("$defs")} if "$defs" in result else {}
        result = {"type": "object", "properties": {"result": result}, "required": ["result"], **defined}
    return types.Tool(
        name=it.name,
        description=it.about,
        input_schema=it.request.model_json_schema(),
        output_schema=result,
        annotations=types.ToolAnnotations(
            read_only_hint=it.scope == "read",
            destructive_hint=it.name.startswith("forget"),
            idempotent_hint=it.scope == "read",
            open_world_hint=False,
        ),
    )


def _said(text: str, structured: Any = None, *, is_error: bool = False) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=structured, is_error=is_error
    )


def _read(result: Any) -> str:
    return result["scene"] or f"could not be read: {result['note'] or 'too uncertain'}"


def _remembered(result: Any) -> str:
    return "\n".join(
        f"stored as crystal {it['crystal']}{'' if it['is_read'] else ', word for word: it could not be read'}"
        for it in result
    )


def _quoted(it: Any) -> str:
    texts = [source["text"] for source in it["sources"] if source["text"]]
    origins = dict.fromkeys(source["source"] for source in it["sources"] if source["source"])
    origin = f" [{', '.join(origins)}]" if origins else ""
    lowest = min((one["measured"]["retention"] for one in it["sources"] if one["measured"]), default=1.0)
    doubt = f" (retention {lowest:.2f}; correct it if it is wrong)" if lowest < DOUBTFUL else ""
    return f"crystal {it['id']}: {texts[0] if texts else it['scene']}{origin}{doubt}"


def _recalled(result: Any) -> str:
    found = [f"{it['resonance']:.2f}  {_quoted(it)}" for it in result]
    return "\n".join(found) or "nothing in memory answers this better than chance"


def _answered(result: Any) -> str:
    rests = [f"rests on {_quoted(it)}" for it in result["evidence"]]
    quotes = [f"quoted, not concluded: {it['text']} (crystal {it['crystal']})" for it in result["passages"]]
    return "\n".join([result["text"], *rests, *quotes])


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "read": _read,
    "speak": lambda result: result["text"],
    "remember": _remembered,
    "recall": _recalled,
    "recall_many": lambda result: "\n\n".join(map(_recalled, result)),
    "list_crystals": lambda result: "\n".join(map(_quoted, result)) or "there is none",
    "ask": _answered,
    "correct": lambda result: f"crystal {result['crystal']} is believed instead of {result['corrected']}",
    "forget": lambda result: (
        f"forgotten: {result['crystals']} crystals, {result['sources']} sources of others"
    ),
    "forget_all": lambda result: (
        f"forgotten: {', '.join(it['namespace'] for it in result['namespaces']) or 'nothing was there'}"
    ),
    "namespaces": lambda result: "\n".join(it["namespace"] for it in result) or "there are none",
}
