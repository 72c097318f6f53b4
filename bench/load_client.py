"""
One client of `load.py`: a process that uses every door of a service, and writes down what it was answered.

    python bench/load_client.py URL LEDGER --number 1 --seconds 60 --keep 50 --namespace anna

A line of the ledger is a JSON list: `["doing", door]` before each request; `["answer", door, status, seconds,
detail]`; `["told", source, text, crystals]` once it was acknowledged that this is stored; `["forgetting",
source, crystals]` before this is to be forgotten, with all that these crystals hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable
from typing import Any

import anyio
import httpx
from mcp import Client

LOST = 0
"""The status of a request whose connection broke."""

NAMES = ("Zora", "Oleg", "Anna", "Boris", "Vera", "Ivan", "Clara", "Maria")
THINGS = ("boat", "book", "violin", "lamp", "bridge", "car", "fence", "house")
PLACES = ("Oslo", "Madrid", "Berlin", "Lisbon", "Rome", "Kazan")
SCENE = '(s / sell :agent (e / entity :name "{}") :object (b / {}) :tense past)'


class User:
    """
    Who sends requests, one after the other.

    Args:
        url: of the service
        ledger: where it writes what it was answered
        number: tells what it stores from what others store, and what it does from what they do
        keep: how many things it lets stay; then each new one replaces an old one
        namespace: whose memory it uses
    """

    def __init__(self, url: str, ledger: str, number: int, keep: int, namespace: str) -> None:
        self.url, self.number, self.keep, self.namespace = url, number, keep, namespace
        self.http = httpx.Client(base_url=url, timeout=120, params={"namespace": namespace})
        self.ledger = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.rng = random.Random(number)
        self.kept: list[tuple[str, list[int]]] = []
        self.count = 0

    def note(self, *line: Any) -> None:
        """Write a line of the ledger; it is there though this process is killed."""
        os.write(self.ledger, json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def act(self) -> None:
        """Do something, and note how it ended."""
        name, door = self.rng.choice(DOORS)
        self.note("doing", name)
        begun = time.perf_counter()
        status, detail = LOST, ""
        try:
            answer = door(self)
            status = answer.status_code
            detail = answer.text[:300] if status >= 500 else ""
        except httpx.TransportError as error:
            detail = type(error).__name__
        except Exception as error:  # of the MCP client, in a group
            detail = repr(error)[:500]
            if not _is_lost(error):
                status = 599
        self.note("answer", name, status, round(time.perf_counter() - begun, 4), detail)
        if status == LOST:
            time.sleep(0.2)

    def sentence(self) -> tuple[str, str]:
        """Return a new source, and a text that nobody else says."""
        self.count += 1
        name = f"load-{self.number}-{self.count}"
        who = f"{self.rng.choice(NAMES)}{_spelt(self.number)}{_spelt(self.count)}"
        return name, f"{who} sold the {self.rng.choice(THINGS)} in {self.rng.choice(PLACES)}."

    def who(self) -> str:
        return self.rng.choice(NAMES)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)

    def told(self, source: str, text: str | None, crystals: list[int]) -> None:
        """Note that something is stored, and forget another thing if there is too much."""
        self.note("told", source, text, crystals)
        self.kept.append((source, crystals))
        if len(self.kept) > self.keep:
            self.forget()

    def forget(self) -> None:
        """Forget something that it stored, by its source, its crystals or a filter."""
        source, crystals = self.kept.pop(self.rng.randrange(len(self.kept)))
        way = self.rng.randrange(3)
        self.note("forgetting", source, crystals if way == 0 else [])
        if way == 0 and crystals:
            body: dict[str, Any] = {"crystals": crystals}
        else:
            body = {"filter": {"source": source}} if way == 1 else {"source": source}
        answer = self.post("/forget", **body)
        self.note("answer", "forget", answer.status_code, 0.0, answer.text[:300] if answer.is_error else "")

    # The doors.

    def remember(self) -> httpx.Response:
        source, text = self.sentence()
        answer = self.post("/remember", text=text, source=source, tags=["load"], metadata={"n": self.count})
        if answer.is_success:
            self.told(source, text, [it["crystal"] for it in answer.json()])
        return answer

    def remember_scene(self) -> httpx.Response:
        source, text = self.sentence()
        scene = SCENE.format(text.split()[0], self.rng.choice(THINGS))
        answer = self.post("/remember", scene=scene, source=source)
        if answer.is_success:
            self.told(source, None, [it["crystal"] for it in answer.json()])
        return answer

    def correct(self) -> httpx.Response:
        """Store, correct and forget something; corrections are acknowledged, too."""
        source, text = self.sentence()
        scene = SCENE.format(text.split()[0], self.rng.choice(THINGS))
        answer = self.post("/remember", scene=scene, source=source)
        if not answer.is_success:
            return answer
        wrong = answer.json()[0]["crystal"]
        self.told(source, None, [wrong])
        source, text = self.sentence()
        right = SCENE.format(text.split()[0], self.rng.choice(THINGS))
        answer = self.post("/correct", crystal=wrong, scene=right, source=source)
        if answer.is_success:
            self.told(source, None, [answer.json()["crystal"]])
        return answer

    def chat(self) -> httpx.Response:
        text = f"Where did {self.who()} sell the {self.rng.choice(THINGS)}?"
        body = {"model": "scenograph:ask", "messages": [{"role": "user", "content": text}]}
        return self.post("/v1/chat/completions", **body, stream=self.rng.random() < 0.5)

    def chat_remember(self) -> httpx.Response:
        _, text = self.sentence()
        body = {"model": "scenograph:remember", "messages": [{"role": "user", "content": text}]}
        answer = self.post("/v1/chat/completions", **body)
        if answer.is_success:
            crystals = [it["crystal"] for it in answer.json()["scenograph"]["stored"]]
            self.note("told", "chat", text, crystals)
            self.note("forgetting", f"chat {text}", crystals)
            self.post("/forget", crystals=crystals)
        return answer

    def responses(self) -> httpx.Response:
        text = f"What did {self.who()} sell?"
        return self.post("/v1/responses", model="scenograph:ask", input=text, stream=self.rng.random() < 0.5)

    def stream(self) -> httpx.Response:
        if self.rng.random() < 0.5:
            return self.post("/ask/stream", question=f"Where did {self.who()} sell the boat?")
        return self.post("/speak/stream", scene=SCENE.format(self.who(), "boat"), language="ru")

    def leave(self) -> httpx.Response:
        """Go away in the middle of a stream."""
        scene = SCENE.format(self.who(), self.rng.choice(THINGS))
        with self.http.stream("POST", "/speak/stream", json={"scene": scene}) as answer:
            next(answer.iter_raw(), None)
            return httpx.Response(answer.status_code)

    def job(self) -> httpx.Response:
        source, first = self.sentence()
        _, second = self.sentence()
        answer = self.post("/jobs", kind="remember", text=f"{first} {second}", source=source)
        if not answer.is_success:
            return answer
        events = self.http.get(f"/jobs/{answer.json()['id']}/events")
        ended = [json.loads(it[6:]) for it in events.text.splitlines() if it.startswith("data: ")][-1]
        if ended.get("status") == "done":
            self.told(source, first, ended["result"]["crystals"])
            self.note("told", source, second, ended["result"]["crystals"])
        return events

    def field(self) -> httpx.Response:
        held = self.post("/fields", text=self.who(), k=5)
        if held.is_success:
            name = held.json()["field"]
            self.post(f"/fields/{name}/hold", scenes=SCENE.format(self.who(), "boat"))
            held = self.http.get(f"/fields/{name}")
            self.http.delete(f"/fields/{name}")
        return held

    def batch(self) -> httpx.Response:
        requests = [
            {"operation": "recall", "request": {"text": self.who(), "k": 3}},
            {"operation": "read", "request": {"text": f"{self.who()} slept."}},
            {"operation": "fly", "request": {}},
        ]
        return self.post("/batch", requests=requests)

    def look(self) -> httpx.Response:
        path = self.rng.choice(
            ("/stats", "/mind", "/readyz", "/crystals?limit=5", "/map?most=50", "/", "/v1/models")
        )
        return self.http.get(path)

    def wrong(self) -> httpx.Response:
        kind = self.rng.randrange(4)
        if kind == 0:
            return self.http.post(
                "/read", content=b'{"text": ' + bytes(self.rng.randrange(256) for _ in range(40))
            )
        if kind == 1:
            return self.post("/recall", scene="(s / sleep :agent (")
        if kind == 2:
            return self.post("/correct", crystal=10**9, text="Oleg slept.")
        return self.http.get("/crystals/999999999")

    def agent(self) -> httpx.Response:
        """Use the memory by MCP, in one of its two eras."""
        source, text = self.sentence()
        era: Any = self.rng.choice(("auto", "legacy"))

        async def use() -> Any:
            async with Client(f"{self.url}/mcp?namespace={self.namespace}", mode=era) as agent:
                await agent.call_tool("recall", {"text": self.who(), "k": 3})
                return await agent.call_tool("remember", {"text": text, "source": source})

        stored = anyio.run(use)
        if stored.is_error:
            said = stored.content[0].text
            statuses = {"BusyError": 429, "StoreError": 503, "FullDiskError": 507}
            return httpx.Response(statuses.get(said.partition(":")[0], 422), text=said)
        self.told(source, text, [it["crystal"] for it in stored.structured_content["result"]])
        return httpx.Response(200)

    def plain(self, path: str, **make: Callable[[User], Any]) -> httpx.Response:
        return self.post(path, **{name: value(self) for name, value in make.items()})


def _spelt(number: int) -> str:
    """Return *number* in syllables, since a name has no digits."""
    return "".join("bedigokumanepisorutavewi"[2 * int(it) :][:2] for it in str(number))


def _is_lost(error: BaseException) -> bool:
    """Return whether *error* says that the service was not there any more."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(_is_lost, error.exceptions))
    words = f"{type(error).__name__} {error}".lower()
    return any(it in words for it in ("connect", "disconnect", "closed", "readerror", "timeout", "ended"))


