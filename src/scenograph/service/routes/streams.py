"""
Operations as streams, `POST /NAME/stream`: what a carrier writes is sent as it is written.

    event: piece
    data: {"adapter": "decoder.poet", "text": "Слу"}

    event: result
    data: {"text": "Слушай, ветер: …", "retention": 1.0, …}

Pieces are drafts: what is spoken has been read back, and may be other words (law 8). The result says what is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from scenograph.errors import ScenographError
from scenograph.service.operations import OPERATIONS, Operation
from scenograph.service.problems import problem
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Events, event
from scenograph.service.routes.operations import identity_of
from scenograph.service.service import Service

WRITTEN = ("read", "speak", "translate", "ask")
"""The operations that can be streamed: those in which a carrier writes."""


def router(service: Service) -> APIRouter:
    """Return the routes of the streamed operations of *service*."""
    routes = APIRouter()
    for it in (OPERATIONS[name] for name in WRITTEN):
        routes.post(
            f"/{it.name}/stream",
            response_class=StreamingResponse,
            responses={200: {"content": {"text/event-stream": {}}}},
            summary=it.about.splitlines()[0].rstrip(".") + ", as a stream.",
            description="Server-sent events: `piece` for what a carrier writes, a draft, "
            f"then `result`, as of `/{it.name}`, or `problem`.",
            name=f"{it.name}-stream",
            tags=[it.scope],
        )(_endpoint(service, it))
    return routes


def _endpoint(service: Service, it: Operation) -> Callable[..., Awaitable[Response]]:
    async def endpoint(request: Any, http: Any) -> Response:
        return await _streamed(http, lambda: service.carry_out(it, request, identity_of(http)))

    endpoint.__annotations__ = {"request": it.request, "http": Request, "return": Response}
    return endpoint


async def _streamed(http: Request, work: Callable[[], Awaitable[Any]]) -> Response:
    """
    Return a stream of what *work* writes and returns.

    A refusal before anything is written has its own status, as without a stream.
    """
    loop = asyncio.get_running_loop()
    said = asyncio.Queue[tuple[str, Any]]()

    def heard(adapter: str, text: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(said.put_nowait, ("piece", {"adapter": adapter, "text": text}))

    async def run() -> None:
        try:
            said.put_nowait(("result", await unless_gone(http, work, heard)))
        except Exception as error:
            said.put_nowait(("problem", error))

    task = asyncio.create_task(run())
    name, value = await said.get()
    if name == "problem":
        raise value

    async def events() -> AsyncIterator[str]:
        kind, what = name, value
        while True:
            if isinstance(what, ScenographError):
                what = problem(what).model_dump()
            elif isinstance(what, Exception):
                raise what
            yield event(what, name=kind)
            if kind != "piece":
                break
            kind, what = await said.get()
        await task

    return Events(events())
