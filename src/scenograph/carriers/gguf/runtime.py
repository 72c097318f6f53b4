"""llama.cpp itself, through the optional package xllamacpp: how it spells texts."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self, final

from scenograph.errors import CarrierError
from scenograph.optional import optional


def has_runtime() -> bool:
    """Whether xllamacpp is installed."""
    return find_spec("xllamacpp") is not None


@final
class Runtime:
    """
    A server of llama.cpp in this process, on a free port of this machine; use it as a context manager.

    Raises:
        CarrierError: if it cannot load the file
    """

    def __init__(self, path: Path) -> None:
        xllamacpp = optional("xllamacpp", "gguf")
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx, params.n_parallel, params.port = 256, 1, 0
        params.cpuparams.n_threads = 1
        params.warmup, params.endpoint_metrics, params.verbosity = False, False, -1
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as error:
            raise CarrierError(f"llama.cpp cannot load {path}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server = None

    def spell(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each of *texts*; no special token is read in them or added."""
        return [self._post("/tokenize", {"content": text})["tokens"] for text in texts]

    def _post(self, path: str, value: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            self._server.listening_address + path,
            json.dumps({"add_special": False, "parse_special": False, **value}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
