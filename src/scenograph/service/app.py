"""
The service over HTTP: one open mind behind four doors.

The own API (`scenograph.service.routes`), the API of OpenAI under `/v1`, MCP at `/mcp`, and metrics. All of
them are thin: they turn requests into the same operations of the mind (`scenograph.service.operations`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread

from scenograph import __version__
from scenograph.errors import MissingExtraError
from scenograph.mind import Mind

try:
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.routing import Route
except ImportError as error:
    raise MissingExtraError("fastapi", "serve", error) from error

from scenograph.service import problems
from scenograph.service.agents import http_app
from scenograph.service.gate import Gate
from scenograph.service.openai import chat, embeddings, responses
from scenograph.service.routes import fields, jobs, memory, operation, operations, page, streams
from scenograph.service.service import Service
from scenograph.service.settings import Settings

_ABOUT = {
    400: "The request is no JSON, or its host is unknown.",
    401: "The service needs a key.",
    403: "The key does not allow this.",
    404: "There is no such crystal, field or job.",
    408: "The request came too slowly.",
    413: "The request is too long.",
    415: "The request is not in UTF-8.",
    422: "The request cannot be done as it is.",
    429: "Too many requests, here or from one client; Retry-After says when to come again.",
    503: "The mind is not in order.",
    507: "There is no room on the disk; nothing of the request was kept.",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": about,
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, about in _ABOUT.items()
}


def create_app(mind: Mind, settings: Settings | None = None) -> FastAPI:
    """
    Return the service of *mind*.

    Args:
        mind: an open mind; the caller closes it after the service has ended
        settings: its limits; None: those for one person on this machine
    """
    settings = settings or Settings()
    service = Service(mind, settings)

    agents, sessions = http_app(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with sessions.run():
            try:
                yield
            finally:
                await to_thread.run_sync(service.stop)

    app = FastAPI(
        title="Scenograph HyperBridge",
        version=__version__,
        summary="Text to scene to text, with a memory.",
        responses=REFUSALS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    problems.install(app)
    for routes in (page, operation, operations, streams, memory, fields, jobs, chat, responses, embeddings):
        app.include_router(routes.router(service))
    app.router.routes.append(Route("/mcp", endpoint=agents))
    app.add_api_route("/docs", page.documented(app), methods=["GET", "HEAD"], include_in_schema=False)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
        )
    app.add_middleware(Gate, keys=service.keys, settings=settings, metrics=service.metrics)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts))
    return app
