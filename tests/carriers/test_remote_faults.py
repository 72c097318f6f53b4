"""What a server can do wrong, over real HTTP: one clear line for each, and nothing is asked twice in vain."""

from __future__ import annotations

import email.utils
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from carriers.openai_server import MODELS, Answer, said, serve

from scenograph.bridge.forms import SceneForm, TextForm
from scenograph.bridge.grammar import domain_grammar
from scenograph.carriers.protocol import Job, Written
from scenograph.carriers.remote import Address, Client, RemoteCarrier
from scenograph.carriers.remote.client import TRIES, ContextError
from scenograph.carriers.remote.examples import Example, Examples
from scenograph.errors import CarrierError
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.world import World

CHAT = {"model": "small", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 4}
SCENE = '( build:agent( entity:name"Oleg"))'


@contextmanager
def answering(*answers: Answer, **given: Any) -> Iterator[tuple[Client, list[Any], list[float]]]:
    """Serve *answers* in turn, the last one for ever; yields a client, its requests and its pauses."""
    left, asked, pauses = list(answers), [], []

    def answer(method: str, path: str, value: Any, headers: dict[str, str]) -> Answer:
        asked.append((method, path, value, headers))
        return left.pop(0) if len(left) > 1 else left[0]

    with serve(answer) as url, Client(Address(url, **given), sleep=pauses.append) as client:
        yield client, asked, pauses


def refusal(what: Callable[[], object]) -> str:
    """Return the one line that *what* is refused with."""
    with pytest.raises(CarrierError) as refused:
        what()
    assert "\n" not in str(refused.value)
    return str(refused.value)


# --- where nothing answers ---------------------------------------------------------------------------------


def test_where_no_server_is(unused: int) -> None:
    pauses: list[float] = []
    with Client(Address(f"http://127.0.0.1:{unused}/v1"), sleep=pauses.append) as client:
        assert "no server answers at http://127.0.0.1" in refusal(client.models)
    assert len(pauses) == TRIES - 1
    assert pauses == sorted(pauses)


@pytest.fixture
def unused() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_a_server_that_stops_answering_is_not_asked_again() -> None:
    release, asked = threading.Event(), []

    def answer(method: str, path: str, *_: Any) -> Answer:
        asked.append(path)
        release.wait(10)
        return 200, said("late")

    with serve(answer) as url, Client(Address(url, timeout=0.3)) as client:
        began = time.monotonic()
        line = refusal(lambda: client.chat(CHAT))
        assert time.monotonic() - began < 5
        release.set()
    assert "did not answer within 0.3 seconds" in line
    assert len(asked) == 1


def test_a_connection_that_breaks_off_once_is_made_again() -> None:
    with answering(None, (200, said("hello"))) as (client, asked, pauses):
        assert client.chat(CHAT)["message"]["content"] == "hello"
        assert (len(asked), len(pauses)) == (2, 1)
    with answering(None) as (client, asked, _):
        assert "the connection breaks off" in refusal(lambda: client.chat(CHAT))
        assert len(asked) == TRIES


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("http://", "no address of a server"),
        ("http://host:port/v1", "no address of a server"),
        ("ftp://127.0.0.1/v1", "write it as http://host:port/v1"),
        ("http://me:secret@127.0.0.1/v1", "put a key into the environment variable"),
        ("http://127.0.0.1/v1?key=secret", "put a key into the environment variable"),
    ],
)
def test_an_address_that_is_none(url: str, line: str) -> None:
    found = refusal(lambda: Address(url))
    assert line in found
    assert "secret" not in found


# --- busy, keys, names -------------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    soon = email.utils.formatdate(time.time() + 3, usegmt=True)
    busy = {"error": {"message": "slow down"}}
    with answering(
        (429, busy, {"Retry-After": "7"}),
        (429, busy, {"Retry-After": soon}),
        (503, busy),
        (200, said("hello")),
    ) as (client, asked, pauses):
        assert client.chat(CHAT)["message"]["content"] == "hello"
    assert len(asked) == 4
    assert pauses[0] == 7
    assert 0 <= pauses[1] <= 3
    with answering((429, busy)) as (client, asked, _):
        assert "is busy (status 429: slow down)" in refusal(lambda: client.chat(CHAT))
        assert len(asked) == TRIES
    with answering((429, busy, {"Retry-After": "3600"})) as (client, asked, pauses):
        assert "is busy" in refusal(lambda: client.chat(CHAT))
        assert (len(asked), pauses) == (1, [])


