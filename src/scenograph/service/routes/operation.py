"""How the service is: what mind it serves, whether it lives and is ready, and its metrics."""

from __future__ import annotations

from typing import Annotated, Literal

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
    problem: Annotated[
        str, Field(description="What is not in order though requests are answered: new adapters.")
    ] = ""


class ReloadedModel(BaseModel):
    """What came of looking for new adapters."""

    changed: bool = Field(description="Whether there were other ones, which are used from now on.")
    adapters: str = Field(description="The digest of those that are used.")


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
            service.reloader.notice()
            return Health(status="ok", problem=service.reloader.problem)
        response.status_code = 503
        return Health(status="not ready")

    @routes.get("/mind", tags=["read"], dependencies=IN_NAMESPACE)
    async def mind(http: Request) -> MindModel:
        """Say which mind is served, and what it can do."""
        identity = identity_of(http)
        identity.need("read")
        return await service.look(identity, lambda mind: described(service, mind))

    @routes.post("/reload", tags=["admin"])
    async def reload(http: Request) -> ReloadedModel:
        """
        Use the adapters that were trained since; what is at work ends with those of before.

        The service notices them by itself, too. Those that cannot be used are refused, and change nothing.
        """
        identity = identity_of(http)
        identity.need("admin")
        identity.need_all()
        done = await anyio.to_thread.run_sync(service.reloader.reload)
        return ReloadedModel(**done._asdict())

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
