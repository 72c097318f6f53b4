"""
Chat: a model as it is, without adapters, asked in plain words.

    with open_chat("qwen.gguf") as chat:
        chat.say([Ask([("system", "Answer in one word."), ("user", "Capital of France?")], seed=1)])

A GGUF file runs in llama.cpp if that is installed, else in this process, as a folder or hub id does; an
address is asked over HTTP. What a model needs around a chat, its template, is filled in here at the edge: by
the server, or by its own tokenizer.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeAlias, final

from scenograph.carriers.gguf.file import is_gguf
from scenograph.carriers.gguf.runtime import Runtime, has_runtime
from scenograph.carriers.remote import KEY, Address, Client, is_address
from scenograph.closing import Closing
from scenograph.errors import CarrierError

Turn: TypeAlias = tuple[str, str]
"""Who speaks, `system`, `user` or `assistant`, and what."""

_log = logging.getLogger(__name__)

_CONTEXT: Final = 2048  # tokens of a chat and its answer, in llama.cpp
_PATIENCE: Final = 600.0  # seconds for one answer
AT_ONCE: Final = 8
"""Requests that a server is sent at the same time; one without a free place for them lets them wait."""


class Ask(NamedTuple):
    """
    What a model is asked for.

    Attributes:
        turns: the chat so far
        seed: of what is drawn; one and the same answer for one seed, as far as the model allows it
        temperature: 0 takes the likeliest token each time
        most: tokens of the answer
        stop: the answer ends before this text; empty: where the model ends it
    """

    turns: Sequence[Turn]
    seed: int
    temperature: float = 0.7
    most: int = 80
    stop: str = ""


class Chat(Closing):
    """A model that goes on with a chat; close it, or use it in a `with` block."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The model, as it was named."""

    @property
    def at_once(self) -> int:
        """How many answers cost less when they are asked for together; 1: none do."""
        return 1

    @abstractmethod
    def say(self, asks: Sequence[Ask]) -> list[str]:
        """
        Return what the model says to each of *asks*.

        Raises:
            CarrierError: if there is no answer
        """

    def close(self) -> None:
        """Free what the model needs."""


def open_chat(
    spec: str,
    *,
    model: str = "",
    key_from: str = KEY,
    threads: int = 1,
    over: str | None = None,
    at_once: int = AT_ONCE,
) -> Chat:
    """
    Return the model *spec*.

    Args:
        spec: a GGUF file, a model folder, a hub id, or the address of a server
        model: its name on a server; empty: the only one
        key_from: the environment variable with the key of a server
        threads: of the processor, for a GGUF file
        over: for a LoRA, the model under it
        at_once: requests that a server is sent at the same time
    Raises:
        CarrierError: if there is no such model, it cannot chat, or is `nano`, which knows its world only
        MissingExtraError: if a needed package is not installed
    """
    if spec == "nano":
        raise CarrierError(
            "nano knows its own world only and follows no description; name a model that chats: "
            "a GGUF file, a folder, a hub id or the address of a server"
        )
    if is_address(spec):
        return ServedChat(Client(Address(spec, key_from, _PATIENCE)), model, at_once=at_once)
    path = Path(spec)
    if path.is_file() and is_gguf(path):
        if has_runtime():
            return ServedChat.of_gguf(path, threads)
        _log.warning(
            "torch runs %s, some four times slower than llama.cpp: pip install 'scenograph[gguf]'", path
        )
    return LocalChat(spec, over)


@final
class ServedChat(Chat):
    """
    A model behind a server, which fills in the template.

    Args:
        client: the connection
        model: its name there; empty: the only one
        runtime: the server, if it belongs to this chat
        at_once: requests that it is sent at the same time
    """

    def __init__(
        self, client: Client, model: str = "", runtime: Runtime | None = None, at_once: int = 1
    ) -> None:
        self._client, self._runtime, self._at_once = client, runtime, at_once
        try:
            self._model = model or client.model().name
        except BaseException:
            self.close()
            raise

    @classmethod
    def of_gguf(cls, path: Path, threads: int) -> Self:
        """Start llama.cpp with the file *path*."""
        runtime = Runtime(path, context=_CONTEXT, threads=threads, alias=path.name)
        return cls(Client(Address(f"{runtime.address}/v1", "", _PATIENCE)), path.name, runtime)

    @property
    def name(self) -> str:
        """The model."""
        return self._model

    @property
    def at_once(self) -> int:
        """As `Chat.at_once`."""
        return self._at_once

    def say(self, asks: Sequence[Ask]) -> list[str]:
        """As `Chat.say`."""
        if len(asks) < 2 or self._at_once < 2:
            return list(map(self._answer, asks))
        with ThreadPoolExecutor(self._at_once) as pool:
            return list(pool.map(self._answer, asks))

    def _answer(self, ask: Ask) -> str:
        request = {
            "model": self._model,
            "messages": [{"role": role, "content": content} for role, content in ask.turns],
            "seed": ask.seed,
            "temperature": ask.temperature,
            "max_tokens": ask.most,
            **({"stop": [ask.stop]} if ask.stop else {}),
        }
        return _until(ask.stop, str(self._client.chat(request)["message"]["content"] or ""))

    def close(self) -> None:
        """Close the connection, and end llama.cpp if it was started for this."""
        self._client.close()
        if self._runtime is not None:
            self._runtime.close()


@final
class LocalChat(Chat):
    """
    A model in this process, with the template of its own tokenizer.

    Args:
        spec: a model folder or a hub id
        over: for a LoRA, the model under it
    """

    def __init__(self, spec: str, over: str | None = None) -> None:
        import transformers

        from scenograph.carriers.load import load_carrier
        from scenograph.carriers.place import folder_of

        self._name = spec
        carrier = load_carrier(spec, over=over)
        assert carrier.loading is not None
        self._model = carrier.module
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
            folder_of(spec, carrier.loading, over=over)
        )
        if not self._tokenizer.chat_template:
            raise CarrierError(
                f"{spec} has no chat template: it is a base model, which follows no description; "
                "name one that was made for chats"
            )
        self._not_its_own = list(carrier.vocabulary.atom_ids)

    @property
    def name(self) -> str:
        """The model."""
        return self._name

    def say(self, asks: Sequence[Ask]) -> list[str]:
        """As `Chat.say`."""
        return list(map(self._answer, asks))

    def _answer(self, ask: Ask) -> str:
        import torch

        talk = [{"role": role, "content": content} for role, content in ask.turns]
        asked = self._tokenizer.apply_chat_template(
            talk, add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(self._model.device)
        how: dict[str, Any] = {"do_sample": False}
        if ask.temperature:
            how = {"do_sample": True, "temperature": ask.temperature}
        if ask.stop:
            how |= {"stop_strings": [ask.stop], "tokenizer": self._tokenizer}
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(ask.seed)
            ids = self._model.generate(
                **asked,
                **how,
                max_new_tokens=ask.most,
                suppress_tokens=self._not_its_own,
                pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
            )
        said = str(self._tokenizer.decode(ids[0, asked["input_ids"].shape[1] :], skip_special_tokens=True))
        return _until(ask.stop, said)


def _until(stop: str, said: str) -> str:
    """Return what stands in *said* before *stop*, which not every server takes."""
    said = said.strip()
    return said.partition(stop)[0].strip() if stop else said
