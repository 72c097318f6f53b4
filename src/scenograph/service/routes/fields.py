"""Field sessions: hold scenes together, ask them, release them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from scenograph.core import Scene, parse_many
from scenograph.mind import Mind
from scenograph.results import record
from scenograph.service.errors import RequestError
from scenograph.service.gate import Identity
from scenograph.service.held import HeldField
from scenograph.service.operations import Message
from scenograph.service.operations.fields import SCENE, Crystal, Notation, Scenes, Text, shown
from scenograph.service.operations.thought import Reasoned, reasoned
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Json
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of
from scenograph.service.schemas import Notation as SceneText
from scenograph.service.schemas import json_type
from scenograph.service.service import Service

FieldName = Annotated[str, Path(max_length=100)]


class HoldRequest(Message, json_schema_extra=shown({"scenes": SCENE}, {"text": "Oleg", "k": 5})):
    """What a field is to hold: scenes, crystals, and what memory recalls about a text."""

    scenes: Scenes | None = None
    crystals: list[Crystal] = Field(default=[], max_length=1000)
    text: Text | None = Field(None, description="A cue; what it recalls is held.")
    k: int = Field(10, ge=1, le=1000, description="How many scenes are recalled at most.")


class ReleaseRequest(Message, json_schema_extra=shown({"scenes": [0]})):
    """The numbers of scenes that a field is to hold no more."""

    scenes: list[Crystal] = Field(min_length=1, max_length=2000)


class FieldQuestion(Message, json_schema_extra=shown({"match": "(s / sleep :agent ?who)", "why": True}, {})):
    """What a field is asked: a scene with ?unknowns, or, without one, all that follows."""

    match: Notation | None = None
    why: bool = Field(False, description="Return the proofs.")


class HeldScene(BaseModel):
    """A scene that a field holds."""

    number: int
    scene: SceneText


class FieldModel(BaseModel):
    """A field."""

    field: str = Field(description="Its name.")
    scenes: list[HeldScene]


def router(service: Service) -> APIRouter:
    """Return the routes of the fields of *service*."""
    routes = APIRouter(prefix="/fields", tags=["read"], dependencies=IN_NAMESPACE)

    def gathered(mind: Mind, request: HoldRequest) -> list[Scene]:
        scenes = [entry.scene for entry in parse_many(request.scenes)] if request.scenes else []
        scenes += [it.scene for it in mind.crystals(request.crystals)]
        if request.text is not None:
            scenes += [it.scene for it in mind.recall(request.text, request.k) if not it.unread]
        return scenes

    def described(field: HeldField) -> FieldModel:
        held = [
            HeldScene(number=number, scene=scene.format(indent=None))
            for number, scene in field.scenes.items()
        ]
        return FieldModel(field=field.id, scenes=held)

    async def done(identity: Identity, http: Request, work: Callable[[Mind], Any]) -> Any:
        return await unless_gone(http, lambda: service.look(identity, work))

    async def held(
        name: str, http: Request, work: Callable[[Mind, HeldField], Any], namespace: str | None = None
    ) -> Any:
        """Do *work* with the field *name* and the memory of its namespace."""
        identity = identity_of(http).within(namespace)
        identity.need("read")
        field = service.held.get(name, identity.namespace)
        identity = replace(identity, namespace=field.namespace)
        return await done(identity, http, lambda mind: work(mind, field))

    @routes.post("", status_code=201)
    async def create(request: HoldRequest, http: Request) -> FieldModel:
        """Open a field that holds what the request names; it may be nothing yet."""
        identity = identity_of(http).within(request.namespace)
        identity.need("read")

        def work(mind: Mind) -> FieldModel:
            scenes = gathered(mind, request)
            field = service.held.new(identity.namespace)
            try:
                field.hold(scenes)
            except RequestError:
                service.held.drop(field.id, identity.namespace)
                raise
            return described(field)

        return await done(identity, http, work)

    @routes.get("/{field}")
    async def show(field: FieldName, http: Request) -> FieldModel:
        """Show what a field holds."""

        def work(_: Mind, it: HeldField) -> FieldModel:
            with it.lock:
                return described(it)

        return await held(field, http, work)

    @routes.post("/{field}/hold")
    async def hold(field: FieldName, request: HoldRequest, http: Request) -> FieldModel:
        """Let a field hold more."""

        def work(mind: Mind, it: HeldField) -> FieldModel:
            scenes = gathered(mind, request)
            with it.lock:
                it.hold(scenes)
                return described(it)

        return await held(field, http, work, request.namespace)

    @routes.post("/{field}/release")
    async def release(field: FieldName, request: ReleaseRequest, http: Request) -> FieldModel:
        """Let a field hold some scenes no more. The others keep their numbers."""

        def work(_: Mind, it: HeldField) -> FieldModel:
            with it.lock:
                it.release(request.scenes)
                return described(it)

        return await held(field, http, work, request.namespace)

    @routes.post("/{field}/reason", response_model=json_type(Reasoned))
    async def reason(field: FieldName, request: FieldQuestion, http: Request) -> Json:
        """Ask a field, or derive all that follows in it by the mind's rules."""

        def work(mind: Mind, it: HeldField) -> Any:
            pattern = Scene.parse(request.match) if request.match is not None else None
            with it.lock:
                numbers, closed = it.closed(mind.domain.rules)
                return _renumbered(record(reasoned(closed, pattern, why=request.why)), numbers)

        return Json(await held(field, http, work, request.namespace))

    @routes.delete("/{field}", status_code=204)
    async def drop(field: FieldName, http: Request) -> None:
        """Release a field with all that it holds."""
        await held(field, http, lambda _, it: service.held.drop(it.id, it.namespace))

    return routes


def _renumbered(value: Any, numbers: tuple[int, ...]) -> Any:
    """Return a result with the numbers that scenes have in the field instead of their places."""
    if isinstance(value, list):
        return [_renumbered(item, numbers) for item in value]
    if not isinstance(value, dict):
        return value
    new: dict[str, Any] = {}
    for name, item in value.items():
        if name == "scenes":
            new[name] = [numbers[place] for place in item]
        elif name == "supports":
            new[name] = {key: [numbers[place] for place in places] for key, places in item.items()}
        else:
            new[name] = _renumbered(item, numbers)
    return new
