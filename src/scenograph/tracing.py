"""
Spans for OpenTelemetry: which step took how long, and how much it had to do. They hold no contents.

    POST /ask                               http.request.method, http.route, http.response.status_code
      scenograph.ask                        questions, answered
        scenograph.read                     texts, read
        scenograph.recall                   cues, hits

Nothing is imported and nothing is measured until `use` or `from_environment` is called. An attribute is a
number: no text, name or style of a caller. Of an error it is its class alone.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, final

from scenograph.errors import MissingExtraError

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer, TracerProvider

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_tracer: Tracer | None = None


class Step:
    """What is going on, to add numbers to; this one forgets them."""

    def tell(self, **numbers: float) -> None:
        """Add *numbers* to the span."""

    def rename(self, name: str) -> None:
        """Call the span *name*."""


@final
class _Recorded(Step):
    def __init__(self, span: Any) -> None:
        self._span = span

    def tell(self, **numbers: float | str) -> None:
        self._span.set_attributes({name.replace("__", "."): value for name, value in numbers.items()})

    def rename(self, name: str) -> None:
        self._span.update_name(name)


@final
class _Nothing(AbstractContextManager[Step]):
    def __enter__(self) -> Step:
        return _FORGETS

    def __exit__(self, *_: object) -> None:
        pass


_FORGETS: Final = Step()
_NOTHING: Final = _Nothing()


def span(name: str, **numbers: float) -> AbstractContextManager[Step]:
    """A span of the step *name*, for a `with` block; without a tracer, nothing."""
    return _NOTHING if _tracer is None else _recorded(_tracer, f"scenograph.{name}", numbers, None)


def request(headers: Mapping[str, str]) -> AbstractContextManager[Step]:
    """A span of a request, under that of the caller if its *headers* name one."""
    if _tracer is None:
        return _NOTHING
    from opentelemetry.propagate import extract

    return _recorded(_tracer, "request", {}, extract(headers))


@contextmanager
def _recorded(tracer: Tracer, name: str, numbers: Mapping[str, float], within: Any) -> Generator[Step]:
    from opentelemetry.trace import SpanKind, StatusCode

    with tracer.start_as_current_span(
        name,
        within,
        kind=SpanKind.INTERNAL if within is None else SpanKind.SERVER,
        attributes=dict(numbers),
        record_exception=False,  # its message may hold what somebody said
        set_status_on_exception=False,
    ) as it:
        try:
            yield _Recorded(it)
        except BaseException as error:
            it.set_attribute("error.type", type(error).__name__)
            it.set_status(StatusCode.ERROR)
            raise


def use(provider: TracerProvider | None = None) -> None:
    """
    Make spans from now on.

    Args:
        provider: what takes them; None: the one that the program has set for OpenTelemetry
    Raises:
        MissingExtraError: if OpenTelemetry is not installed
    """
    global _tracer
    try:
        from opentelemetry.trace import get_tracer
    except ImportError as error:
        raise MissingExtraError("opentelemetry-api", "trace", error) from error
    from scenograph import __version__

    _tracer = get_tracer("scenograph", __version__, provider)


def stop() -> None:
    """Make no spans any more."""
    global _tracer
    _tracer = None


@contextmanager
def from_environment() -> Generator[None]:
    """
    In the block, send spans where the variables of OpenTelemetry say; without an address, make none.

    Raises:
        MissingExtraError: if an address is given, and the exporter is not installed
    """
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if is_off or not any(os.environ.get(name) for name in _ENDPOINTS):
        yield
        return
    try:
        exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise MissingExtraError("opentelemetry-exporter-otlp-proto-http", "trace", error) from error
    name = os.environ.get("OTEL_SERVICE_NAME", "scenograph")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(exporter.OTLPSpanExporter()))
    use(provider)
    try:
        yield
    finally:
        stop()
        provider.shutdown()
