"""`/v1/chat/completions` and `/v1/models`."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from scenograph.service.openai.conversation import Reply, changes_memory, reply_to, words
from scenograph.service.openai.messages import (
    ChatMessage,
    Content,
    Sent,
    ToolChoice,
    check_format,
    check_tools,
    last_of,
)
from scenograph.service.openai.voices import names, voice_of
from scenograph.service.operations import NamespaceText
from scenograph.service.operations.fields import shown
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Events, Json, event
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of
from scenograph.service.service import Service

Model = Annotated[str, Field(min_length=1, max_length=400, description="A mind, and its voice and mode.")]


class StreamOptions(Sent):
    """How a stream is sent."""

    include_usage: bool = False


class ChatRequest(
    Sent,
    json_schema_extra=shown(
        {
            "model": "scenograph:ask",
            "messages": [{"role": "user", "content": "Who built the old bridge?"}],
        }
    ),
):
    """A chat, of which the last message is answered."""

    model: Model
    messages: list[ChatMessage] = Field(min_length=1, max_length=10_000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(
        None, min_length=1, max_length=200, description="Who speaks: “I” means this person."
    )
    namespace: NamespaceText | None = None
    n: int | None = Field(None, ge=1, le=1)
    response_format: dict[str, Any] | None = None
    tool_choice: ToolChoice | None = None


class ModelInfo(BaseModel):
    """A model."""

    id: str
    object: str = "model"
    created: int
    owned_by: str = "scenograph"


class ModelList(BaseModel):
    """All models."""

    object: str = "list"
    data: list[ModelInfo]


async def replied(
    service: Service, http: Request, model: str, said: Content, speaker: str | None, namespace: str | None
) -> Reply:
    """
    Reply to what was *said* in the voice that *model* names, with the memory of *namespace*.

    Raises:
        ScopeError: if it would change the memory, and the key may not
    """
    identity = identity_of(http).within(namespace)
    identity.need("read")
    voice = voice_of(service, model)
    if changes_memory(voice, said):
        identity.need("write")
    return await unless_gone(
        http, lambda: service.do(identity, lambda mind: reply_to(mind, voice, said, speaker))
    )


def pieces(text: str) -> list[str]:
    """Return *text* word by word, each with the white space after it."""
    return re.findall(r"\s*\S+\s*", text)


def router(service: Service) -> APIRouter:
    """Return the routes of chats and models of *service*."""
    routes = APIRouter(prefix="/v1", tags=["openai"], dependencies=IN_NAMESPACE)
    started = int(time.time())

    @routes.get("/models")
    async def models(http: Request) -> ModelList:
        """List the models: the mind in each style and mode."""
        identity_of(http).need("read")
        known = await service.glances.run(lambda: names(service))
        return ModelList(data=[ModelInfo(id=name, created=started) for name in known])

    @routes.get("/models/{model}")
    async def one(model: str, http: Request) -> ModelInfo:
        """Show a model."""
        identity_of(http).need("read")
        await service.glances.run(lambda: voice_of(service, model))
        return ModelInfo(id=model, created=started)

    @routes.post(
        "/chat/completions",
        response_class=Response,
        responses={200: {"content": {"application/json": {}, "text/event-stream": {}}}},
    )
    async def chat(request: ChatRequest, http: Request) -> Response:
        """
        Answer the last message of a chat from memory, or remember it.

        A picture comes as a `data:` URL: a drawing made here says its scene, others are described first.

        The model's name picks the style and the mode; see `/v1/models`. What the reply rests on stands in
        `scenograph`. `usage` counts words.
        """
        check_format(request.response_format)
        check_tools(request.tool_choice)
        content = last_of(request.messages)
        said = await replied(service, http, request.model, content, request.user, request.namespace)
        head = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": request.model,
        }
        asked, answered = words(content.text), words(said.text)
        usage = {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        }
        if request.stream:
            wants_usage = request.stream_options is not None and request.stream_options.include_usage
            return Events(_chunks(head, said, usage if wants_usage else None))
        message = {"role": "assistant", "content": said.text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        return Json({**whole, "scenograph": said.trace})

    return routes


async def _chunks(head: dict[str, Any], said: Reply, usage: dict[str, int] | None) -> AsyncIterator[str]:
    head = {**head, "object": "chat.completion.chunk"}

    def chunk(delta: dict[str, Any], reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return event({**head, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(said.text):
        yield chunk({"content": piece})
    yield chunk({}, "stop", scenograph=said.trace)
    if usage is not None:
        yield event({**head, "choices": [], "usage": usage})
    yield event("[DONE]")