def test_a_key_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "very-secret")
    wrong = {"error": {"message": "Incorrect API key"}}
    with answering((401, wrong), key_from="SOME_KEY") as (client, asked, _):
        line = refusal(client.models)
        assert asked[0][3]["Authorization"] == "Bearer very-secret"
    assert "the key in SOME_KEY is refused" in line
    assert "very-secret" not in line
    monkeypatch.delenv("SOME_KEY")
    with answering((401, wrong), key_from="SOME_KEY") as (client, asked, _):
        assert "put one into SOME_KEY" in refusal(client.models)
        assert "Authorization" not in asked[0][3]


def test_the_key_goes_to_no_other_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "very-secret")
    with answering((200, MODELS)) as (_, elsewhere, _):
        with answering((302, {}, {"Location": "http://127.0.0.1:1/v1"}), key_from="SOME_KEY") as (client, *_):
            assert "sends to another address" in refusal(client.models)
        assert elsewhere == []


def test_models() -> None:
    two = {"data": [{"id": "qwen:latest"}, {"id": "llama"}]}
    with answering((200, two)) as (client, *_):
        assert "has several models; choose one with --model: qwen:latest, llama" in refusal(client.model)
        assert "has no model 'gpt'; it has qwen:latest, llama" in refusal(lambda: client.model("gpt"))
        assert client.model("qwen").name == "qwen"
        assert client.model("llama").name == "llama"
    with answering((200, {"data": [{"id": "one", "max_model_len": 5000}]})) as (client, *_):
        assert client.model() == ("one", 5000)
    with answering((200, {"data": []})) as (client, *_):
        assert "has no model" in refusal(client.model)
    with answering((404, {"error": {"message": "The model `small` does not exist."}})) as (client, *_):
        assert "cannot chat with model 'small'" in refusal(lambda: client.chat(CHAT))


def test_an_address_without_v1() -> None:
    with answering((404, b"<html>Not Found</html>")) as (client, *_):
        bare = Client(Address(client.address.url.removesuffix("/v1")))
        assert "such addresses mostly end in /v1" in refusal(bare.models)
        bare.close()


@pytest.mark.parametrize(
    "value", [b"<html>hello</html>", b"", b"\xff\xfe", [], {"choices": []}, {"choices": [{"message": {}}]},
              {"choices": [{"message": {"content": 3}}]}, "hello", None]
)  # fmt: skip
def test_an_answer_that_is_nonsense(value: Any) -> None:
    with answering((200, value)) as (client, *_):
        assert "answers what no OpenAI-compatible server does" in refusal(lambda: client.chat(CHAT))
        assert "answers what no OpenAI-compatible server does" in refusal(client.models)


def test_a_failing_server_says_why_in_one_line() -> None:
    with answering((500, {"error": {"message": "out of\nmemory " + "x" * 500}})) as (client, asked, _):
        line = refusal(lambda: client.chat(CHAT))
        assert "status 500: out of memory xxx" in line
        assert len(line) < 300
        assert len(asked) == 1


# --- what is not taken -------------------------------------------------------------------------------------


def test_fields_that_a_server_does_not_take_are_left_out_from_then_on() -> None:
    answers = [
        (400, {"error": {"message": "Unsupported value: it must be 1", "param": "temperature"}}),
        (400, {"error": {"message": "Unsupported parameter: 'max_tokens' is not supported here."}}),
        (200, said("hello")),
    ]  # fmt: skip
    with answering(*answers) as (client, asked, _):
        client.chat({**CHAT, "temperature": 0, "seed": 0})
        client.chat({**CHAT, "temperature": 0})
    bodies = [value for _, _, value, _ in asked]
    assert bodies[2] == {
        "model": "small",
        "messages": CHAT["messages"],
        "seed": 0,
        "max_completion_tokens": 4,
    }
    assert "temperature" not in bodies[3]
    with answering((400, {"error": {"message": "bad 'messages'"}})) as (client, asked, _):
        assert "refuses the request (status 400" in refusal(lambda: client.chat(CHAT))
        assert len(asked) == 1


TOO_LONG = [
    {"error": {"type": "exceed_context_size_error",
               "message": "request (6031 tokens) exceeds the available context size (4096 tokens)"}},
    {"error": {"message": "This model's maximum context length is 512 tokens."}},
]  # fmt: skip


@pytest.mark.parametrize("value", TOO_LONG)
def test_a_prompt_that_is_too_long_loses_examples_first(value: Any) -> None:
    def answer(method: str, path: str, asked: Any, _: dict[str, str]) -> Answer:
        return (400, value) if len(asked["messages"]) > limit else (200, said(SCENE, logprobs=[-0.5]))

    names = ("Oleg", "Anna", "Vera", "Ivan")
    examples = Examples(Example(read_prompt(f"{it} built.").prompt, ("scene", SCENE)) for it in names)
    with serve(answer) as url, Client(Address(url)) as client:
        carrier = RemoteCarrier(client, "small", form="none", examples=examples, shots=4, context=4096)
        limit = 6
        assert written(carrier, "Oleg built.") == Written(SCENE, [-0.5], False)
        limit = 1
        with pytest.raises(ContextError, match="takes no prompt of this length"):
            written(carrier, "Marta built.")


