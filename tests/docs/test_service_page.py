"""The examples of docs/service.md, run against a service on a real port."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from docs.shell import FENCED, check
from openai import OpenAI
from service.servers import served

from scenograph import Mind
from scenograph.mind import MindConfig, Workspace
from scenograph.service.agents import TOOLS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
BLOCKS = FENCED.findall(PAGE)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("page") / "my-mind"
    Workspace.create(folder, MindConfig())
    with Mind.open(folder) as mind, served(mind) as client:
        yield client


def test_requests_are_answered_as_the_page_says(client: httpx.Client) -> None:
    sent = 0
    for kind, block in BLOCKS:
        if kind != "http":
            continue
        answer = httpx.Response(500)
        for line in block.splitlines():
            method, path, body = (*line.split(" ", 2), "")[:3]
            if method.isdecimal():
                assert (answer.status_code, answer.json()["detail"]) == (int(method), line.partition(" ")[2])
                continue
            answer = client.request(method, path, json=json.loads(body))
            sent += 1
            assert answer.status_code in (200, 422)
    assert sent == 8
    assert client.post("/ask", json={"question": "Where does Maria work?"}).json()["text"] == "In Berlin."


def test_the_chat_prints_what_the_page_shows(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    [program] = [block for kind, block in BLOCKS if kind == "python"]
    shown = BLOCKS[[kind for kind, _ in BLOCKS].index("python") + 1][1]
    names: dict[str, OpenAI] = {}
    exec(program.replace("http://127.0.0.1:8600", str(client.base_url).rstrip("/")), names)
    names["ai"].close()  # else a later test is warned of its open connection
    assert capsys.readouterr().out == shown


def test_commands_can_be_typed() -> None:
    lines = [line for kind, block in BLOCKS if not kind for line in block.splitlines()]
    commands = [line.split()[1:] for line in lines if line.startswith("scenograph ")]
    assert len(commands) == 7
    assert [check(command).code for command in commands] == [0] * len(commands)


def test_every_path_and_tool_of_the_page_is_there(client: httpx.Client) -> None:
    paths = set(client.get("/openapi.json").json()["paths"])
    found = re.findall(r"`(?:GET |POST )?(/[a-z][a-z_/0-9]*)", PAGE)
    named = {path.rstrip("/") for path in found} - {"/mcp", "/docs"}
    ends = {"/hold", "/release", "/stream"}  # of paths
    known = {re.sub(r"\{\w+\}", "1", path) for path in paths} | ends
    assert named - known == set()
    assert {path for path in paths if path.count("/") == 1 and path != "/mind"} - named == set()
    assert all(f"`{tool}`" in PAGE for tool in TOOLS)
