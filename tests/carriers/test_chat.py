"""A model as it is, in this process: what it says ends where it was told to, and hangs on the seed alone."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from carriers.gguf_files import write_gguf

from scenograph.carriers.chat import Ask, Chat, open_chat

TEMPLATE = "{% for message in messages %}{{ message.content }} {% endfor %}"


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Chat:
    """A tiny random GGUF file, where xllamacpp is not installed."""
    root = tmp_path_factory.mktemp("chat")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        patch.setattr("scenograph.carriers.chat.has_runtime", lambda: False)
        path = write_gguf(root / "model.gguf", "qwen2", tokenizer__chat_template=TEMPLATE)
        return open_chat(str(path))


def test_without_xllamacpp_torch_runs_a_gguf_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("scenograph.carriers.chat.has_runtime", lambda: False)
    path = write_gguf(tmp_path / "model.gguf", "qwen2", tokenizer__chat_template=TEMPLATE)
    with caplog.at_level(logging.WARNING), open_chat(str(path)) as chat:
        assert chat.name == str(path)
    assert "pip install 'scenograph[gguf]'" in caplog.text


def test_one_seed_says_the_same_alone_and_among_others(chat: Chat) -> None:
    asks = [Ask([("user", "Say it again.")], seed, temperature=1.0, most=12) for seed in (3, 4, 3)]
    first, other, again = chat.say(asks)
    assert first == again != other
    assert chat.say(asks[1:2]) == [other]


def test_an_answer_ends_before_its_stop(chat: Chat) -> None:
    ask = Ask([("user", "Say it again.")], seed=3, temperature=1.0, most=12)
    [whole] = chat.say([ask])
    stop = whole[len(whole) // 2 :][:1]
    assert chat.say([ask._replace(stop=stop)]) == [whole.partition(stop)[0].strip()]