DOORS: list[tuple[str, Callable[[User], httpx.Response]]] = [
    *[("remember", User.remember)] * 4,
    ("remember scene", User.remember_scene),
    ("correct", User.correct),
    *[("chat", User.chat)] * 2,
    ("chat remember", User.chat_remember),
    ("responses", User.responses),
    *[("stream", User.stream)] * 2,
    ("leave", User.leave),
    ("job", User.job),
    ("field", User.field),
    ("batch", User.batch),
    *[("look", User.look)] * 2,
    ("wrong", User.wrong),
    *[("mcp", User.agent)] * 2,
    *[("read", lambda it: it.plain("/read", text=lambda u: f"{u.who()} slept in {u.rng.choice(PLACES)}."))]
    * 2,
    ("speak", lambda it: it.plain("/speak", scene=lambda u: SCENE.format(u.who(), u.rng.choice(THINGS)))),
    *[("recall", lambda it: it.plain("/recall", text=lambda u: f"{u.who()} in {u.rng.choice(PLACES)}"))] * 4,
    (
        "recall many",
        lambda it: it.plain("/recall_many", cues=lambda u: [{"text": u.who()} for _ in range(8)]),
    ),
    *[("ask", lambda it: it.plain("/ask", question=lambda u: f"What did {u.who()} sell?"))] * 2,
    ("embeddings", lambda it: it.plain("/v1/embeddings", model=lambda _: "scenograph", input=User.who)),
]
"""What a client does, the likelier things more than once."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("ledger")
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--keep", type=int, default=50)
    parser.add_argument("--namespace", default="")
    given = parser.parse_args()
    user = User(given.url, given.ledger, given.number, given.keep, given.namespace)
    ends = time.monotonic() + given.seconds
    user.act()
    while time.monotonic() < ends:
        user.act()


if __name__ == "__main__":
    main()
