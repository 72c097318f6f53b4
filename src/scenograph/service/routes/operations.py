"""Every operation as `POST /NAME`, and many of them at once as `POST /batch`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import anyio
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field, JsonValue, ValidationError

from scenograph.errors import ScenographError
from scenograph.service.errors import RequestError
from scenograph.service.gate import Identity
from scenograph.service.operations import OPERATIONS, Form, Message, NamespaceText, Operation
from scenograph.service.operations.fields import shown
from scenograph.service.problems import Problem, faults_in_words, problem
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Json
from scenograph.service.schemas import json_type
from scenograph.service.service import Service

MOST = 100
"""Requests of one batch."""


class Item(Form):
    """One request of a batch."""

    operation: str = Field(description="The name of the operation, such as `read`.", max_length=40)
    request: dict[str, JsonValue]


class BatchRequest(
    Message,
    json_schema_extra=shown(
        {
            "requests": [
                {"operation": "read", "request": {"text": "Oleg built the old bridge."}},
                {"operation": "ask", "request": {"question": "Who built the old bridge?"}},
            ]
        }
    ),
):
    """Requests that are carried out side by side."""

    requests: list[Item] = Field(min_length=1, max_length=MOST)


class ItemResult(BaseModel):
    """What came of one request of a batch."""

    status: int = Field(description="200, or that of the problem.")
    result: Any = Field(None, description="The result of the operation; null where it was refused.")
    problem: Problem | None = None


class BatchResult(BaseModel):
    """What came of each request, in order."""

    results: list[ItemResult]


def identity_of(request: Request) -> Identity:
    """Return who sends *request*."""
    identity = request.state.identity
    assert isinstance(identity, Identity)
    return identity


def _named(
    _: Annotated[NamespaceText | None, Query(alias="namespace", examples=[""])] = None,
) -> None:
    """Let a route tell of the query that the gate reads."""


IN_NAMESPACE = [Depends(_named)]
"""Of routes that take `?namespace=`."""


def router(service: Service) -> APIRouter:
    """Return the routes of all operations of *service*."""
    routes = APIRouter(dependencies=IN_NAMESPACE)
    for it in OPERATIONS.values():
        routes.post(
            f"/{it.name}",
            response_model=json_type(it.result),
            summary=it.about.partition("\n")[0],
            description=it.about,
            name=it.name,
            tags=[it.scope],
        )(_endpoint(service, it))

    @routes.post("/batch", tags=["read"])
    async def batch(request: BatchRequest, http: Request) -> BatchResult:
        """Carry out many requests side by side; each is answered or refused on its own."""
        results: dict[int, ItemResult] = {}
        identity = identity_of(http).within(request.namespace)

        async def one(number: int, item: Item) -> None:
            results[number] = await _result(service, item, identity)

        async def all_of_them() -> Literal[True]:
            async with anyio.create_task_group() as group:
                for number, item in enumerate(request.requests):
                    group.start_soon(one, number, item)
            return True

        await unless_gone(http, all_of_them)
        return BatchResult(results=[results[number] for number in range(len(results))])

    return routes


async def _result(service: Service, item: Item, identity: Identity) -> ItemResult:
    try:
        if item.operation not in OPERATIONS:
            raise RequestError(
                f"there is no operation {item.operation!r}; choose from {', '.join(OPERATIONS)}"
            )
        asked = OPERATIONS[item.operation]
        message = message_of(asked, item.request)
        return ItemResult(status=200, result=await service.carry_out(asked, message, identity))
    except ScenographError as error:
        found = problem(error)
        return ItemResult(status=found.status, result=None, problem=found)


def message_of(it: Operation, given: Any) -> Message:
    """
    Return the request that *given* is.

    Raises:
        RequestError: if it has not the form of a request for *it*
    """
    try:
        return it.request.model_validate(given)
    except ValidationError as error:
        raise RequestError(faults_in_words(error.errors(), it.request.model_fields)) from error


def _endpoint(service: Service, it: Operation) -> Callable[..., Awaitable[Json]]:
    async def endpoint(request: Any, http: Any) -> Json:
        return Json(await unless_gone(http, lambda: service.carry_out(it, request, identity_of(http))))

    endpoint.__annotations__ = {"request": it.request, "http": Request, "return": Json}
    return endpoint
