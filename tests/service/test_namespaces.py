"""Two namespaces behind every door of one service: neither sees the other."""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import openai
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mcp import Client, StdioServerParameters
from service.servers import served, untrained

import scenograph.service
from scenograph import Mind
from scenograph.mind import MindConfig, Workspace
from scenograph.service.keys import Keys

WORDS = {
    "anna": ("Zora", "emerald", "Madrid", "violin"),
    "bob/helper": ("Quentin", "walnut", "Oslo", "canoe"),
}
"""What each alone is told about; none of it may be seen by the other."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with untrained(tmp_path_factory.mktemp("shared") / "new") as mind, served(mind) as client:
        yield client


def posted(client: httpx.Client, path: str, namespace: str, **body: Any) -> Any:
    answer = client.post(path, json={"namespace": namespace, **body})
    assert answer.status_code < 300, answer.text
    return answer.json()


def seen(client: httpx.Client, namespace: str) -> str:
    """Everything that can be seen of a namespace, at every door, as one text."""
    of = {"namespace": namespace}
    cues = [word for words in WORDS.values() for word in words]
    requests = [
        {"operation": "recall", "request": {"text": " ".join(cues), "k": 100}},
        {"operation": "recall", "request": {"scene": "(x / ?what :agent ?who)", "k": 100}},
        *(
            {"operation": "ask", "request": {"question": question}}
            for question in ("Who sold the emerald?", "Where does Quentin live?")
        ),
    ]
    found: list[Any] = [posted(client, "/batch", namespace, requests=requests)]
    found += [client.get(path, params=of).json() for path in ("/history", "/contradictions", "/crystals/1")]
    found += [client.get("/crystals", params={**of, "words": word}).json() for word in cues[::2]]
    stats = client.get("/stats", params=of).json()
    found += [{name: stats[name] for name in ("crystals", "sources", "unread", "symbols", "changes")}]
    found += [client.get("/export", params=of).text, client.get("/mind", params=of).json()["crystals"]]
    field = posted(client, "/fields", namespace, text=" ".join(cues))
    found += [field["scenes"]]
    if namespace:  # the mind's own shows the jobs of all
        found += [client.get("/jobs", params=of).json()]
    client.delete(f"/fields/{field['field']}", params=of)
    if namespace:
        jobs = [it["id"] for it in client.get("/jobs", params=of).json()]
        found += [client.get(f"/jobs/{job}/events", params=of).text for job in jobs]
    messages = [{"role": "user", "content": "Who sold the emerald?"}]
    chat = posted(client, "/v1/chat/completions", namespace, model="new:ask", messages=messages)
    found += [chat["choices"], chat["scenograph"]]
    found += streams(client, namespace)
    found += [client.get(path, params=of).text for path in ("/map", "/", "/mind")]
    vectors = {"model": "new", "input": cues[:2], "encoding_format": "base64"}
    found += [posted(client, "/v1/embeddings", namespace, **vectors)["data"]]
    found += [anyio.run(recalled, str(client.base_url), namespace)]
    return json.dumps(found)


def streams(client: httpx.Client, namespace: str) -> list[Any]:
    """What is seen in the streams: of an answer, a chat and a response."""
    question = "Who sold the emerald?"
    chat = [{"role": "user", "content": question}]
    requests: dict[str, dict[str, Any]] = {
        "/ask/stream": {"question": question},
        "/v1/chat/completions": {"model": "new:ask", "messages": chat, "stream": True},
        "/v1/responses": {"model": "new:ask", "input": "Where does Quentin live?", "stream": True},
    }
    found: list[Any] = []
    for path, request in requests.items():
        answer = client.post(path, json={"namespace": namespace, **request})
        assert answer.status_code == 200
        blocks = [it.partition("data: ")[2] for it in answer.text.split("\n\n")]
        events = [json.loads(it) for it in blocks if it.startswith("{")]
        assert events
        found += [without_marks(it) for it in events]
    return found


def without_marks(value: Any) -> Any:
    """Return a JSON value without the names and times that differ from request to request."""
    if isinstance(value, dict):
        changing = {"id", "item_id", "created", "created_at", "completed_at"}
        return {name: without_marks(it) for name, it in value.items() if name not in changing}
    return [without_marks(it) for it in value] if isinstance(value, list) else value


async def recalled(url: str, namespace: str) -> Any:
    async with Client(f"{url}/mcp?namespace={namespace}") as agent:
        found = await agent.call_tool("recall", {"text": "Zora Quentin emerald walnut"})
        asked = await agent.call_tool("ask", {"question": "Who sold the walnut?"})
        listed = await agent.call_tool("list_crystals", {})
        cues = [{"text": "Zora"}, {"text": "walnut"}]
        many = await agent.call_tool("recall_many", {"cues": cues})
        return [it.structured_content for it in (found, asked, listed, many)]


def act(client: httpx.Client, namespace: str, kind: str, number: int) -> None:
    """Do something random in a namespace."""
    who, what, where, thing = WORDS[namespace]
    sentence = f"{who} sold the {(what, thing)[number % 2]} in {where}."
    match kind:
        case "remember":
            posted(client, "/remember", namespace, text=sentence, source=f"{who}'s letter", speaker=who)
        case "scene":
            scene = f'(o / own :agent (e / entity :name "{who}") :object (t / {thing}) :value {number})'
            posted(client, "/remember", namespace, scene=scene)
        case "chat":
            messages = [{"role": "user", "content": sentence}]
            posted(client, "/v1/chat/completions", namespace, model="new:remember", messages=messages)
        case "responses":
            posted(client, "/v1/responses", namespace, model="new:remember", input=f"{who} lives in {where}.")
        case "job":
            job = posted(client, "/jobs", namespace, kind="remember", text=f"{sentence} {who} slept.")
            while client.get(f"/jobs/{job['id']}").json()["status"] in ("waiting", "running"):
                time.sleep(0.02)
        case "correct":
            [stored] = posted(client, "/remember", namespace, text=sentence)
            text = f"{who} bought the {what}."
            client.post("/correct", json={"namespace": namespace, "crystal": stored["crystal"], "text": text})
        case "forget":
            posted(client, "/forget", namespace, source=f"{who}'s letter")
        case "import":
            lines = client.get("/export", params={"namespace": namespace}).content
            imported = client.post("/import", params={"namespace": namespace}, content=lines)
            assert imported.status_code == 200, imported.text
        case "agent":

            async def remember() -> None:
                async with Client(f"{client.base_url}/mcp") as agent:
                    await agent.call_tool("remember", {"namespace": namespace, "text": sentence})

            anyio.run(remember)
        case _:
            posted(client, "/forget_all", namespace)


KINDS = (
    "remember",
    "scene",
    "chat",
    "responses",
    "job",
    "correct",
    "forget",
    "import",
    "agent",
    "forget_all",
)


ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), min_size=1, max_size=4)


@given(st.sampled_from(list(WORDS)), ACTS)
@settings(max_examples=1, phases=[Phase.generate])
def test_what_one_does_changes_nothing_for_the_other(
    shared: httpx.Client, namespace: str, acts: list[tuple[str, int]]
) -> None:
    assert_alone(shared, namespace, acts)


@pytest.mark.slow
@given(st.sampled_from(list(WORDS)), ACTS)
@settings(max_examples=60, deadline=None)
def test_nothing_of_one_is_seen_by_another(
    shared: httpx.Client, namespace: str, acts: list[tuple[str, int]]
) -> None:
    assert_alone(shared, namespace, acts)


def assert_alone(shared: httpx.Client, namespace: str, acts: list[tuple[str, int]]) -> None:
    """Let only *namespace* act, and look at the other one and at the mind's own memory."""
    [other] = WORDS.keys() - {namespace}
    before, own = seen(shared, other), seen(shared, "")
    for kind, number in acts:
        act(shared, namespace, kind, number)
    assert seen(shared, other) == before
    assert seen(shared, "") == own
    for word in WORDS[namespace]:
        assert f"{word} " not in before + own


