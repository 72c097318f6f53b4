"""
The gate: what every request passes before anything reads it, whatever door it goes to.

It says who asks, refuses pages of other sites, clients that send too much or too slowly and other encodings
than UTF-8, and writes one line of log and the metrics for each request, without contents.
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, replace
from typing import final
from urllib.parse import parse_qs, urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scenograph import tracing
from scenograph.errors import ScenographError
from scenograph.mind.namespace import OWN, Namespace, NamespaceError
from scenograph.service.errors import (
    CharsetError,
    KeyMissingError,
    OriginError,
    RequestError,
    ScopeError,
    TooLargeError,
    TooSlowError,
)
from scenograph.service.keys import Keys
from scenograph.service.limits import Rate
from scenograph.service.metrics import Metrics
from scenograph.service.operations.operation import SCOPES
from scenograph.service.operations.operation import Scope as KeyScope
from scenograph.service.page import page_files
from scenograph.service.problems import response
from scenograph.service.queue import GoneError
from scenograph.service.settings import Settings

log = logging.getLogger("scenograph.service.access")
"""One record for each request; its `request` is a dictionary without contents."""

OPEN = frozenset({"/healthz", "/readyz", "/docs", "/openapi.json", *page_files()})
"""Paths that need no key."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_WITH_PICTURES = frozenset({"/read", "/remember", "/v1/chat/completions", "/v1/responses"})
_GONE = 499  # what nginx calls it when a client leaves before its answer


@final
@dataclass(frozen=True, slots=True)
class Identity:
    """
    Who sends a request.

    Attributes:
        name: the name of the key; empty if none is needed
        scopes: what it may do
        limit: the namespace that it may use, with what lies in it
        namespace: the one that the request is about
    """

    name: str = ""
    scopes: tuple[KeyScope, ...] = SCOPES
    limit: Namespace = OWN
    namespace: Namespace = OWN

    def need(self, scope: KeyScope) -> None:
        """Raise `ScopeError` unless *scope* is among its own."""
        if scope not in self.scopes:
            raise ScopeError(
                f"the key {self.name!r} may {' and '.join(self.scopes) or 'do nothing'}; this needs {scope}"
            )

    def within(self, namespace: str | None) -> Identity:
        """
        Return the same sender with a request about *namespace*; None: about the one that it is about.

        Raises:
            ScopeError: if the key is of another namespace
            RequestError: if *namespace* is none
        """
        if namespace is None:
            return self
        try:
            given = Namespace.parse(namespace)
        except NamespaceError as error:
            raise RequestError(str(error)) from error
        if not self.limit.covers(given):
            raise ScopeError(
                f"the key {self.name!r} is of the namespace {self.limit}; it may not use {namespace!r}"
            )
        return replace(self, namespace=given)

    def need_all(self) -> None:
        """Raise `ScopeError` unless it may use all namespaces."""
        if any(self.limit):
            raise ScopeError(f"the key {self.name!r} is of the namespace {self.limit}; this is about all")


@final
class Gate:
    """
    The outermost layer of a service.

    Args:
        app: what lies within
        keys: none of them: everybody may do everything
        settings: limits
        metrics: counts
    """

    def __init__(self, app: ASGIApp, *, keys: Keys, settings: Settings, metrics: Metrics) -> None:
        self.app, self.keys, self.settings, self.metrics = app, keys, settings, metrics
        self._rate = Rate(settings.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with tracing.request(Headers(scope=scope)) as step:
            await self._handle(scope, receive, send, step)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, step: tracing.Step) -> None:
        begun = time.perf_counter()
        identity, status, sent = Identity(), 500, 0
        number = uuid.uuid4().hex

        async def sending(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((b"x-request-id", number.encode()))
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            headers = Headers(scope=scope)
            identity = self._identify(scope, headers).within(_namespace(scope))
            scope.setdefault("state", {})["identity"] = identity
            self._rate.take(identity.name or _address(scope))
            self._check_origin(scope, headers)
            body = await self._body(scope, headers, receive)
            await self.app(scope, _replayed(body, receive), sending)
        except ScenographError as error:
            await response(error, scope["path"])(scope, receive, sending)
        except GoneError:
            status = _GONE
        finally:
            seconds = time.perf_counter() - begun
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self.metrics.count(method, route, status, seconds)
            step.rename(f"{method} {route}")
            step.tell(http__response__status_code=status, sent=sent)
            request = {
                "id": number,
                "key": identity.name,
                "method": method,
                "route": route,
                "status": status,
                "seconds": round(seconds, 4),
                "sent": sent,
            }
            log.info("%s %s %s", method, route, status, extra={"request": request})

    def _identify(self, scope: Scope, headers: Headers) -> Identity:
        if not self.keys.all():
            return Identity()
        if scope["path"] in OPEN:
            return Identity(scopes=())
        kind, _, token = headers.get("authorization", "").partition(" ")
        key = self.keys.find(token.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise KeyMissingError("this service needs a key; send the header Authorization: Bearer KEY")
        own = Namespace.parse(key.namespace)
        return Identity(key.name, key.scopes, own, own)

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Refuse what a page of another site sent: a browser tells where a page is from."""
        origin = headers.get("origin")
        if origin is None or origin in self.settings.origins:
            return
        if urlsplit(origin).netloc != headers.get("host"):
            raise OriginError(f"pages of {origin} may not call this service; serve it with --origin {origin}")

    def _longest(self, path: str) -> int:
        """Return how many bytes a request to *path* may have."""
        if path == "/import":
            return self.settings.longest_import
        most = self.settings.longest_body
        return max(most, self.settings.longest_picture) if path in _WITH_PICTURES else most

    async def _body(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        """Return the whole body, if it is short enough, comes in time and is in UTF-8."""
        charset = headers.get("content-type", "").lower().partition("charset=")[2].strip(' ";')
        if charset and charset not in ("utf-8", "utf8"):
            raise CharsetError(f"the request is in {charset}; send UTF-8")
        most = self._longest(scope["path"])
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > most:
            raise TooLargeError(f"the request has {length} bytes; this service takes {most}")
        parts: list[bytes] = []
        size = 0
        with anyio.move_on_after(self.settings.patience) as limit:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most:
                    raise TooLargeError(f"the request has more than {most} bytes, which this service takes")
                if not message.get("more_body", False):
                    break
        if limit.cancelled_caught:
            raise TooSlowError(f"the request did not come within {self.settings.patience:g} s")
        return b"".join(parts)


def _namespace(scope: Scope) -> str | None:
    """Return the namespace that the query of a request names; None if it names none."""
    query: bytes = scope.get("query_string", b"")
    if b"namespace" not in query and b"%" not in query:
        return None
    given = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("namespace", [])
    if len(given) > 1:
        raise RequestError(f"the request names {len(given)} namespaces; name one")
    return given[0] if given else None


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives *body*, and then what *receive* gives."""
    is_given = False

    async def again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
