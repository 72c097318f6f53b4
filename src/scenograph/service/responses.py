"""Answers: JSON as the command line writes it, and streams of events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import JSONResponse, StreamingResponse


class Json(JSONResponse):
    """A JSON value that is ready to be sent."""


def event(value: Any, *, name: str = "", number: int | None = None) -> str:
    """Return *value* as one server-sent event; a text is sent as it is."""
    data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    lines = [f"id: {number}"] if number is not None else []
    if name:
        lines.append(f"event: {name}")
    return "\n".join([*lines, f"data: {data}", "", ""])


class Events(StreamingResponse):
    """Server-sent events, each made by `event`."""

    def __init__(self, events: AsyncIterator[str]) -> None:
        super().__init__(
            events,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