def test_both_hold_what_they_were_told(shared: httpx.Client) -> None:
    """So that the law above is not kept by a service that remembers nothing, or streams that show nothing."""
    url = str(shared.base_url)
    for namespace, (who, what, where, _) in WORDS.items():
        posted(shared, "/remember", namespace, text=f"{who} sold the {what} in {where}.")
        own, told = json.dumps(streams(shared, namespace)), json.dumps(anyio.run(recalled, url, namespace))
        assert who in told
        assert namespace != "anna" or who in own
        answer = posted(shared, "/ask", namespace, question=f"Who sold the {what}?")
        assert answer["text"] == f"{who}."
    assert posted(shared, "/ask", "", question="Who sold the emerald?")["crystals"] == []
    listed = posted(shared, "/namespaces", "")
    assert {"namespace": "bob/helper", "user": "bob", "agent": "helper", "session": ""} in listed


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Mind]:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        mind.wake()
        yield mind


def test_a_key_opens_its_namespace_and_nothing_else(locked: Mind) -> None:
    keys = Keys(locked.workspace.folder)
    all_ = keys.add("all", ["read", "write", "admin"])
    anna = keys.add("anna's phone", ["read", "write", "admin"], "anna")
    text = {"text": "Zora sold the emerald."}
    with served(locked, key=all_) as client:
        posted(client, "/remember", "bob", text="Quentin sold the walnut.")
        job = posted(client, "/jobs", "bob", kind="check")["id"]
        field = posted(client, "/fields", "bob", text="walnut")["field"]
        own = posted(client, "/fields", "", scenes="(s / sleep)")["field"]
        with httpx.Client(
            base_url=client.base_url, headers={"Authorization": f"Bearer {anna}"}, timeout=60
        ) as phone:
            assert phone.post("/remember", json=text).status_code == 200
            assert [str(it) for it in locked.namespaces()] == ["anna", "bob"]
            assert phone.post("/remember", json={**text, "namespace": "anna/helper"}).status_code == 200
            for other in ("bob", "annabel", "/helper", ""):
                of = {"namespace": other}
                refused = [
                    phone.post("/recall", json={"text": "walnut", **of}),
                    phone.post("/recall", json={"text": "walnut"}, params=of),
                    phone.post("/forget_all", json=of),
                    phone.post("/namespaces", json=of),
                    phone.get("/crystals", params={"words": "walnut", **of}),
                    phone.get("/export", params=of),
                    phone.post("/import", params=of, content=b""),
                    phone.post("/jobs", json={"kind": "check", **of}),
                    phone.post("/fields", json={"text": "walnut", **of}),
                    phone.post("/v1/embeddings", json={"model": "mind", "input": "a", **of}),
                    phone.post("/v1/responses", json={"model": "mind:ask", "input": "Who?", **of}),
                    phone.post("/ask/stream", json={"question": "Who?", **of}),
                    phone.post("/ask/stream", json={"question": "Who?"}, params=of),
                    phone.post(
                        "/v1/responses",
                        json={"model": "mind:ask", "input": "Who?", "stream": True, **of},
                    ),
                    phone.get("/map", params=of),
                    phone.get("/jobs", params=of),
                    phone.get("/stats", params=of),
                    phone.post("/mcp", params=of, json={}),
                ]
                assert {it.status_code for it in refused} == {403}, [it.url for it in refused]
            batch = {"requests": [{"operation": "recall", "request": {"text": "walnut", "namespace": "bob"}}]}
            assert phone.post("/batch", json=batch).json()["results"][0]["status"] == 403
            for path in (f"/jobs/{job}", f"/jobs/{job}/events", f"/fields/{field}", f"/fields/{own}"):
                assert phone.get(path).status_code == 404
            assert phone.delete(f"/jobs/{job}").status_code == 404
            assert phone.get("/jobs").json() == []
            assert phone.get("/metrics").status_code == 403
            assert phone.get("/stats").json()["crystals"] == 1
            assert phone.get("/mind").json()["crystals"] == 1
            assert [it["namespace"] for it in phone.post("/namespaces", json={}).json()] == [
                "anna",
                "anna/helper",
            ]
            assert len(phone.post("/forget_all", json={"namespace": "anna"}).json()["namespaces"]) == 2
        assert client.get(f"/fields/{field}").json()["scenes"]


