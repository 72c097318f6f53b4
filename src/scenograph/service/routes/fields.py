"""Field sessions: hold scenes together, ask them, release them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from scenograph.core import Scene, parse_many
from scenograph.results import record
from scenograph.service.errors import RequestError
from scenograph.service.held import HeldField
from scenograph.service.operations import Message
from scenograph.service.operations.fields import SCENE, Crystal, Notation, Scenes, Text, shown
from scenograph.service.operations.thought import Reasoned, reasoned
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Json
from scenograph.service.routes.operations import identity_of
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
    routes = APIRouter(prefix="/fields", tags=["read"])

    def gathered(request: HoldRequest) -> list[Scene]:
        scenes = [entry.scene for entry in parse_many(request.scenes)] if request.scenes else []
        scenes += [it.scene for it in service.mind.crystals(request.crystals)]
        if request.text is not None:
            scenes += [it.scene for it in service.mind.recall(request.text, request.k) if not it.unread]
        return scenes

    def described(field: HeldField) -> FieldModel:
        held = [
            HeldScene(number=number, scene=scene.format(indent=None))
            for number, scene in field.scenes.items()
        ]
        return FieldModel(field=field.id, scenes=held)

    async def done(http: Request, work: Any) -> Any:
        identity_of(http).need("read")
        return await unless_gone(http, lambda: service.look(work))

    @routes.post("", status_code=201)
    async def create(request: HoldRequest, http: Request) -> FieldModel:
        """Open a field that holds what the request names; it may be nothing yet."""

        def work() -> FieldModel:
            scenes = gathered(request)
            field = service.held.new()
            try:
                field.hold(scenes)
            except RequestError:
                service.held.drop(field.id)
                raise
            return described(field)

        return await done(http, work)

    @routes.get("/{field}")
    async def show(field: FieldName, http: Request) -> FieldModel:
        """Show what a field holds."""

        def work() -> FieldModel:
            held = service.held.get(field)
            with held.lock:
                return described(held)

        return await done(http, work)

    @routes.post("/{field}/hold")
    async def hold(field: FieldName, request: HoldRequest, http: Request) -> FieldModel:
        """Let a field hold more."""

        def work() -> FieldModel:
            held = service.held.get(field)
            scenes = gathered(request)
            with held.lock:
                held.hold(scenes)
                return described(held)

        return await done(http, work)

    @routes.post("/{field}/release")
    async def release(field: FieldName, request: ReleaseRequest, http: Request) -> FieldModel:
        """Let a field hold some scenes no more. The others keep their numbers."""

        def work() -> FieldModel:
            held = service.held.get(field)
            with held.lock:
                held.release(request.scenes)
                return described(held)

        return await done(http, work)

    @routes.post("/{field}/reason", response_model=json_type(Reasoned))
    async def reason(field: FieldName, request: FieldQuestion, http: Request) -> Json:
        """Ask a field, or derive all that follows in it by the mind's rules."""

        def work() -> Any:
            held = service.held.get(field)
            pattern = Scene.parse(request.match) if request.match is not None else None
            with held.lock:
                numbers, closed = held.closed(service.mind.domain.rules)
                return _renumbered(record(reasoned(closed, pattern, why=request.why)), numbers)

        return Json(await done(http, work))

    @routes.delete("/{field}", status_code=204)
    async def drop(field: FieldName, http: Request) -> None:
        """Release a field with all that it holds."""
        await done(http, lambda: service.held.drop(field))

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
