"""No refusal says where on this machine a mind lies."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from service.servers import served

from scenograph import Mind
from scenograph.mind import MindConfig, Workspace
from scenograph.service.keys import FILE


def test_a_damaged_memory_is_named_without_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "minds" / "my mind"
    Workspace.create(folder, MindConfig())
    with Mind.open(folder, namespace="anna") as mind:
        mind.remember("Zora sold the emerald.", source="a letter")
    [database] = folder.rglob("namespaces/**/memory.db")
    database.write_bytes(b"no memory at all" * 100)
    with Mind.open(folder) as mind, served(mind) as client:
        of = {"namespace": "anna"}
        answers = [
            client.post("/recall", json={"text": "emerald", **of}),
            client.get("/stats", params=of),
            client.get("/export", params=of),
            client.post("/v1/responses", json={"model": "scenograph:ask", "input": "Who?", **of}),
            client.post("/fields", json={"text": "emerald", **of}),
        ]
        for answer in answers:
            assert answer.status_code == 503, answer.text
            hidden(answer, tmp_path)
        assert answers[0].json()["detail"].startswith("my mind/namespaces/anna/")
        job = client.post("/jobs", json={"kind": "check", **of}).json()["id"]
        while (ended := client.get(f"/jobs/{job}")).json()["status"] != "failed":
            time.sleep(0.02)
        hidden(ended, tmp_path)
        agent = client.post("/mcp", json=call("recall", {"text": "emerald", **of}), headers=MCP)
        assert "is not a memory" in agent.text
        hidden(agent, tmp_path)


MCP = {"accept": "application/json, text/event-stream"}


def call(tool: str, arguments: dict[str, str]) -> dict[str, object]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def hidden(answer: httpx.Response, place: Path) -> None:
    assert str(place) not in answer.text
    assert "/tmp" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/crystals/99", None),
        ("POST", "/correct", {"crystal": 99, "text": "a"}),
        ("POST", "/forget", {"crystals": [99]}),
        ("GET", "/crystals/99?namespace=nobody", None),
        ("POST", "/speak", {"scene": "(s / sleep)", "style": "poet"}),
    ],
)
def test_what_is_not_there_is_named_without_its_place(
    new_client: httpx.Client, new_mind: Mind, method: str, path: str, body: object
) -> None:
    answer = new_client.request(method, path, json=body)
    assert answer.status_code in (404, 422)
    assert str(new_mind.workspace.folder.parent) not in answer.text
    assert "/tmp" not in answer.text


def test_a_damaged_file_of_keys_is_named_without_its_place(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind, served(mind) as client:
        (tmp_path / "mind" / FILE).write_text("{")
        answer = client.get("/stats")
        assert (answer.status_code, answer.json()["error"]) == (503, "MindError")
        hidden(answer, tmp_path)
