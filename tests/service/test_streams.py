"""Streams: what is written comes in pieces, and then the result that comes without a stream."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

SCENE = '(s / sleep :agent (e / entity :name "Oleg") :tense past)'
REQUESTS = {
    "read": {"text": "Олег построил старый мост."},  # by the carrier; of English ones the graph head is sure
    "speak": {"scene": SCENE, "style": "poet", "language": "ru"},
    "translate": {"scene": SCENE, "into": "ru"},
    "ask": {"question": "Who built the old bridge?"},
}


def events(client: httpx.Client, name: str, request: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    with client.stream("POST", f"/{name}/stream", json=request) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for block in answer.read().decode().strip().split("\n\n"):
            kind, data = block.split("\n")
            found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.mark.parametrize("name", REQUESTS)
def test_pieces_come_before_the_result(client: httpx.Client, name: str) -> None:
    *pieces, (last, result) = events(client, name, REQUESTS[name])
    assert last == "result"
    assert {kind for kind, _ in pieces} == {"piece"}
    assert len(pieces) > 1
    expected = client.post(f"/{name}", json=REQUESTS[name]).json()
    assert json.dumps(result).partition("confidence")[0] == json.dumps(expected).partition("confidence")[0]
    if name == "speak":
        drafts = [it["text"] for _, it in pieces if it["adapter"] == "decoder.poet"]
        assert drafts
        assert result["attempts"] >= 1
    if name == "ask":
        assert result["attempts"] in (0, 1, 2)  # a phrase of the domain, or what a decoder wrote


def test_a_refusal_has_its_own_status(client: httpx.Client) -> None:
    refused = client.post("/speak/stream", json={**REQUESTS["speak"], "style": "nobody"})
    assert refused.status_code == 422
    assert "there is no style" in refused.json()["detail"]
    assert client.post("/speak/stream", json={"scene": "(s"}).status_code == 422
    assert client.post("/forget/stream", json={"crystals": [1]}).status_code in (404, 405)
