"""Refusals of the service itself, and the HTTP status of every error."""

from __future__ import annotations

from scenograph.errors import (
    CarrierError,
    FullDiskError,
    MindError,
    MissingExtraError,
    RefusedError,
    ScenographError,
    StoreError,
    UnknownCrystalError,
)


class RequestError(ScenographError):
    """A request that says too little or contradicts itself."""


class TooLargeError(ScenographError):
    """A request that is longer than the service takes."""


class TooSlowError(ScenographError):
    """A request whose body did not come in time."""


class CharsetError(ScenographError):
    """A request in another encoding than UTF-8."""


class OriginError(ScenographError):
    """A request that a page of another site sent."""


class KeyMissingError(ScenographError):
    """A request without a valid key, where one is needed."""


class ScopeError(ScenographError):
    """A request whose key does not allow it."""


class UnknownItemError(ScenographError):
    """A field session or a job that there is not, or not any more."""


class WaitError(ScenographError):
    """
    A request that has to come again later.

    Args:
        message: why
        seconds: when it may come again
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class BusyError(WaitError):
    """The service is at work for others, and will be for some time."""


class RateError(WaitError):
    """One client sends more requests than it may."""


STATUS: dict[type[ScenographError], int] = {
    KeyMissingError: 401,
    ScopeError: 403,
    OriginError: 403,
    UnknownCrystalError: 404,
    UnknownItemError: 404,
    TooSlowError: 408,
    TooLargeError: 413,
    CharsetError: 415,
    RefusedError: 422,
    FullDiskError: 507,
    WaitError: 429,
    StoreError: 503,
    CarrierError: 503,
    MindError: 503,
    MissingExtraError: 503,
    ScenographError: 422,
}
"""Error → HTTP status. What is not named has the status of its base."""


def status_of(error: ScenographError) -> int:
    """Return the HTTP status of *error*: 4xx if the request is at fault, 5xx if the mind or its disk is."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
