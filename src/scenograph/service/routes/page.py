"""The page at `/`, the map of the memory that it shows, and the page at `/docs`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import BaseModel, Field

from scenograph.memory import Memory
from scenograph.memory.learning.atlas import name
from scenograph.service.documentation import documentation
from scenograph.service.page import File, page_files, page_of
from scenograph.service.queue import unless_gone
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of
from scenograph.service.service import Service

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""What the page may load: its own files, and nothing that stands in a text."""

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_LONGEST = 200  # characters of a crystal's text on the map


class Spot(BaseModel):
    """A crystal on the map."""

    crystal: int
    text: str = Field(description="What it says, in words or in notation; shortened.")
    x: float = Field(description="-1 to 1, to the right.")
    y: float = Field(description="-1 to 1, upwards.")
    cluster: int = Field(description="The place of its cluster in `clusters`, from 0.")


class ClusterModel(BaseModel):
    """Crystals of one kind."""

    name: str
    size: int
    archetype: str = Field(description="What they share, a scene in notation with holes.")


class MapModel(BaseModel):
    """Crystals on a plane; similar ones are near each other."""

    spots: list[Spot]
    clusters: list[ClusterModel]
    total: int = Field(description="How many crystals the memory has.")


def router(service: Service) -> APIRouter:
    """Return the routes of the page of *service*."""
    routes = APIRouter()
    for path, file in page_files().items():
        routes.add_api_route(path, _sender(file), methods=["GET", "HEAD"], include_in_schema=False)

    @routes.get("/map", tags=["read"], dependencies=IN_NAMESPACE)
    async def map_(
        http: Request, most: Annotated[int, Query(ge=1, le=3000, examples=[100])] = 1000
    ) -> MapModel:
        """Place at most `most` crystals on a plane, in the clusters of the last consolidation."""
        identity = identity_of(http)
        identity.need("read")
        return await unless_gone(http, lambda: service.look(identity, lambda mind: _drawn(mind.memory, most)))

    return routes


def documented(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """Return what sends the page about the requests that *app* takes."""

    @cache
    def file() -> File:
        return page_of(documentation(app.openapi()))

    async def send(http: Request) -> Response:
        return await _sender(file())(http)

    return send


def _sender(file: File) -> Callable[[Request], Awaitable[Response]]:
    """Return what sends *file*, or says that the browser has it already."""

    async def send(http: Request) -> Response:
        headers = {**_HEADERS, "ETag": file.tag}
        if http.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.kind, headers=headers)

    return send


def _drawn(memory: Memory, most: int) -> MapModel:
    atlas = memory.atlas(most)
    spots: list[Spot] = []
    for crystal, (x, y), number in zip(
        atlas.ids, atlas.places.tolist(), atlas.of_crystal.tolist(), strict=True
    ):
        held = memory.get(crystal)
        text = next((it.text for it in held.sources if it.text), held.scene.format(indent=None))
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        spots.append(Spot(crystal=crystal, text=text, x=x, y=y, cluster=number))
    clusters = [
        ClusterModel(name=name(it), size=it.size, archetype=it.archetype.format(indent=None))
        for it in atlas.clusters
    ]
    return MapModel(spots=spots, clusters=clusters, total=atlas.total)
