"""The Python client against a real service: the library's own results, waited for and awaited."""

from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from service.servers import served, untrained

from scenograph import Mind, Scene
from scenograph.client import AsyncClient, Client, calls
from scenograph.core import Field, Rule
from scenograph.core.field import Proof
from scenograph.errors import NotationError, RefusedError, ServiceError, UnknownCrystalError
from scenograph.memory import Filter, Forgotten
from scenograph.mind import MindConfig, Workspace
from scenograph.results import record, restore
from scenograph.service.keys import Keys
from scenograph.service.operations import OPERATIONS


@pytest.fixture(scope="module")
def mind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mind]:
    with untrained(tmp_path_factory.mktemp("clients") / "mind") as mind:
        yield mind


@pytest.fixture(scope="module")
def http(mind: Mind) -> Iterator[httpx.Client]:
    with served(mind) as client:
        yield client


@pytest.fixture
def client(http: httpx.Client) -> Iterator[Client]:
    with Client(str(http.base_url), namespace="anna") as client:
        yield client


def test_results_are_those_of_the_library(mind: Mind, client: Client) -> None:
    [stored] = client.remember("Zora sells books in Madrid.", source="a letter", tags=["work"])
    with mind.within("anna") as anna:
        assert client.recall("Zora", k=3) == anna.recall("Zora", 3)
        assert client.recall_many(["Zora", Scene.parse("(s / sell)")]) == anna.memory.recall_many(
            ["Zora", Scene.parse("(s / sell)")]
        )
        assert client.ask("Where does Zora sell books?") == anna.ask("Where does Zora sell books?")
        assert client.show(stored.crystal) == anna.memory.get(stored.crystal)
        assert client.list_crystals(filter=Filter(tag="work")) == [anna.memory.get(stored.crystal)]
        assert client.list_crystals(filter=Filter(tag="work") & ~Filter(source="a letter")) == []
        assert client.history() == anna.memory.history()
        assert client.read("Anna slept.") == anna.read("Anna slept.")
        assert client.speak(Scene.parse("(s / sleep)")).text
        assert client.contradictions() == anna.memory.contradictions()
        assert client.stats().crystals == 1
        assert client.translate("Anna slept.", surface="formula").utterance is not None
    [new] = client.remember("Zora moved to Rome.", expires=datetime(2020, 1, 1, tzinfo=UTC))
    assert [it.id for it in client.list_crystals()] == [stored.crystal]
    assert client.forget(expired=True).crystals == 1
    with pytest.raises(UnknownCrystalError):
        client.show(new.crystal)
    done = client.correct(stored.crystal, "Zora sells books in Rome.")
    assert client.show(stored.crystal).validity[-1].replaced_by == done.crystal
    gone = client.forget(stored.crystal, done.crystal)
    assert isinstance(gone, Forgotten)
    assert gone.crystals == 2
    assert [it.namespace for it in client.namespaces()] == ["anna"]
    assert [it.user for it in client.forget_all("anna").namespaces] == ["anna"]


def test_many_are_awaited_at_once(http: httpx.Client) -> None:
    async def use() -> None:
        async with AsyncClient(str(http.base_url), namespace="bob") as client:
            stored = await asyncio.gather(*(client.remember(f"Person{n} slept.") for n in range(5)))
            assert len({it.crystal for some in stored for it in some}) == 5
            many = await asyncio.gather(*(client.recall(f"Person{n}", k=1) for n in range(5)))
            assert many == await client.recall_many([f"Person{n}" for n in range(5)], k=1)
            assert await client.recall("Person1", k=1, namespace="carl") == []
            with pytest.raises(UnknownCrystalError):
                await client.show(99)

    asyncio.run(use())


def test_refusals_are_errors_of_the_library(client: Client, mind: Mind) -> None:
    with pytest.raises(NotationError, match="expected"):
        client.send(calls.Call("/speak", object, {"scene": "(s / sleep"}))
    with pytest.raises(RefusedError):
        client.recall("a", at=datetime.fromisoformat("0001-01-01T00:00:00+14:00"))
    with pytest.raises(ServiceError, match="k: ") as refused:
        client.recall("a", k=0)
    assert (refused.value.status, refused.value.kind) == (422, "RequestError")
    with (
        Client("http://127.0.0.1:9", timeout=2) as nobody,
        pytest.raises(ServiceError, match="is the service"),
    ):
        nobody.stats()
    with served(mind, rate=1) as limited, Client(str(limited.base_url)) as client:
        client.stats()
        with pytest.raises(ServiceError, match="more than 1 requests") as refused:
            client.stats()
        assert refused.value.retry_after is not None


def test_a_key_is_sent(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as locked:
        key = Keys(locked.workspace.folder).add("phone", ["read"])
        with served(locked) as http:
            with Client(str(http.base_url), key=key) as client:
                assert client.stats().crystals == 0
            with Client(str(http.base_url)) as client, pytest.raises(ServiceError, match="needs a key"):
                client.stats()


def test_a_call_takes_what_the_request_takes() -> None:
    for name in ("remember", "recall", "recall_many", "list_crystals", "ask", "correct", "forget"):
        given = set(inspect.signature(getattr(calls, name)).parameters) - {"given", "cue", "by", "crystals"}
        taken = set(OPERATIONS[name].request.model_fields) - {"text", "scene", "picture", "crystals"}
        assert given == taken, name
        for client in (Client, AsyncClient):
            assert getattr(client, name).__doc__ == getattr(calls, name).__doc__


def test_a_proof_is_read_back() -> None:
    family = [
        Scene.parse('(m / mother :subject (a / entity :name "Anna") :poss (v / entity :name "Vera"))'),
        Scene.parse('(m / mother :subject (v / entity :name "Vera") :poss (o / entity :name "Oleg"))'),
    ]
    rule = Rule(
        Scene.parse(
            "(r / rule :if (m / mother :subject ?a :poss ?b) :if (m2 / mother :subject ?b :poss ?c)"
            " :then (g / grandmother :subject ?a :poss ?c))"
        )
    )
    field = Field(family)
    field.close([rule])
    proofs = [proof for _, proof in field.proofs()]
    assert proofs
    assert record(restore(list[Proof], json.loads(json.dumps(record(proofs))))) == record(proofs)


def test_a_client_needs_neither_server_nor_torch() -> None:
    program = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("fastapi", "starlette", "uvicorn", "mcp", "torch", "transformers"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
import scenograph.client
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