@pytest.mark.parametrize("namespace", ["a/b/c/d", "a/", "\x00", "a" * 700])
def test_what_is_no_namespace_is_refused(shared: httpx.Client, namespace: str) -> None:
    for answer in (
        shared.post("/recall", json={"text": "a", "namespace": namespace}),
        shared.get("/stats", params={"namespace": namespace}),
    ):
        assert (answer.status_code, answer.json()["error"]) == (422, "RequestError")
    twice = shared.get("/stats?namespace=a&namespace=b")
    assert (twice.status_code, twice.json()["error"]) == (422, "RequestError")
    assert shared.post("/forget_all", json={}).status_code == 422


def test_the_official_client_names_a_namespace(shared: httpx.Client) -> None:
    url = f"{shared.base_url}/v1"
    with openai.OpenAI(base_url=url, api_key="none", default_query={"namespace": "carl"}) as ai:
        for text in ("Carl sells books in Madrid.", "Where does Carl sell books?"):
            reply = ai.chat.completions.create(model="new", messages=[{"role": "user", "content": text}])
        assert reply.choices[0].message.content == "In Madrid."
    with openai.OpenAI(base_url=url, api_key="none") as ai:
        reply = ai.chat.completions.create(
            model="new", messages=[{"role": "user", "content": text}], extra_body={"namespace": "carla"}
        )
    assert reply.choices[0].message.content == "I do not know."


def test_an_agent_on_stdio_has_one_namespace(locked: Mind) -> None:
    folder = str(locked.workspace.folder)
    command = [sys.executable, "-m", "scenograph", "mcp", folder, "--namespace", "anna"]
    server = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))

    async def use() -> None:
        async with Client(server) as agent:
            await agent.call_tool("remember", {"text": "Zora sold the emerald."})
            refused = await agent.call_tool("recall", {"text": "a", "namespace": "bob"})
            assert refused.is_error
            assert refused.content[0].text.startswith("ScopeError")  # type: ignore[union-attr]
            listed = await agent.call_tool("namespaces", {})
            assert listed.structured_content == {
                "result": [{"namespace": "anna", "user": "anna", "agent": "", "session": ""}]
            }

    anyio.run(use)
    with locked.within("anna") as anna:
        assert len(anna.memory) == 1


def test_no_door_takes_the_memory_past_the_gate() -> None:
    """Doors are given the mind of the request's namespace; only these modules hold the mind itself."""
    holders = {"service.py", "server.py", "app.py", "jobs.py"}
    root = Path(scenograph.service.__file__).parent
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text())
        reached = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr == "mind"
            and isinstance(node.value, ast.Name)
            and node.value.id == "service"
        ]
        assert not reached or path.name in holders or path.name == "operation.py", (path, reached)
