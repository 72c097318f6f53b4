"""
Servers: where one is, which key it gets, and how requests say what may be written.

    llguidance           llama.cpp's `grammar` with a Lark grammar, where it was built with llguidance
    gbnf                 llama.cpp's `grammar` with a GBNF grammar
    structured_outputs   vLLM's field of that name, with a GBNF grammar
    guided_grammar       the same field of vLLM before 0.12
    json_schema          OpenAI's `response_format`, which llama.cpp, vLLM and Ollama have, too
    none                 nothing is said; examples alone show what is wanted
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, TypeAlias, final, get_args
from urllib.parse import urlsplit

from scenograph.errors import CarrierError

KEY = "SCENOGRAPH_API_KEY"
"""The environment variable that the key is taken from if no other one is named."""

Form: TypeAlias = Literal["llguidance", "gbnf", "structured_outputs", "guided_grammar", "json_schema", "none"]
"""How requests say what may be written."""

FORMS: tuple[Form, ...] = get_args(Form)
"""In the order in which they are preferred: a line costs a third of the tokens that JSON costs."""


def is_address(base: str) -> bool:
    """Return whether *base* is the address of a server, and no file, folder or id of the hub."""
    return base.startswith(("http://", "https://"))


@final
@dataclass(frozen=True, slots=True)
class Address:
    """
    Where a server is, and which key it gets.

    Attributes:
        url: of the API, as `http://127.0.0.1:8080/v1`
        key_from: the environment variable with the key; if that is not set, no key is sent
        timeout: seconds for one answer
    Raises:
        CarrierError: if *url* is no address, or holds a password
    """

    url: str
    key_from: str = KEY
    timeout: float = 300.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise CarrierError(f"{self.url!r} is no address of a server: {error}") from None
        if not is_address(self.url) or not host:
            raise CarrierError(f"{self.url!r} is no address of a server; write it as http://host:port/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise CarrierError(
                f"the address of {host} holds more than a server and a path; write http://host:port/v1, "
                f"and put a key into the environment variable {self.key_from}"
            )
        object.__setattr__(self, "url", self.url.rstrip("/"))

    @property
    def key(self) -> str:
        """The key; empty if the variable is not set."""
        return os.environ.get(self.key_from, "").strip()
