"""Figures of a service for Prometheus. They hold no contents: routes, statuses, times and counts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@final
class Metrics:
    """
    The figures of one service.

    Args:
        working: how many requests are at work
        waiting: how many requests wait
        crystals: how many crystals the memory has
    """

    def __init__(
        self, *, working: Callable[[], float], waiting: Callable[[], float], crystals: Callable[[], float]
    ) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "scenograph_requests", "Requests.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "scenograph_request_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        for name, about, read in (
            ("scenograph_working", "Requests at work.", working),
            ("scenograph_waiting", "Requests that wait.", waiting),
            ("scenograph_crystals", "Crystals in memory.", crystals),
        ):
            Gauge(name, about, registry=self._registry).set_function(read)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return all figures in the form that Prometheus reads."""
        return generate_latest(self._registry)
