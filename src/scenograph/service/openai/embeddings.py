"""`/v1/embeddings`: the vectors by which memory compares scenes."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Request
from pydantic import Field

from scenograph.mind import Mind
from scenograph.service.errors import RequestError
from scenograph.service.openai.chat import Model
from scenograph.service.openai.conversation import words
from scenograph.service.openai.messages import Sent
from scenograph.service.openai.voices import voice_of
from scenograph.service.operations import NamespaceText
from scenograph.service.operations.fields import shown
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Json
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of
from scenograph.service.service import Service

DIMENSIONS = 1024
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class EmbeddingRequest(
    Sent, json_schema_extra=shown({"model": "scenograph", "input": ["Oleg built the old bridge."]})
):
    """Texts to make vectors of."""

    model: Model
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=256)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None
    namespace: NamespaceText | None = None


def router(service: Service) -> APIRouter:
    """Return the route of embeddings of *service*."""
    routes = APIRouter(prefix="/v1", tags=["openai"], dependencies=IN_NAMESPACE)

    @routes.post("/embeddings")
    async def embed(request: EmbeddingRequest, http: Request) -> Any:
        """
        Return the vectors of the scenes of texts, each of length 1.

        That of a text which cannot be read, or only asks «Where?», is made of its words or signs. Texts
        with one scene have one vector. It depends on what the memory has learned of meanings.
        """
        identity = identity_of(http).within(request.namespace)
        identity.need("read")
        if request.dimensions not in (None, DIMENSIONS):
            raise RequestError(f"a vector has {DIMENSIONS} dimensions, not {request.dimensions}")
        texts = [request.input] if isinstance(request.input, str) else request.input

        def work(mind: Mind) -> list[Any]:
            voice_of(service, request.model)
            rows = _vectors(mind, texts)
            if request.encoding_format == "float":
                return rows.tolist()
            return [base64.b64encode(row.astype("<f4").tobytes()).decode() for row in rows]

        found = await unless_gone(http, lambda: service.do(identity, work))
        data = [
            {"object": "embedding", "index": number, "embedding": vector}
            for number, vector in enumerate(found)
        ]
        count = sum(map(words, texts))
        usage = {"prompt_tokens": count, "total_tokens": count}
        return Json({"object": "list", "data": data, "model": request.model, "usage": usage})

    return routes


def _vectors(mind: Mind, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a vector for each text: float32, shape (texts, `DIMENSIONS`), rows of unit length."""
    readable = [text for text in texts if text.strip()]
    if len(readable) < len(texts):
        raise RequestError("input has a text that is empty; there is nothing to read")
    scenes = [reading.scene for reading in mind.read_many(texts)]
    cues = [text if scene is None else scene for text, scene in zip(texts, scenes, strict=True)]
    rows = mind.memory.vectors(cues)
    # «Where?» is the scene of an unknown alone, which says nothing of what is asked: its word does.
    bare = np.flatnonzero(~rows.any(axis=1))
    rows[bare] = mind.memory.vectors([texts[number] for number in bare])
    return rows
