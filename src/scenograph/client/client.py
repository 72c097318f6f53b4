"""The clients: they send calls, and return results or raise what the service refuses with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, final

from scenograph import errors
from scenograph.client import calls
from scenograph.client.calls import Call
from scenograph.errors import MissingExtraError, ScenographError, ServiceError
from scenograph.results import restore

try:
    import httpx
except ImportError as error:
    raise MissingExtraError("httpx", "client", error) from error

P = ParamSpec("P")
T = TypeVar("T")

_SECONDS = 60.0  # that an answer may take


def _waiting(make: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    def method(self: Client, *given: P.args, **named: P.kwargs) -> T:
        return self.send(make(*given, **named))

    method.__doc__ = make.__doc__
    return method


def _awaited(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def method(self: AsyncClient, *given: P.args, **named: P.kwargs) -> T:
        return await self.send(make(*given, **named))

    method.__doc__ = make.__doc__
    return method


@final
class Client:
    """
    A client that waits for each answer. Close it, or use it in a `with` block; threads may share one.

    Args:
        url: of the service
        key: an API key; None: the service needs none
        namespace: whose memory is meant, where a call names none
        timeout: seconds that an answer may take
    Raises:
        ServiceError: from each method, if the service cannot be reached or refuses; an error of the library,
            such as `UnknownCrystalError`, where the service had that
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8600",
        *,
        key: str | None = None,
        namespace: str = "",
        timeout: float = _SECONDS,
    ) -> None:
        self._http = httpx.Client(**_options(url, key, namespace, timeout))

    def send(self, call: Call[T]) -> T:
        """Send *call*; return its result."""
        try:
            answer = self._http.request(*_request(call), params=_query(call), json=call.body)
        except httpx.HTTPError as error:
            raise _unreachable(error, self._http.base_url) from error
        return _result(call, answer)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    read = _waiting(calls.read)
    speak = _waiting(calls.speak)
    translate = _waiting(calls.translate)
    remember = _waiting(calls.remember)
    recall = _waiting(calls.recall)
    recall_many = _waiting(calls.recall_many)
    list_crystals = _waiting(calls.list_crystals)
    ask = _waiting(calls.ask)
    correct = _waiting(calls.correct)
    forget = _waiting(calls.forget)
    forget_all = _waiting(calls.forget_all)
    namespaces = _waiting(calls.namespaces)
    show = _waiting(calls.show)
    history = _waiting(calls.history)
    contradictions = _waiting(calls.contradictions)
    sources = _waiting(calls.sources)
    stats = _waiting(calls.stats)


@final
class AsyncClient:
    """The same for `asyncio`: each method is awaited, and many may be at once. For an `async with` block."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8600",
        *,
        key: str | None = None,
        namespace: str = "",
        timeout: float = _SECONDS,
    ) -> None:
        self._http = httpx.AsyncClient(**_options(url, key, namespace, timeout))

    async def send(self, call: Call[T]) -> T:
        """Send *call*; return its result."""
        try:
            answer = await self._http.request(*_request(call), params=_query(call), json=call.body)
        except httpx.HTTPError as error:
            raise _unreachable(error, self._http.base_url) from error
        return _result(call, answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    read = _awaited(calls.read)
    speak = _awaited(calls.speak)
    translate = _awaited(calls.translate)
    remember = _awaited(calls.remember)
    recall = _awaited(calls.recall)
    recall_many = _awaited(calls.recall_many)
    list_crystals = _awaited(calls.list_crystals)
    ask = _awaited(calls.ask)
    correct = _awaited(calls.correct)
    forget = _awaited(calls.forget)
    forget_all = _awaited(calls.forget_all)
    namespaces = _awaited(calls.namespaces)
    show = _awaited(calls.show)
    history = _awaited(calls.history)
    contradictions = _awaited(calls.contradictions)
    sources = _awaited(calls.sources)
    stats = _awaited(calls.stats)


def _options(url: str, key: str | None, namespace: str, timeout: float) -> dict[str, Any]:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    query = {"namespace": namespace} if namespace else {}
    return {"base_url": url, "headers": headers, "params": query, "timeout": timeout}


def _request(call: Call[Any]) -> tuple[str, str]:
    return ("GET" if call.body is None else "POST"), call.path


def _query(call: Call[Any]) -> Mapping[str, Any] | None:
    return call.query or None


def _result(call: Call[T], answer: httpx.Response) -> T:
    if answer.is_success:
        return restore(call.result, answer.json())
    try:
        problem: Any = answer.json()
        detail, kind = str(problem["detail"]), str(problem["error"])
    except (ValueError, KeyError, TypeError):
        detail, kind = f"{call.path}: {answer.status_code} {answer.reason_phrase}", ""
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, ScenographError) and known is not ServiceError:
        raise known(detail)
    after = answer.headers.get("retry-after", "")
    raise ServiceError(detail, answer.status_code, kind, float(after) if after.isdecimal() else None)


def _unreachable(error: httpx.HTTPError, url: httpx.URL) -> ServiceError:
    return ServiceError(f"no answer from {url} ({error or type(error).__name__}); is the service running?")
