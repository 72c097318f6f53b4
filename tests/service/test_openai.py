"""The official client of OpenAI against a service on a real port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import openai
import pytest
from service.servers import served

from scenograph import Mind, Scene
from scenograph.mind import MindConfig, Workspace
from scenograph.service.keys import Keys
from scenograph.service.openai.chat import pieces


@pytest.fixture(scope="module")
def ai(new_client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{new_client.base_url}/v1", api_key="none", max_retries=0) as ai:
        yield ai


def said(ai: openai.OpenAI, text: str, model: str = "new", **more: str) -> str:
    done = ai.chat.completions.create(model=model, messages=[{"role": "user", "content": text}], **more)  # type: ignore
    return done.choices[0].message.content or ""


def test_models_are_the_mind_in_each_style_and_mode(ai: openai.OpenAI) -> None:
    names = [model.id for model in ai.models.list()]
    assert names[:3] == ["new", "new:plain", "new:chat"]
    assert ai.models.retrieve("new:plain:ask").id == "new:plain:ask"
    assert ai.models.retrieve("scenograph:ask").id == "scenograph:ask"
    with pytest.raises(openai.NotFoundError, match="'pirate' is no style and no mode"):
        ai.models.retrieve("new:pirate")
    with pytest.raises(openai.NotFoundError, match="there is no model 'gpt'"):
        said(ai, "Hello.", "gpt")


def test_a_chat_remembers_what_it_is_told_and_answers(ai: openai.OpenAI, new_mind: Mind) -> None:
    assert said(ai, "Maria works in Berlin. She bought a red car.").startswith(
        "Noted: Maria works in Berlin."
    )
    done = ai.chat.completions.create(
        model="new",
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "Hello!"},
            {"role": "assistant", "content": "Noted: Hello!"},
            {"role": "user", "content": [{"type": "text", "text": "Where does Maria work?"}]},
        ],
        temperature=0.7,
    )
    choice = done.choices[0]
    assert (choice.message.content, choice.finish_reason) == ("In Berlin.", "stop")
    assert done.usage is not None
    assert done.usage.completion_tokens == 2
    trace = done.model_dump()["scenograph"]["answer"]
    assert new_mind.memory.get(trace["crystals"][0]).sources[0].text == "Maria works in Berlin."
    assert said(ai, "Мария живёт в Казани.") == "Записано: Мария живёт в Казани."
    assert said(ai, "Где живёт Мария?") in ("В Казани.", "Вероятно, в Казани.")


def test_who_chats_is_known_by_name(ai: openai.OpenAI) -> None:
    said(ai, "I moved to Lisbon.", user="Clara")
    assert said(ai, "Where did Clara move?") == "To Lisbon."
    assert said(ai, "Where did I move?", user="Clara") == "To Lisbon."


def test_modes(ai: openai.OpenAI, new_mind: Mind) -> None:
    before = len(new_mind.memory)
    assert Scene.parse(said(ai, "Anna sells books.", "new:read")).root_concept == "sell"
    assert said(ai, '(s / sleep :agent (e / entity :name "Anna") :tense past)', "new:speak") == "Anna slept."
    assert said(ai, "Anna sells books.", "new:ask") == "I do not know."
    assert len(new_mind.memory) == before
    said(ai, "Does Anna sell books?", "new:remember")
    assert len(new_mind.memory) + len(new_mind.memory.unread()) > before


def test_a_stream_says_the_same(ai: openai.OpenAI) -> None:
    said(ai, "Boris bought a small boat.")
    messages: list[openai.types.chat.ChatCompletionMessageParam] = [
        {"role": "user", "content": "What did Boris buy?"}
    ]
    whole = ai.chat.completions.create(model="new", messages=messages)
    chunks = list(
        ai.chat.completions.create(
            model="new", messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(it.choices[0].delta.content or "" for it in chunks if it.choices)
    assert text == whole.choices[0].message.content
    assert [it.choices[0].finish_reason for it in chunks if it.choices][-1] == "stop"
    assert chunks[-1].usage == whole.usage


def test_responses(ai: openai.OpenAI) -> None:
    said(ai, "Vera bought a fence.")
    done = ai.responses.create(model="new", input="What did Vera buy?")
    expected = said(ai, "What did Vera buy?")
    assert "fence" in expected
    assert (done.status, done.output_text) == ("completed", expected)
    events = list(ai.responses.create(model="new", input="What did Vera buy?", stream=True))
    assert [it.type for it in events[:2]] == ["response.created", "response.in_progress"]
    assert [it.sequence_number for it in events] == list(range(len(events)))
    deltas = [it.delta for it in events if it.type == "response.output_text.delta"]
    assert "".join(deltas) == expected
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == expected
    with pytest.raises(openai.UnprocessableEntityError, match="responses are not stored"):
        ai.responses.create(model="new", input="More?", previous_response_id=done.id)


BARE = ["Where?", "Who?", "Где?", "🙂", "—"]
"""Texts that say nothing but what is asked, and texts without a word."""


def test_texts_with_one_scene_have_one_vector(ai: openai.OpenAI) -> None:
    texts = ["Maria works in Berlin.", "Maria works  in Berlin.", "Boris bought a boat.", "??!", *BARE]
    found = ai.embeddings.create(model="new", input=texts)
    rows = np.array([it.embedding for it in found.data])
    assert rows.shape == (len(texts), 1024)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1)
    assert rows[0] @ rows[1] == pytest.approx(1, abs=1e-5)
    assert rows[0] @ rows[2] < 0.5
    assert (np.triu(rows[3:] @ rows[3:].T, 1) < 0.5).all()
    [plain] = ai.embeddings.create(model="new", input=texts[0], encoding_format="float").data
    assert rows[0] == pytest.approx(plain.embedding, abs=1e-6)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"messages": [{"role": "assistant", "content": "a"}]}, "the last message must have the role user"),
        ({"messages": [{"role": "user", "content": " "}]}, "the last message is empty"),
        ({"messages": [{"role": "user", "content": "a" * 20_001}]}, "20001 characters"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "'image_url' cannot be read"),
        ({"messages": [{"role": "user", "content": "a"}], "n": 2}, "less than or equal to 1"),
        (
            {"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_object"}},
            "a reply is text",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(ai: openai.OpenAI, request_: dict[str, object], message: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=message):
        ai.chat.completions.create(model="new", **request_)  # type: ignore


def test_a_key_that_may_only_read_asks_and_is_told_nothing(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "new", MindConfig())
    with Mind.open(tmp_path / "new") as mind, served(mind) as client:
        key = Keys(mind.workspace.folder).add("reader", ["read"])
        base = f"{client.base_url}/v1"
        with openai.OpenAI(base_url=base, api_key=key, max_retries=0) as reader:
            assert said(reader, "Where does Maria work?") == "I do not know."
            with pytest.raises(openai.PermissionDeniedError, match="this needs write"):
                said(reader, "Maria works in Berlin.")
        with (
            openai.OpenAI(base_url=base, api_key="wrong", max_retries=0) as stranger,
            pytest.raises(openai.AuthenticationError),
        ):
            said(stranger, "Where does Maria work?")
        assert len(mind.memory) == 0


@pytest.mark.parametrize("text", ["", "  a", "In Berlin.", "a\n\nb c  "])
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text