def written(carrier: RemoteCarrier, text: str) -> Written:
    """Read *text* by the grammar of the world, in which `entity` and `build` are words."""
    [found] = carrier.write(
        [Job(read_prompt(text).prompt, "scene_interpreter", SceneForm(domain_grammar(World()), 64))]
    )
    return found


# --- what is written although it must not be ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("( build)", "( build)"),
        ("```\n( build)\n```", "( build)"),
        ("Sure! The scene is ( build).", "( build)"),
        ("( teleport:agent( person))", ""),
        ("( build:wingspan 3)", ""),
        ("( build", ""),
        ("I cannot do that.", ""),
        ("", ""),
        ("( build)( build)", ""),
    ],
)
def test_a_scene_that_the_grammar_does_not_allow_is_no_answer(text: str, kept: str) -> None:
    with answering((200, said(text))) as (client, *_):
        carrier = RemoteCarrier(client, "small", form="none", context=4096)
        found = written(carrier, "Oleg built.")
    assert found.text == kept
    assert sum(found.logprobs) == float("-inf")  # it said no probabilities, so nothing can be trusted


def test_a_server_that_ignores_the_grammar_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    with answering((200, said("What a nice day!"))) as (client, *_):
        carrier = RemoteCarrier(client, "small", form="llguidance", context=4096)
        for _ in range(3):
            assert written(carrier, "Oleg built.").text == ""
    assert [record.message.count("what the grammar does not allow") for record in caplog.records] == [1]


def test_json_that_is_no_scene_is_no_answer() -> None:
    for text in ('{"is": "build"}', "[" * 5000, "{}", '{"is": "teleport", "links": []}', "null"):
        with answering((200, said(text))) as (client, *_):
            carrier = RemoteCarrier(client, "small", form="json_schema", context=4096)
            assert written(carrier, "Oleg built.").text == ""
    with answering((200, said('{"is": "build", "links": [{"role": ":tense", "to": "\'past"}]}'))) as (
        client,
        *_,
    ):
        carrier = RemoteCarrier(client, "small", form="json_schema", context=4096)
        assert written(carrier, "Oleg built.").text == "( build:tense' past)"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\n  Oleg built a house. \nIs that right?", "Oleg built a house."),
        ("( build:agent( person))", ""),
        ('{"is": "build"}', ""),
        ("", ""),
        ("Oleg (a builder) built: a house.", "Oleg (a builder) built: a house."),
    ],
)
def test_a_scene_that_is_repeated_is_not_said(text: str, kept: str) -> None:
    scene = next(iter(World().scenes(1, seed=1)))
    job = Job(speak_prompt(scene, "plain", "en").prompt, "decoder.plain", TextForm(64))
    with answering((200, said(text))) as (client, asked, _):
        [found] = RemoteCarrier(client, "small", form="none", context=4096).write([job])
        assert found.text == kept
        assert "grammar" not in asked[0][2]


def test_a_server_that_fails_in_the_middle_fails_the_whole_call() -> None:
    lock, seen = threading.Lock(), []

    def answer(method: str, path: str, value: Any, _: dict[str, str]) -> Answer:
        with lock:
            seen.append(value)
            return (500, {"error": {"message": "broken"}}) if len(seen) > 3 else (200, said("( build)"))

    with serve(answer) as url, Client(Address(url)) as client:
        carrier = RemoteCarrier(client, "small", form="none", parallel=2, context=4096)
        form = SceneForm(domain_grammar(World()), 64)
        jobs = [Job(read_prompt(f"{n} built.").prompt, "scene_interpreter", form) for n in range(40)]
        assert "status 500: broken" in refusal(lambda: carrier.write(jobs))
    assert len(seen) < 40  # what was not begun was not sent


def test_ctrl_c_does_not_wait_for_the_server() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    release, begun = threading.Event(), threading.Event()

    def answer(*_: Any) -> Answer:
        begun.set()
        release.wait(20)
        return 200, said("( build)")

    def interrupt() -> None:
        begun.wait(10)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    form = SceneForm(domain_grammar(World()), 64)
    jobs = [Job(read_prompt(f"{n} built.").prompt, "scene_interpreter", form) for n in range(4)]
    with serve(answer) as url, Client(Address(url)) as client:
        carrier = RemoteCarrier(client, "small", form="none", parallel=2, context=4096)
        threading.Thread(target=interrupt, daemon=True).start()
        began = time.monotonic()
        try:
            with pytest.raises(KeyboardInterrupt):
                carrier.write(jobs)
        finally:
            signal.signal(signal.SIGINT, before)
            release.set()
        assert time.monotonic() - began < 10
