"""
The client of an OpenAI-compatible server: its models, and chats.

    with Client(Address("http://127.0.0.1:8080/v1")) as client:
        client.models()                                                 # what it serves
        client.chat({"model": "smollm2", "messages": [...]})["choices"]

Every failure is one `CarrierError` that says what to do. A request is sent again only where that does no
harm: the connection was refused or broke off, the server is loading (503), or it is busy (429; its
`Retry-After` is kept). A server that does not answer in time is not asked again: it may still be at work.

The key comes from an environment variable, is sent in a header, and stands in no message. Redirects are not
followed, so that it goes to no other server.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, final

from scenograph.carriers.remote.server import Address
from scenograph.closing import Closing
from scenograph.errors import CarrierError
from scenograph.optional import optional

_log = logging.getLogger(__name__)

TRIES = 4
FIRST_PAUSE = 0.5  # seconds; the next ones are twice as long each
LONGEST_PAUSE = 60.0  # seconds; a server that asks for more is said to be busy
_SHOWN = 160  # characters of what a server said

OPTIONAL_FIELDS = ("logprobs", "seed", "stop", "temperature")
"""Fields of a request that a server may refuse; it is then asked without."""


class Model(NamedTuple):
    """A model that a server has; *context* is the length that it takes, in tokens, if the server says it."""

    name: str
    context: int | None


class RefusedError(CarrierError):
    """A request that the server does not take as it is."""


class ContextError(RefusedError):
    """A prompt that is longer than the server takes; a shorter one may pass."""


@final
class Client(Closing):
    """
    A connection to one server; many threads may use it at once.

    Args:
        address: where it is
        sleep: waits before a request is sent again
    """

    def __init__(self, address: Address, *, sleep: Callable[[float], None] = time.sleep) -> None:
        httpx = optional("httpx", "remote")
        self.address = address
        self._httpx, self._sleep = httpx, sleep
        headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
        self._http: Any = httpx.Client(
            headers=headers, timeout=httpx.Timeout(address.timeout, connect=min(10.0, address.timeout))
        )
        self._refused: set[str] = set()  # fields that the server does not take

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    # --- what it is asked -----------------------------------------------------------------------------------

    def models(self) -> list[Model]:
        """
        Return what the server has.

        Raises:
            CarrierError: if it does not answer, refuses the key, or has no such API
        """
        status, value = self._send("GET", f"{self.address.url}/models")
        if status == 404:
            hint = "" if self.address.url.endswith("/v1") else "; such addresses mostly end in /v1"
            raise CarrierError(f"{self.address.url} is no OpenAI-compatible API: it has no /models{hint}")
        self._check(status, value)
        rows: Any = value.get("data") if isinstance(value, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
            raise self._nonsense(value)
        return [Model(str(row["id"]), self._context(row)) for row in rows]

    def model(self, name: str = "") -> Model:
        """
        Return the model *name*, or the only one that the server has.

        Raises:
            CarrierError: if there is no such model, or there are several to choose from
        """
        models = self.models()
        names = ", ".join(model.name for model in models[:12]) + (" …" if len(models) > 12 else "")
        if not name and len(models) == 1:
            return models[0]
        if not name:
            found = f"has several models; choose one with --model: {names}" if models else "has no model"
            raise CarrierError(f"{self.address.url} {found}")
        for model in models:
            if name in (model.name, model.name.removesuffix(":latest")):
                return model._replace(name=name)
        raise CarrierError(f"{self.address.url} has no model {name!r}; it has {names or 'none'}")

    def chat(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return the first choice of the answer to *request*.

        Raises:
            ContextError: if the prompt is too long for the server
            CarrierError: if there is no answer, or one that no OpenAI-compatible server would give
        """
        while True:
            refused = frozenset(self._refused)
            body = _without(request, refused)
            status, value = self._send("POST", f"{self.address.url}/chat/completions", body)
            if status != 400 or not self._refuses_field(value, refused):
                break
        self._check(status, value, str(request.get("model", "")))
        try:
            choice: Any = value["choices"][0]
            content = choice["message"]["content"]
        except (LookupError, TypeError):
            raise self._nonsense(value) from None
        if not isinstance(content, str | None):
            raise self._nonsense(value)
        return dict(choice)

    # --- sending --------------------------------------------------------------------------------------------

    def _send(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Return the status and the JSON of an answer, after as many tries as help."""
        httpx, where = self._httpx, self.address.url
        pause = FIRST_PAUSE
        for left in reversed(range(TRIES)):
            wait = pause
            try:
                answer = self._http.request(method, url, json=body)
            except httpx.TimeoutException:
                raise CarrierError(
                    f"{where} did not answer within {self.address.timeout:g} seconds; is it still at work? "
                    "Give it longer ([server] timeout in mind.toml), or fewer examples"
                ) from None
            except (
                httpx.ConnectError,
                httpx.RemoteProtocolError,
                httpx.ReadError,
                httpx.WriteError,
            ) as error:
                if not left:
                    lost = isinstance(error, httpx.ConnectError)
                    found = "no server answers at" if lost else "the connection breaks off at"
                    raise CarrierError(
                        f"{found} {where} ({error}); start it, or correct the address"
                    ) from None
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise CarrierError(f"{where} cannot be asked: {error}") from None
            else:
                if answer.status_code not in (429, 503) or not left:
                    return answer.status_code, _json_of(answer)
                wait = _asked_for(answer.headers.get("Retry-After"), pause)
                if wait > LONGEST_PAUSE:
                    return answer.status_code, _json_of(answer)
            _log.info("asking %s again in %.1f s", where, wait)
            self._sleep(wait)
            pause *= 2
        raise AssertionError("the last try returns or raises")

    def _check(self, status: int, value: Any, model: str = "") -> None:
        """Raise `CarrierError` unless *status* is that of an answer."""
        if status == 200:
            return
        where, said = self.address.url, _message(value)
        if status in (401, 403):
            name = self.address.key_from
            key = f"the key in {name} is refused" if self.address.key else f"put one into {name}"
            raise CarrierError(f"{where} asks for a key: {key} (status {status}: {said})")
        if status == 404 and model:
            raise CarrierError(f"{where} cannot chat with model {model!r} (status 404: {said})")
        if status == 429:
            raise CarrierError(f"{where} is busy (status 429: {said}); try later, or lower [server] parallel")
        if 300 <= status < 400:
            raise CarrierError(f"{where} sends to another address (status {status}); give that one instead")
        if status in (400, 413, 422) and _is_too_long(value):
            raise ContextError(f"{where} takes no prompt of this length (status {status}: {said})")
        kind = RefusedError if 400 <= status < 500 else CarrierError
        raise kind(f"{where} refuses the request (status {status}: {said})")

    def _refuses_field(self, value: Any, refused: frozenset[str]) -> bool:
        """Note a field that the server says it does not take; return whether to ask again without it."""
        error = value.get("error") if isinstance(value, dict) else None
        named = error.get("param") if isinstance(error, dict) else None
        said = _message(value)
        for field in (*OPTIONAL_FIELDS, "max_tokens"):
            if field not in refused and (named == field or f"'{field}'" in said):
                self._refused.add(field)
                return True
        return False

    def _nonsense(self, value: Any) -> CarrierError:
        return CarrierError(
            f"{self.address.url} answers what no OpenAI-compatible server does: {_shortened(str(value))}"
        )

    def _context(self, row: Mapping[str, Any]) -> int | None:
        """Return the longest prompt and answer of a model, as vLLM says it, or llama.cpp of a slot."""
        length: Any = row.get("max_model_len")
        if length is None and row.get("owned_by") == "llamacpp":
            try:
                _, props = self._send("GET", f"{self.address.url.removesuffix('/v1')}/props")
                length = props["default_generation_settings"]["n_ctx"]
            except (CarrierError, LookupError, TypeError):
                return None
        return length if isinstance(length, int) and length > 0 else None


def _without(request: Mapping[str, Any], refused: frozenset[str]) -> dict[str, Any]:
    """Return *request* without the fields that were refused; newer models call `max_tokens` otherwise."""
    body = {field: value for field, value in request.items() if field not in refused}
    if "max_tokens" in refused and "max_tokens" in request:
        body["max_completion_tokens"] = request["max_tokens"]
    return body


def _json_of(answer: Any) -> Any:
    """Return the JSON of *answer*; its text if it has none."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return str(answer.text)


def _message(value: Any) -> str:
    """Return what an error says, in one line."""
    error: Any = value.get("error", value) if isinstance(value, dict) else value
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return _shortened(str(error))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= _SHOWN else line[: _SHOWN - 2] + " …") or "nothing"


def _is_too_long(value: Any) -> bool:
    said = str(value).lower()
    return "context" in said and any(word in said for word in ("exceed", "maximum", "too long", "length"))


def _asked_for(retry_after: str | None, otherwise: float) -> float:
    """Return the seconds that a `Retry-After` asks for."""
    if not retry_after:
        return otherwise
    try:
        return max(0.0, float(retry_after))
    except ValueError:  # RFC 9110 allows a date as well
        try:
            return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
        except ValueError:  # what cannot be read asks for nothing
            return otherwise
