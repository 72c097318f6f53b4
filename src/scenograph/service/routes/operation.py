"""How the service is: what mind it serves, whether it lives and is ready, and its metrics."""

from __future__ import annotations

from typing import Literal

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from scenograph import __version__
from scenograph.mind import Mind
from scenograph.service.metrics import CONTENT_TYPE
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of
from scenograph.service.service import Service
from scenograph.surfaces.registry import SURFACES


class Health(BaseModel):
    """Whether the service lives, or is ready."""

    status: Literal["ok", "not ready"]


class MindModel(BaseModel):
    """The mind that is served."""

    version: str
    mind: str = Field(description="Its name.")
    carrier: str = Field(description="`none` if the mind is not trained.")
    styles: list[str]
    languages: list[str]
    surfaces: list[str] = Field(description="The exact ones.")
    crystals: int


def router(service: Service) -> APIRouter:
    """Return the routes about *service* itself."""
    routes = APIRouter()

    @routes.get("/healthz", tags=["open"])
    async def healthz() -> Health:
        """Say that the service lives. It waits for nothing."""
        return Health(status="ok")

    @routes.get("/readyz", tags=["open"], responses={503: {"model": Health}})
    async def readyz(response: Response) -> Health:
        """Say whether requests can be answered; 503 while the service ends, or if memory cannot be read."""
        if await service.glances.run(service.is_ready):
            return Health(status="ok")
        response.status_code = 503
        return Health(status="not ready")

    @routes.get("/mind", tags=["read"], dependencies=IN_NAMESPACE)
    async def mind(http: Request) -> MindModel:
        """Say which mind is served, and what it can do."""
        identity = identity_of(http)
        identity.need("read")
        return await service.look(identity, lambda mind: described(service, mind))

    @routes.get("/metrics", tags=["read"], responses={200: {"content": {"text/plain": {}}}})
    async def metrics(http: Request) -> Response:
        """Give figures to Prometheus. They hold no contents."""
        identity = identity_of(http)
        identity.need("read")
        identity.need_all()
        return Response(await anyio.to_thread.run_sync(service.metrics.text), media_type=CONTENT_TYPE)

    return routes


def described(service: Service, mind: Mind) -> MindModel:
    """Return what *mind* is, that of *service* in a namespace."""
    return MindModel(
        version=__version__,
        mind=service.name,
        carrier=mind.bridge.carrier.name if mind.is_trained else "none",
        styles=styles(service),
        languages=list(mind.domain.languages),
        surfaces=list(SURFACES),
        crystals=len(mind.memory),
    )


def styles(service: Service) -> list[str]:
    """Return the styles that the mind of *service* speaks."""
    mind = service.mind
    return list(mind.bridge.runner.styles) if mind.is_trained else ["plain"]
