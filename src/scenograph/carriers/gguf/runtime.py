"""
llama.cpp itself, through the optional package xllamacpp: how it spells texts, and what it writes.

Facts about its server that the code here relies on, each measured with xllamacpp 2026.10:

- adapters are loaded at scale 0, since `lora_init_without_apply` is ignored, and `"lora": []` in a request
  means the scales of loading;
- a request names its adapters by number; all others do not act;
- an adapter with tokens of invocation acts from the token *before* the last place where they stand in the
  prompt (`alora_invocation_start - 1` in its source);
- grammars are GBNF, or Lark after `%llguidance {}`, where `<[17]>` is the token 17, whatever its characters;
  one that cannot be compiled is ignored without a word, so that what was written has to be checked;
- `n_probs` shows probabilities before grammar, `logit_bias` and sampling, and none for a token after which a
  character lacks bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, final
from weakref import finalize

from scenograph.closing import Closing
from scenograph.errors import CarrierError
from scenograph.optional import optional

_PATIENCE: Final = 600  # seconds for one answer
_DYING: Final = 0.5  # seconds in which it ends after it has dropped a connection, if it does
_CLOSING: Final = 10  # seconds that it may take to end
_SERVER: Final = Path(__file__).with_name("server.py")
_TRIES: Final = 4  # of a request whose connection was dropped; it changes nothing, so it can be sent again


def has_runtime() -> bool:
    """Whether xllamacpp is installed."""
    return find_spec("xllamacpp") is not None


@final
class Runtime(Closing):
    """
    A server of llama.cpp in a process of its own (`server.py`); use it as a context manager.

    Args:
        path: the model
        adapters: GGUF adapters; a request names them by their places in this sequence
        context: tokens of a prompt and its answer
        slots: requests that it works on at the same time
        threads: of the processor
        alias: the name under which it lists the model; empty: its own choice
    Attributes:
        address: where it listens, as `http://127.0.0.1:4711`
        pid: the number of its process
    Raises:
        CarrierError: if it cannot load a file
        MissingExtraError: if xllamacpp is not installed
    """

    def __init__(
        self,
        path: Path,
        adapters: Sequence[Path] = (),
        *,
        context: int = 256,
        slots: int = 1,
        threads: int = 1,
        alias: str = "",
    ) -> None:
        if not has_runtime():
            optional("xllamacpp", "gguf")
        settings = {
            "path": str(path),
            "adapters": [str(adapter) for adapter in adapters],
            "context": context,
            "slots": slots,
            "threads": threads,
            "alias": alias,
        }
        self._path, self._adapters = path, len(adapters)
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.pid: Final = self._process.pid
        self._end = finalize(self, _end, self._process)
        answer = self._begin(settings)
        if "address" not in answer:
            self.close()
            beside = f" with {', '.join(adapter.name for adapter in adapters)}" if adapters else ""
            raise CarrierError(f"llama.cpp cannot load {path}{beside}: {answer['error']}")
        self.address: Final = str(answer["address"])

    def _begin(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first answer of the process, or the error that it ended."""
        send, receive = self._process.stdin, self._process.stdout
        assert send is not None
        assert receive is not None
        with suppress(OSError):  # it has ended already; then there is no line to read
            send.write(json.dumps(settings) + "\n")
            send.flush()
        line = receive.readline()
        return json.loads(line) if line else {"error": f"it ended with status {self._process.wait()}"}

    def close(self) -> None:
        """End the server, and free its memory."""
        self._end()

    def spell(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each of *texts*; no special token is read in them or added."""
        how = {"add_special": False, "parse_special": False}
        return [self._post("/tokenize", {"content": text, **how})["tokens"] for text in texts]

    def complete(self, prompt: Sequence[int], adapter: int | None, **request: Any) -> dict[str, Any]:
        """
        Return what llama.cpp answers to one request for the continuation of *prompt*.

        Args:
            prompt: its tokens; none are added
            adapter: the place of the adapter that acts; None: none does
            request: further settings, as llama.cpp names them
        Raises:
            CarrierError: if it refuses the request, or does not answer
        """
        scales = [{"id": i, "scale": float(i == adapter)} for i in range(self._adapters)]
        asked = {"prompt": list(prompt), "lora": scales, "return_tokens": True, "cache_prompt": True}
        return self._post("/completion", {**asked, **request})

    def _post(self, path: str, value: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(
            self.address + path,
            json.dumps(value).encode(),
            {"Content-Type": "application/json"},
        )
        for left in reversed(range(_TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                raise CarrierError(
                    f"llama.cpp refuses a request for {self._path}: {_reason(error)}"
                ) from error
            except (OSError, ValueError) as error:
                # On a busy machine the server drops a connection that has not asked within seconds.
                is_dropped = isinstance(getattr(error, "reason", error), ConnectionError)
                with suppress(subprocess.TimeoutExpired):
                    status = self._process.wait(_DYING)
                    raise CarrierError(
                        f"llama.cpp ended with status {status} at a request for {self._path}"
                    ) from error
                if not (is_dropped and left):
                    raise CarrierError(f"llama.cpp does not answer for {self._path}: {error}") from error
        raise AssertionError("every try answers or raises")


def _end(process: subprocess.Popen[str]) -> None:
    """Close the standard input of a server, which ends it, and wait for that."""
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):
            assert stream is not None
            stream.close()
    try:
        process.wait(_CLOSING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reason(error: urllib.error.HTTPError) -> str:
    """Return what the server says of a refusal, in one line."""
    with error:
        text = error.read().decode(errors="replace")
    with suppress(ValueError, KeyError, TypeError):
        text = str(json.loads(text)["error"]["message"])
    return " ".join(text.split()) or str(error)
