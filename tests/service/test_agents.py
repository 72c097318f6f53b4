"""The official MCP client over both transports, and in both eras of the protocol."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from service.servers import served

from scenograph import Mind
from scenograph.mind import MindConfig, Workspace
from scenograph.service.agents import TOOLS
from scenograph.service.keys import Keys

ERAS = {"auto": "2026-07-28", "legacy": "2025-11-25"}
Use = Callable[[Client], Any]


def used(server: Any, era: Any, use: Use) -> None:
    async def connect() -> None:
        async with Client(server, mode=era) as client:
            assert client.session.protocol_version == ERAS[era]
            await use(client)

    anyio.run(connect)


async def told(client: Client, tool: str, **arguments: Any) -> tuple[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.content[0].text, result.structured_content  # type: ignore[union-attr]


async def assert_whole_life(client: Client) -> None:
    """Remember, recall, ask, correct, forget, read and speak."""
    assert tuple(tool.name for tool in (await client.list_tools()).tools) == TOOLS
    text, stored = await told(client, "remember", text="Zora works in Madrid.", source="a letter")
    crystal = stored["result"][0]["crystal"]
    assert text == f"stored as crystal {crystal}"
    text, answer = await told(client, "ask", question="Where does Zora work?")
    assert text.splitlines() == [
        "In Madrid.",
        f"rests on crystal {crystal}: Zora works in Madrid. [a letter]",
    ]
    assert answer["crystals"] == [crystal]
    _, hits = await told(client, "recall", text="Zora", k=1)
    assert [hit["id"] for hit in hits["result"]] == [crystal]
    text, done = await told(client, "correct", crystal=crystal, text="Zora works in Rome.")
    assert text == f"crystal {done['crystal']} is believed instead of {crystal}"
    text, _ = await told(client, "ask", question="Where does Zora work?")
    assert text.startswith("In Rome.")
    text, _ = await told(client, "forget", crystals=[crystal, done["crystal"]])
    assert text.startswith("forgotten: 2 crystals")
    scene, _ = await told(client, "read", text="Anna slept.")
    text, _ = await told(client, "speak", scene=scene)
    assert text == "Anna slept."
    refused = await client.call_tool("forget", {})
    assert refused.is_error
    assert refused.content[0].text.startswith("RequestError: give crystals")  # type: ignore[union-attr]
    refused = await client.call_tool("read", {"txt": "a"})
    assert refused.is_error
    with pytest.raises(MCPError, match="there is no tool 'fly'"):
        await client.call_tool("fly", {})


@pytest.mark.parametrize("era", ERAS)
def test_over_http(new_client: httpx.Client, era: str) -> None:
    used(f"{new_client.base_url}/mcp", era, assert_whole_life)


@pytest.mark.parametrize("era", ["auto", pytest.param("legacy", marks=pytest.mark.slow)])
def test_over_stdio(tmp_path: Path, era: str) -> None:
    Workspace.create(tmp_path / "new", MindConfig())
    command = ["-m", "scenograph", "mcp", str(tmp_path / "new")]
    passed = {name: value for name, value in os.environ.items() if name.startswith(("PYTHON", "OMP"))}
    used(StdioServerParameters(command=sys.executable, args=command, env=passed), era, assert_whole_life)


def test_a_tool_needs_the_scope_of_its_operation(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "new", MindConfig())
    with Mind.open(tmp_path / "new") as mind, served(mind) as client:
        key = Keys(mind.workspace.folder).add("reader", ["read"])

        async def use() -> None:
            bearer = {"Authorization": f"Bearer {key}"}
            async with (
                httpx2.AsyncClient(headers=bearer) as http,
                Client(streamable_http_client(f"{client.base_url}/mcp", http_client=http)) as agent,
            ):
                text, _ = await told(agent, "ask", question="Where does Maria work?")
                assert text == "I do not know."
                refused = await agent.call_tool("remember", {"text": "Maria works in Berlin."})
                assert refused.is_error
                assert "this needs write" in refused.content[0].text  # type: ignore[union-attr]

        anyio.run(use)
        assert client.post("/mcp", json={}).status_code == 401
        assert len(mind.memory) == 0


def test_pages_of_other_sites_are_refused(new_client: httpx.Client) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    refused = new_client.post("/mcp", json=asked, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403
