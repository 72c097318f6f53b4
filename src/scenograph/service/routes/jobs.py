"""Jobs: begin one, see how far it is, follow its events, stop it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from scenograph.results import record
from scenograph.service.jobs import ENDED, Job, Status
from scenograph.service.problems import Problem
from scenograph.service.responses import Events, Json, event
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of
from scenograph.service.service import Service
from scenograph.service.works import JobRequest, work

_GLANCE = 0.1  # seconds between two looks at the events of a job
JobName = Annotated[str, Path(max_length=100)]


class EventModel(BaseModel):
    """How far a job is."""

    number: int
    stage: str
    done: float | None
    total: float | None = Field(description="How much there is to do; null if that is not known.")
    note: str


class JobModel(BaseModel):
    """A job."""

    id: str
    kind: str
    namespace: str = Field(description="Whose memory it works with; empty: the mind's own.")
    status: Status
    created: datetime
    ended: datetime | None
    latest: EventModel | None
    result: Any = Field(description="What came of it, once it is done.")
    problem: Problem | dict[str, Any] | None = Field(description="Why it failed.")


def router(service: Service) -> APIRouter:
    """Return the routes of the jobs of *service*."""
    routes = APIRouter(prefix="/jobs", dependencies=IN_NAMESPACE)

    @routes.post("", status_code=202, response_model=JobModel, tags=["write"])
    async def begin(request: JobRequest, http: Request) -> Json:
        """Begin a job. It is done when those before it are."""
        identity = identity_of(http).within(request.namespace)
        identity.need(request.scope)
        begun = service.jobs.add(
            request.kind, lambda mind, progress: work(request, mind, progress), identity.namespace
        )
        return Json(begun.described(), 202)

    @routes.get("", response_model=list[JobModel], tags=["read"])
    async def list_(http: Request) -> Json:
        """List the jobs that are waiting, at work or ended not long ago."""
        identity = identity_of(http)
        identity.need("read")
        return Json([job.described() for job in service.jobs.all(identity.namespace)])

    @routes.get("/{job}", response_model=JobModel, tags=["read"])
    async def show(job: JobName, http: Request) -> Json:
        """Show how far a job is, and what came of it."""
        identity = identity_of(http)
        identity.need("read")
        return Json(service.jobs.get(job, identity.namespace).described())

    @routes.get(
        "/{job}/events",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
        tags=["read"],
    )
    async def follow(
        job: JobName, http: Request, last_event_id: Annotated[str, Header(max_length=20)] = ""
    ) -> Events:
        """Follow a job as server-sent events: `progress` while it goes on, and `end` with the job itself."""
        identity = identity_of(http)
        identity.need("read")
        seen = int(last_event_id) if last_event_id.isdecimal() else 0
        return Events(_events(service, service.jobs.get(job, identity.namespace), seen))

    @routes.delete("/{job}", response_model=JobModel, tags=["write"])
    async def stop(job: JobName, http: Request) -> Json:
        """Stop a job at the next place where it can be stopped. What it has stored stays."""
        identity = identity_of(http)
        identity.need("write")
        found = service.jobs.get(job, identity.namespace)
        found.stop.set()
        return Json(found.described())

    return routes


async def _events(service: Service, job: Job, seen: int) -> AsyncIterator[str]:
    while True:
        has_ended = job.status in ENDED  # looked at before the events, so that none is missed
        for it in [it for it in job.events if it.number > seen]:
            seen = it.number
            yield event(record(it), name="progress", number=seen)
        if has_ended:
            yield event(job.described(), name="end", number=seen + 1)
            return
        if service.is_stopping:
            return
        await anyio.sleep(_GLANCE)
